"""The page: complete, self-contained, accessible, and deaf to what a server put into it."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import conformance.report
from conformance.report.html import render_html
from conformance.report.validate import validate_results

TEMPLATES = Path(conformance.report.__file__).with_name("templates")
CSS = (TEMPLATES / "report.css").read_text(encoding="utf-8")
VOID = {"meta", "link", "br", "use", "path", "circle"}


class Page(HTMLParser):
    """Tags with their attributes, and the visible text of the page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "title"}:
            self.text += data

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    def values(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.tags if name in attributes]


@pytest.fixture
def page(document: dict[str, Any]) -> Page:
    return Page(render_html(document))


def test_every_tag_is_closed_in_its_place(page: Page) -> None:
    assert page.open == []


def test_nothing_on_the_page_can_ask_or_run(page: Page) -> None:
    tags = {tag for tag, _ in page.tags}
    assert tags.isdisjoint({"script", "img", "iframe", "object", "form", "base", "audio", "video"})
    names = {name for _, attributes in page.tags for name in attributes}
    assert [name for name in names if name.startswith("on") or name in {"src", "action"}] == []
    assert [
        href for href in page.values("href") if not href.startswith("#") and href != "data:,"
    ] == []
    assert "url(" not in CSS
    assert "@import" not in CSS


