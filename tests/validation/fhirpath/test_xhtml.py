"""Narratives: what R4 section 2.4.1 lets in, and what no parser should be given."""

import time

import pytest

from conformance.validation.fhirpath.tags import clearly_allowed
from conformance.validation.fhirpath.xhtml import html_checks

START = '<div xmlns="http://www.w3.org/1999/xhtml">'


def narrative(inside: str) -> str:
    return f"{START}{inside}</div>"


@pytest.mark.parametrize(
    "inside",
    [
        "text",
        "<p>a <b>b</b><br/></p>",
        "<table class='grid'><tr><td rowspan=\"2\">x</td></tr></table>",
        '<a href="http://e/?a=1&amp;b=2" title="x > y">a</a>',
        '<img src="#picture" alt=""/>',
        "<p>&nbsp;&eacute; &#233; &#x20AC;</p>",
        "<!-- a comment -->text",
        "<![CDATA[<p>]]>",
        '<p xml:lang="en" lang="en" style="color: red">x</p>',
        "<ul><li>ö 日本 \U0001f600</li></ul>",
    ],
)
def test_allowed(inside: str) -> None:
    assert html_checks(narrative(inside))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text",
        "<div>no namespace</div>",
        '<p xmlns="http://www.w3.org/1999/xhtml">no div</p>',
        '<div xmlns="http://example.org/">another</div>',
        narrative(""),
        narrative(" \n\t "),
        narrative("<p> </p>"),
        narrative("<p>&nbsp;</p>"),
        narrative("<script>alert(1)</script>x"),
        narrative('<p onclick="x()">x</p>'),
        narrative('<a href="javascript:x()">x</a>'),
        narrative('<a href=" JavaScript:x()">x</a>'),
        narrative("<form><input/></form>x"),
        narrative("<style>p {}</style>x"),
        narrative('<link rel="x"/>x'),
        narrative("<iframe>x</iframe>"),
        narrative("<object>x</object>"),
        narrative("<P>x</P>"),
        narrative("<p>x"),
        narrative("<p>x</b>"),
        narrative("<b><p>x</b></p>"),
        narrative("x & y"),
        narrative("&nonsense;"),
        narrative("&eacute x"),
        narrative('<p class="a" class="b">x</p>'),
        narrative("<p class=a>x</p>"),
        narrative("x\x00y"),
        narrative("x\x0by"),
        narrative("\ud800"),
        narrative("\uffff"),
        narrative("]]>"),
        narrative('<svg xmlns="http://www.w3.org/2000/svg">x</svg>'),
        narrative("x") + "<p/>",
        "<?xml version='1.0'?>" + narrative("x"),
        narrative("<?php x ?>x"),
        '<!DOCTYPE div SYSTEM "http://example.org/evil.dtd">' + narrative("x"),
        '<!DOCTYPE div [<!ENTITY a "b">]>' + narrative("&a;"),
    ],
)
def test_not_allowed(text: str) -> None:
    assert not html_checks(text)
    assert not clearly_allowed(text)


def test_entities_cannot_grow() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    start = time.perf_counter()
    assert not html_checks(f'<!DOCTYPE d [<!ENTITY e0 "x">{levels}]>{narrative("&e11;")}')
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("tag", ["p", "b", "a name='x'"])
def test_deep_nests_end(tag: str) -> None:
    name = tag.split()[0]
    assert html_checks(narrative(f"<{tag}>" * 10_000 + "x" + f"</{name}>" * 10_000)) in (
        True,
        False,
    )


def test_what_is_no_text_is_not_judged_here() -> None:
    assert html_checks(None)
    assert html_checks({"div": 1})


def test_the_quick_look_and_the_reader_agree_on_long_narratives() -> None:
    rows = "".join(f"<tr><td>{n}</td><td><a href='#{n}'>x</a></td></tr>" for n in range(3_000))
    text = narrative(f"<table>{rows}</table>")
    assert clearly_allowed(text)
    assert html_checks(text)
    assert not html_checks(text.replace("2999</td>", "2999</td><script/>"))
