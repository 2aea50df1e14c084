"""What pytest is told of a result, and the order in which it is told."""

from types import SimpleNamespace
from typing import Any

import pytest

from conformance.core.findings import Finding, Level
from conformance.core.outcomes import CheckResult, Outcome
from conformance.plugin.hooks import _told
from conformance.plugin.selection import selection, shipped_functions
from tests.support.in_process import all_checks

ACTING = "\x1b[2J\x1b]0;owned\x07\u202e\r\n<script>"


def _result(**members: Any) -> CheckResult:
    known: dict[str, Any] = {
        "id": "area.module.name",
        "function": "area.module.name",
        "title": "A title.",
        "citation": "A citation.",
        "row": {},
        "outcome": Outcome.FAIL,
        "code": "a.code",
        "message": "A message.",
        "requirements": ("fhir#read",),
    }
    return CheckResult(**(known | members))


def test_the_text_of_a_server_cannot_act() -> None:
    finding = Finding(
        code="a.code",
        level=Level.SHALL,
        message=ACTING,
        expected=ACTING,
        actual=ACTING,
        curl=f"curl '{ACTING}'",
    )
    told = _told(_result(message=ACTING, findings=(finding,)))
    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(told)
    assert len(told.splitlines()) == 4


def test_a_text_without_an_end_has_one() -> None:
    finding = Finding(code="a.code", level=Level.SHALL, message="x", actual="y" * 10_000_000)
    assert len(_told(_result(findings=(finding,)))) < 10_000


def test_the_whole_of_the_suites_is_no_part() -> None:
    checks = list(all_checks())
    assert {check.function_id for check in checks} == shipped_functions()
    assert selection(checks, checks, "") is None


@pytest.mark.parametrize("keyword", ["", "paging"])
def test_a_part_is_named_by_its_folders(keyword: str) -> None:
    checks = list(all_checks())
    kept = [check for check in checks if "security" in check.function_id]
    assert selection(checks, kept, keyword) == {"suites": ["security"], "keyword": keyword}
    assert selection(kept, kept, keyword) == {"suites": ["security"], "keyword": keyword}


def test_one_row_less_is_a_part() -> None:
    checks = list(all_checks())
    part = selection(checks, checks[:-1], "")
    assert part is not None


def test_an_item_that_is_no_check_has_no_place_among_them() -> None:
    from conformance.plugin.rows import place

    assert place(SimpleNamespace()) == (0, "", "", 0, 0)  # type: ignore[arg-type]
