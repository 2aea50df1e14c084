"""The verdict at 80 columns, on any terminal, whatever a server put into it."""

import io
import re
from typing import Any

import pytest
from rich.console import Console

from conformance.report.terminal import print_verdict, verdict_line
from conformance.resources import fixtures_root

REPORT = "reports/run/report.html"


def _printed(document: dict[str, Any], **options: Any) -> str:
    said = io.StringIO()
    settings: dict[str, Any] = {"width": 80, "no_color": True, **options}
    print_verdict(document, Console(file=said, **settings), report=REPORT)
    return said.getvalue()


@pytest.mark.parametrize("name", ["example", "emr"])
def test_it_is_the_golden_file(name: str, request: pytest.FixtureRequest) -> None:
    golden = fixtures_root() / "golden" / f"terminal-{name}.txt"
    assert _printed(request.getfixturevalue(name)) == golden.read_text(encoding="utf-8")


def test_no_line_but_the_last_is_wider_than_the_terminal(document: dict[str, Any]) -> None:
    lines = _printed(document).splitlines()
    assert [line for line in lines[:-1] if len(line) > 80] == []
    assert [line for line in lines if line != line.rstrip()] == []


def test_the_last_line_names_report_exit_and_reason(document: dict[str, Any]) -> None:
    last = _printed(document).splitlines()[-1]
    assert last == verdict_line(document, report=REPORT)
    assert f": report {REPORT}, exit {document['verdict']['exit']} (" in last
    assert last.endswith("; this is no certification.")


def test_the_line_is_one_line_and_tells_a_part(example: dict[str, Any]) -> None:
    example["verdict"] |= {"partial": True, "exit_reason": "one\nof \x1b[2J two."}
    line = verdict_line(example)
    assert line == (
        "undetermined, leaning certified, a part only (rule 9): "
        r"exit 3 (one of \x1b[2J two); this is no certification."
    )


def test_a_part_an_interruption_and_a_cut_transcript_are_said(example: dict[str, Any]) -> None:
    example["run"] |= {"selection": {"suites": ["security"]}, "interrupted": True}
    example["transcript"]["complete"] = False
    said = _printed(example)
    assert "The verdict speaks for a part alone: suites security." in said
    assert "The run was interrupted" in said
    assert "The transcript is incomplete" in said


def test_an_edition_that_cannot_be_judged_is_said(example: dict[str, Any]) -> None:
    """The server names one edition and is judged by another, which nobody chose."""
    us_core = example["target"]["us_core"]
    us_core |= {"edition": "6.1.0", "from": "rule-set", "declared": ["3.1.1", "4.0.0"]}
    told = "The server names US Core 3.1.1, 4.0.0, which this version cannot judge by"
    assert told in " ".join(_printed(example).split())
    assert told not in " ".join(_printed({**example, "target": {}}).split())
    us_core["from"] = "option"
    assert told not in " ".join(_printed(example).split())


def test_five_steps_are_printed_most_unblocking_first(emr: dict[str, Any]) -> None:
    emr["verdict"]["distance"][-1]["unblocks"] = 41
    said = _printed(emr)
    assert re.findall(r"unblocks (\d+) checks", said) == ["41", "5", "3", "2"]
    assert "  5. " in said
    assert "  6. " not in said
    assert "8 more in the report." in said


def test_no_sequence_of_a_server_reaches_the_terminal(hostile: dict[str, Any]) -> None:
    said = _printed(hostile)
    assert (
        re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", said)
        == []
    )
    assert r"\x1b[31mred" in said
    assert r"\u202egnp.exe" in said


def test_markup_of_a_server_is_not_read_on_a_colour_terminal(hostile: dict[str, Any]) -> None:
    said = _printed(hostile, force_terminal=True, no_color=False, color_system="truecolor")
    assert "[bold red]markup[/bold red]" in said
    assert "\x1b]8" not in said
    allowed = re.sub(r"\x1b\[[0-9;]*m", "", said)
    assert "\x1b" not in allowed


def test_no_colour_is_left_when_none_is_wanted(
    emr: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    said = _printed(emr, force_terminal=True, no_color=None)
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", said)


def test_a_terminal_of_another_encoding_gets_escapes_not_an_error(hostile: dict[str, Any]) -> None:
    raw = io.BytesIO()
    narrow = io.TextIOWrapper(raw, encoding="ascii")
    print_verdict(hostile, Console(file=narrow, width=80, no_color=True), report=REPORT)
    narrow.flush()
    assert rb"\u4e2d\u6587" in raw.getvalue()


def test_no_misshapen_document_raises(misshapen: list[dict[str, Any]]) -> None:
    for document in misshapen:
        assert _printed(document).rstrip().endswith("this is no certification.")


def test_an_empty_document_prints_a_verdict_line() -> None:
    assert verdict_line({}) == (
        "undetermined (rule none): exit  (no reason given); this is no certification."
    )
