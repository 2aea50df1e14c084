"""sekmet-fhir: every finding was held against the specification, and none comes or goes unseen."""

from typing import Any

import pytest

pytestmark = pytest.mark.slow

GROUPS = {
    "undeclared": ("every", "open"),
    "declared": ("every", "open"),
    "protected": ("every", "protected"),
}
PERSONLESS = (
    "fhir-api.",
    "patient-access.discovery.",
    "portability.export.is-declared",
    "security.refusal.",
    "security.tls.",
)
"""What needs nobody to sign in: nothing below these may want for a persona."""
ASSERTED = {"runs", "check", "code", "level", "rows"}
TOLD = {"request", "answer", "section", "verdict", "note"}


def test_every_finding_was_adjudicated_and_none_is_lost(
    probed: Any, adjudication: dict[str, Any]
) -> None:
    expected = {
        (found["check"], found["code"], found["level"]): found["rows"]
        for found in adjudication["finding"]
        if found["runs"] in GROUPS[probed.name]
    }
    assert probed.findings() == expected


def test_what_could_not_be_judged_is_what_the_cohort_lacks(
    probed: Any, adjudication: dict[str, Any]
) -> None:
    expected = {
        (check, code): rows
        for group in GROUPS[probed.name]
        for code, checks in adjudication["silent"].get(group, {}).items()
        for check, rows in checks.items()
    }
    silences = probed.silences()
    assert {key: rows for key, rows in silences.items() if key[1] != "no-credentials"} == expected


def test_without_personas_exactly_the_flows_are_silent(probed: Any) -> None:
    lacking = {check for check, code in probed.silences() if code == "no-credentials"}
    judged = {
        check["function"] for check in probed.results["checks"] if check["code"] != "no-credentials"
    }
    assert lacking
    assert not lacking & judged
    assert not [name for name in lacking if name.startswith(PERSONLESS)]


def test_the_verdict_follows_from_the_decision_table(
    probed: Any, adjudication: dict[str, Any]
) -> None:
    verdict, expected = probed.results["verdict"], adjudication["verdict"][probed.name]
    told = {name: verdict[name] for name in ("class", "rule", "qualifier", "exit")}
    assert told == {name: expected[name] for name in told}
    assert {gate["id"]: gate["state"] for gate in verdict["gates"]} == expected["gates"]


def test_every_failure_was_seen_twice(probed: Any) -> None:
    failed = [check for check in probed.results["checks"] if check["outcome"] == "FAIL"]
    assert failed
    assert all(check["confirmed"] for check in failed)


def test_nothing_crashes(probed: Any) -> None:
    assert probed.results["verdict"]["counts"]["ERROR"] == 0
    assert "Traceback" not in probed.printed + probed.complaints
    assert probed.code == probed.results["verdict"]["exit"]


def test_an_adjudication_says_why(adjudication: dict[str, Any]) -> None:
    for found in adjudication["finding"]:
        assert found.keys() == ASSERTED | TOLD, found["check"]
        assert all(found[name].strip() for name in TOLD), found["check"]
        tolerated = found["level"] == "TOLERATED"
        assert found["verdict"] == ("tolerated" if tolerated else "true"), found["check"]
