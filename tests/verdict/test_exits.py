"""Every exit code, for every thing that can be required."""

from collections.abc import Callable
from typing import Any

import pytest

Check = dict[str, Any]
Checks = list[Check]
Verdict = Callable[..., dict[str, Any]]
Spoil = Callable[..., Checks]

REQUIRES = ("certified-ehr-level", "determined", "no-new-failures")
PORTAL = {
    "kind": "ehr",
    "fhir_api": False,
    "types_declared": [],
    "types_shown": {},
    "addresses": [{"url": "https://host/", "answer": "no-fhir", "exchange": 1}],
}


def _every(sound: Checks, outcome: str, code: str | None = None) -> Checks:
    return [{**check, "outcome": outcome, "code": code} for check in sound]


@pytest.mark.parametrize(
    ("situation", "certified", "determined", "no_new_failures"),
    [
        ("certified", 0, 0, 0),
        ("certified with an unmet recommendation", 0, 0, 0),
        ("certified in an expired edition", 1, 0, 0),
        ("a gate contradicted", 1, 0, 1),
        ("an unconfirmed failure", 3, 3, 1),
        ("something skipped", 3, 3, 0),
        ("an error", 3, 3, 3),
        ("everything skipped", 3, 3, 3),
        ("everything not applicable", 3, 3, 3),
        ("everything an error", 3, 3, 3),
        ("no check", 3, 3, 3),
        ("no API at a record system", 1, 0, 0),
        ("no API at a record system, everything skipped", 1, 3, 3),
        ("an insurer", 3, 3, 0),
        ("a terminology server", 3, 3, 3),
        ("unreachable", 3, 3, 3),
        ("incomplete", 3, 3, 3),
        ("incomplete with a contradiction", 3, 3, 3),
        ("interrupted", 130, 130, 130),
        ("interrupted and incomplete", 130, 130, 130),
        ("a part", 3, 3, 0),
        ("a part with a contradiction", 1, 0, 1),
        ("an open sandbox", 3, 3, 0),
        ("an open sandbox that fails", 1, 0, 1),
    ],
)
def test_the_exit_code_of_each_situation(
    situation: str,
    certified: int,
    determined: int,
    no_new_failures: int,
    sound: Checks,
    spoil: Spoil,
    verdict: Verdict,
) -> None:
    failing = spoil(sound, "fhir#r4-json", "FAIL", code="x.y", confirmed=True)
    part = {"selection": {"suites": ["fhir_api"], "keyword": ""}}
    cases: dict[str, tuple[Checks, dict[str, Any]]] = {
        "certified": (sound, {}),
        "certified with an unmet recommendation": (
            spoil(sound, "tls#certificate", "WARN", code="x.y"),
            {},
        ),
        "certified in an expired edition": (sound, {"target": {"us_core": {"edition": "3.1.1"}}}),
        "a gate contradicted": (failing, {}),
        "an unconfirmed failure": (
            spoil(sound, "fhir#r4-json", "FAIL", code="x.y", confirmed=False),
            {},
        ),
        "something skipped": (spoil(sound, "smart#refresh", "SKIP", code="no-credentials"), {}),
        "an error": (spoil(sound, "smart#refresh", "ERROR", code="timeout"), {}),
        "everything skipped": (_every(sound, "SKIP", "no-credentials"), {}),
        "everything not applicable": (_every(sound, "N/A"), {}),
        "everything an error": (_every(sound, "ERROR", "network"), {}),
        "no check": ([], {}),
        "no API at a record system": (sound, {"target": PORTAL}),
        "no API at a record system, everything skipped": (
            _every(sound, "SKIP", "prerequisite-failed"),
            {"target": PORTAL},
        ),
        "an insurer": (
            sound,
            {"target": {"types_declared": ["InsurancePlan"], "types_shown": {}}},
        ),
        "a terminology server": (
            sound,
            {"target": {"types_declared": ["ValueSet"], "types_shown": {}}},
        ),
        "unreachable": (sound, {"target": {"reachable": False}}),
        "incomplete": (sound, {"complete": False}),
        "incomplete with a contradiction": (failing, {"complete": False}),
        "interrupted": (sound, {"run": {"interrupted": True}}),
        "interrupted and incomplete": (sound, {"run": {"interrupted": True}, "complete": False}),
        "a part": (sound, {"run": part}),
        "a part with a contradiction": (failing, {"run": part}),
        "an open sandbox": (sound, {"target": {"access": "open-sandbox"}}),
        "an open sandbox that fails": (failing, {"target": {"access": "open-sandbox"}}),
    }
    checks, parts = cases[situation]
    for require, expected in zip(REQUIRES, (certified, determined, no_new_failures), strict=True):
        run = {**parts.get("run", {}), "require": require, "baseline": []}
        found = verdict(checks, **{**parts, "run": run})
        assert (require, found["exit"]) == (require, expected)
        assert found["exit_reason"].endswith(".")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ({"reachable": False}, "could not be reached"),
        ({"types_declared": ["ValueSet"], "types_shown": {}}, "Nothing at the addresses"),
        ({"types_declared": ["InsurancePlan"], "types_shown": {}}, "insurer's API"),
        ({"access": "open-sandbox"}, "6 of 6 gates shown"),
    ],
)
def test_the_reason_fits_the_situation(
    target: dict[str, Any], reason: str, sound: Checks, verdict: Verdict
) -> None:
    assert reason in verdict(sound, target=target)["exit_reason"]


def test_any_edition_can_be_asked_for(sound: Checks, verdict: Verdict) -> None:
    target = {"us_core": {"edition": "3.1.1"}}
    assert verdict(sound, target=target, run={"edition": "any"})["exit"] == 0
    assert verdict(sound, target=target, run={"edition": "current"})["exit"] == 1


@pytest.mark.parametrize("require", [None, "", "something else"])
def test_what_is_not_known_to_be_required_is_read_as_the_default(
    require: str | None, sound: Checks, spoil: Spoil, verdict: Verdict
) -> None:
    failing = spoil(sound, "fhir#r4-json", "FAIL", code="x.y", confirmed=True)
    assert verdict(failing, run={"require": require})["exit"] == 1


def test_a_failure_of_the_baseline_is_not_new(
    sound: Checks, spoil: Spoil, verdict: Verdict
) -> None:
    failing = spoil(sound, "fhir#r4-json", "FAIL", code="x.y", confirmed=True)
    known = [check["id"] for check in failing if check["outcome"] == "FAIL"]
    for baseline, expected in ((known, 0), ([], 1), (None, 1), (["another"], 1)):
        run = {"require": "no-new-failures", "baseline": baseline}
        assert verdict(failing, run=run)["exit"] == expected
