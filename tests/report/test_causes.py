"""Findings are gathered by what has to be mended, not by where they were seen."""

from typing import Any

from conformance.report.causes import causes, row_label


def test_rows_with_one_cause_are_one_entry(emr: dict[str, Any]) -> None:
    found = {cause.code: cause for cause in causes(emr)}
    search = found["search.false-match"]
    assert search.rows == 3
    assert [occurrence.row for occurrence in search.occurrences] == [
        "Patient:birthdate+name",
        "Condition:patient",
        "Observation:patient+category",
    ]
    assert search.requirements == ("us-core#search-shall",)


def test_one_code_in_two_checks_is_two_causes(emr: dict[str, Any]) -> None:
    assert [cause.code for cause in causes(emr)].count("absent") == 2


def test_what_must_be_comes_before_what_should_be(emr: dict[str, Any]) -> None:
    levels = [cause.level for cause in causes(emr)]
    assert levels == ["SHALL"] * 4 + ["SHOULD", "TOLERATED"]


def test_only_failures_seen_twice_count_as_confirmed(emr: dict[str, Any]) -> None:
    found = {cause.code: cause for cause in causes(emr)}
    assert (found["refusal.served"].rows, found["refusal.served"].confirmed) == (3, 2)
    assert found["search.strict-ignored"].confirmed is None


def test_a_failure_without_a_finding_is_not_lost(example: dict[str, Any]) -> None:
    example["checks"][0] |= {
        "outcome": "FAIL",
        "code": "no-answer",
        "message": "No answer came.",
        "findings": [],
        "exchanges": [7, 8],
    }
    cause = causes(example)[0]
    assert (cause.code, cause.occurrences[0].message) == ("no-answer", "No answer came.")
    assert cause.occurrences[0].exchange == 8


def test_the_row_is_what_stands_in_brackets() -> None:
    assert row_label({"id": "a.b.c[Patient:name]", "function": "a.b.c"}) == "Patient:name"
    assert row_label({"id": "a.b.c", "function": "a.b.c"}) == ""
