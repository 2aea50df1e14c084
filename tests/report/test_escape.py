"""What a server wrote is shown, and does nothing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.report.escape import folded, visible


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain", "plain"),
        ("", ""),
        (None, ""),
        (7, "7"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b2J", r"\x9b2J"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("nul\x00", r"nul\x00"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("\ud800", r"\ud800"),
        ("\uffff", r"\uffff"),
        ("\U000e0041", r"\U000e0041"),
        ("Øystein 中文 שלום", "Øystein 中文 שלום"),
        (r"C:\path", r"C:\path"),
    ],
)
def test_what_cannot_be_seen_becomes_an_escape(written: object, shown: str) -> None:
    assert visible(written) == shown


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_nothing_unseen_is_left(written: str) -> None:
    shown = visible(written)
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    shown.encode("utf-8")


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_what_can_be_seen_stays_as_it_is(written: str) -> None:
    assert visible(written) == written


def test_a_long_text_is_cut_and_says_how_much_is_missing() -> None:
    assert visible("W" * 10_240, limit=40) == "W" * 40 + "… (10,200 more characters)"


def test_a_text_of_exactly_the_limit_stays_whole() -> None:
    assert visible("W" * 40, limit=40) == "W" * 40


def test_the_line_breaks_of_a_docstring_become_spaces() -> None:
    assert folded("one\n    two\n\nthree ") == "one two three"
    assert folded(None) == ""