def test_the_policy_forbids_all_but_our_own_style(page: Page) -> None:
    (policy,) = [
        attributes["content"]
        for tag, attributes in page.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert str(policy).startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


def test_no_link_or_style_is_made_of_a_server_string(page: Page) -> None:
    ids = set(page.values("id"))
    assert {href[1:] for href in page.values("href") if href.startswith("#")} <= ids
    assert [
        style for style in page.values("style") if not re.fullmatch(r"flex-grow:\d+", style)
    ] == []
    classes = {name for value in page.values("class") for name in value.split()}
    assert [name for name in classes if not re.fullmatch(r"[a-z0-9-]+", name)] == []


def test_headings_descend_one_level_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_names_are_unique_and_labels_resolve(page: Page) -> None:
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert set(page.values("aria-labelledby")) <= set(ids)
    assert ("html", {"lang": "en"}) in page.tags


def test_each_gate_tells_its_state_by_shape_and_word(document: dict[str, Any], page: Page) -> None:
    words = {"unobserved": "Not observed"}
    for gate in document["verdict"]["gates"]:
        word = words.get(gate["state"], gate["state"].capitalize())
        assert f"{gate['title']} {word} " in page.words
    shapes = [href for href in page.values("href") if href.startswith("#g-")]
    states = [gate["state"] for gate in document["verdict"]["gates"]]
    # Twice for each gate, in the strip and in its row, and once for each state in the legend.
    assert len(shapes) == 2 * len(states) + 4


def test_a_check_that_rests_on_a_witness_is_marked(emr: dict[str, Any]) -> None:
    check = {**emr["checks"][0], "witnesses": ["standalone:patient-a/id-token"]}
    assert validate_results({**emr, "checks": [check, *emr["checks"][1:]]}) == []
    mark = "Rests on a witness"
    assert mark in Page(render_html({**emr, "checks": [check]})).words
    assert mark not in Page(render_html(emr)).words


def test_every_section_of_the_report_is_there(emr: dict[str, Any]) -> None:
    said = Page(render_html(emr)).words
    verdict = emr["verdict"]
    for told in (
        verdict["headline"],
        verdict["meaning"],
        "rule 6",
        "US Core 6.1.0",
        "8 from requirements",
        "13 passed, 3 failed, 2 not tried",
        "What would mend it Make the searches listed as failing give every match",
        "What would decide it A registered app and a test patient's sign-in",
        "Does it speak the standards that other systems speak",
        "Scope of data",
        "Announces how apps sign in absent; unblocks 2 checks",
        "search.false-match in 3 checks; 3 confirmed by asking once more",
        "curl 'https://clinic.example.com:8443/fhir/Patient?patient=p-1'",
        "has 77 steps. 68 bind in this edition",
        "SH-PAT-2",
        "The server shows no record that the check could be tried on.",
        "GET Condition?patient=<Patient.id>",
        "At most 200 pages of a search were followed",
        "security.tls.tls-1-2-works",
        emr["transcript"]["root"],
        "24 November 2026, 08:00:00 UTC",
        "conformance judge <folder of this run>",
        "It is no certification.",
    ):
        assert told in said


def test_what_unblocks_most_comes_first(example: dict[str, Any]) -> None:
    example["verdict"]["distance"][-1]["unblocks"] = 41
    told = re.findall(r"unblocks (\d+) checks", Page(render_html(example)).words)
    assert told == ["41", "2"]


def test_a_part_an_interruption_and_a_cut_transcript_are_said(example: dict[str, Any]) -> None:
    example["run"] |= {"selection": {"suites": ["security"], "keyword": "tls"}, "interrupted": True}
    example["transcript"]["complete"] = False
    said = Page(render_html(example)).words
    assert "speaks for a part alone: suites security; checks that match tls." in said
    assert "The run was interrupted" in said
    assert "The transcript is incomplete" in said
    assert "a part only, suites security, keyword tls" in said


def test_a_verb_follows_the_number_of_its_steps(example: dict[str, Any]) -> None:
    """One step needs a person, six need one."""
    detail = example["verdict"]["procedure"]["detail"]
    for number, state in enumerate(("needs-human", "not-bound", "blocked")):
        detail[number]["state"] = state
    for step in detail[3:]:
        step["state"] = "shown"
    said = Page(render_html(example)).words
    assert "1 needs a person" in said
    assert "1 does not bind" in said
    for step in detail[:2]:
        step["state"] = "needs-human"
    for step in detail[2:4]:
        step["state"] = "not-bound"
    said = Page(render_html(example)).words
    assert "2 need a person" in said
    assert "2 do not bind" in said


def test_many_findings_of_one_cause_are_cut_and_counted(emr: dict[str, Any]) -> None:
    check = next(check for check in emr["checks"] if check["code"] == "search.false-match")
    check["findings"] *= 60
    said = Page(render_html(emr)).words
    assert "37 more findings with this cause stand in results.json." in said


def test_hostile_strings_stand_there_as_text(hostile: dict[str, Any]) -> None:
    markup = render_html(hostile)
    assert "<script" not in markup
    assert "onerror=" not in re.sub(r"&lt;.*?&gt;", "", markup)
    said = Page(markup).text
    assert "<script>document.title='owned';alert(1)</script>" in said
    assert r"\x1b[31mred\x1b[0m" in said
    assert r"\u202egnp.exe\u202c" in said
    assert "{{ 7*7 }}" in said
    assert "… (8,240 more characters)" in said
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", markup) == []


def test_the_same_document_gives_the_same_page(document: dict[str, Any]) -> None:
    assert render_html(document) == render_html(document)


@pytest.mark.slow
def test_no_misshapen_document_raises(misshapen: list[dict[str, Any]]) -> None:
    for document in misshapen:
        assert Page(render_html(document)).open == []


def test_an_empty_document_is_a_page_that_claims_nothing() -> None:
    said = Page(render_html({})).words
    assert "undetermined" in said
    assert "No check was run." in said
    assert "No gate was judged." in said


def _palettes() -> list[dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    return [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in blocks]


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", _palettes(), ids=["light", "dark", "print"])
def test_every_text_colour_has_the_contrast_of_wcag_aa(palette: dict[str, str]) -> None:
    inks = ("ink", "soft", "link", "shown", "contradicted", "absent", "unobserved")
    for ground in ("paper", "wash"):
        for ink in inks:
            assert _contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)
    for ground in ("shown", "contradicted", "absent"):
        assert _contrast(palette["on-mark"], palette[ground]) >= 4.5, ground
    assert _contrast(palette["ink"], palette["warn-wash"]) >= 4.5
