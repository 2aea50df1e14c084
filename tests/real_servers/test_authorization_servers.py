"""Authorization servers that no one here wrote: each finding was held against the standards."""

from typing import Any

import pytest

pytestmark = pytest.mark.slow

ASSERTED = {"check", "code", "level", "rows"}
TOLD = {"request", "answer", "section", "verdict", "note"}


def test_every_finding_was_adjudicated_and_none_is_lost(signed_in: Any) -> None:
    run, judged = signed_in
    assert run.findings() == {
        (found["check"], found["code"], found["level"]): found["rows"]
        for found in judged["finding"]
    }


def test_what_could_not_be_judged_has_its_reason(signed_in: Any) -> None:
    run, judged = signed_in
    assert run.silences() == {
        (check, code): rows
        for code, checks in judged["silent"].items()
        for check, rows in checks.items()
    }


def test_the_verdict_follows_from_the_decision_table(signed_in: Any) -> None:
    run, judged = signed_in
    verdict, expected = run.results["verdict"], judged["verdict"]
    told = {name: verdict[name] for name in ("class", "rule", "qualifier", "exit")}
    assert told == {name: expected[name] for name in told}
    assert {gate["id"]: gate["state"] for gate in verdict["gates"]} == expected["gates"]


def test_every_failure_was_seen_twice_and_nothing_crashes(signed_in: Any) -> None:
    run, _ = signed_in
    failed = [check for check in run.results["checks"] if check["outcome"] == "FAIL"]
    assert failed
    assert all(check["confirmed"] for check in failed)
    assert run.results["verdict"]["counts"]["ERROR"] == 0
    assert "Traceback" not in run.printed + run.complaints
    # The plugin alone says by its exit status that checks failed.
    assert run.code == pytest.ExitCode.TESTS_FAILED


def test_an_adjudication_says_why(signed_in: Any) -> None:
    _, judged = signed_in
    for found in judged["finding"]:
        assert found.keys() == ASSERTED | TOLD, found["check"]
        assert all(found[name].strip() for name in TOLD), found["check"]
        tolerated = found["level"] == "TOLERATED"
        assert found["verdict"] == ("tolerated" if tolerated else "true"), found["check"]
