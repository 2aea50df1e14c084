"""Dimensions, distance and counts."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from conformance.catalogue import Catalogue
from conformance.core.errors import CatalogueError
from conformance.verdict import judge

Check = dict[str, Any]
Checks = list[Check]
Verdict = Callable[..., dict[str, Any]]
Spoil = Callable[..., Checks]
MakeCheck = Callable[..., Check]


def test_the_distance_is_empty_when_every_gate_is_shown(sound: Checks, verdict: Verdict) -> None:
    assert verdict(sound)["distance"] == []


def test_the_distance_begins_with_what_unblocks_most(
    sound: Checks, spoil: Spoil, verdict: Verdict
) -> None:
    checks = spoil(sound, "smart#refresh", "FAIL", code="x.y", confirmed=True)
    checks = spoil(checks, "us-core#search-shall", "SKIP", code="no-credentials")
    checks = [
        entry for entry in checks if "us-core#references-resolve" not in entry["requirements"]
    ]
    found = verdict(checks)["distance"]
    assert [(entry["gate"], entry["state"], entry["unblocks"]) for entry in found] == [
        ("searches", "unobserved", 17),
        ("refresh", "contradicted", 1),
        ("references", "unobserved", 0),
    ]
    assert found[0]["step"].startswith("To decide this: ")
    assert "refresh tokens" in found[1]["step"]
    assert found[2]["step"].startswith("This version cannot try it; ")


def test_what_waits_for_a_failed_check_counts_for_its_gate(
    sound: Checks, spoil: Spoil, check: MakeCheck, verdict: Verdict
) -> None:
    checks = spoil(sound, "fhir#capabilities", "FAIL", code="absent", confirmed=True)
    waiting = [
        check(
            "us-core#search-shall",
            "SKIP",
            code="prerequisite-failed",
            message="area.module.fhir-capabilities failed.",
            row={"type": "Goal", "parameters": [f"p{number}"]},
        )
        for number in range(5)
    ]
    found = verdict(checks + waiting)["distance"]
    assert (found[0]["gate"], found[0]["unblocks"]) == ("r4-json", 6)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("prerequisite-failed", "Something else failed."),
        ("prerequisite-failed", ""),
        ("no-data", "area.module.fhir-capabilities failed."),
    ],
)
def test_what_waits_for_something_else_does_not_count(
    code: str, message: str, sound: Checks, spoil: Spoil, check: MakeCheck, verdict: Verdict
) -> None:
    checks = spoil(sound, "fhir#capabilities", "FAIL", code="absent", confirmed=True)
    waiting = check("fhir#read", "SKIP", code=code, message=message)
    found = verdict([*checks, waiting])["distance"]
    assert (found[0]["gate"], found[0]["unblocks"]) == ("r4-json", 1)


def test_what_waits_for_one_of_two_failed_checks_counts(
    sound: Checks, spoil: Spoil, check: MakeCheck, verdict: Verdict
) -> None:
    checks = spoil(sound, "fhir#capabilities", "FAIL", code="absent", confirmed=True)
    checks = spoil(checks, "fhir#r4-json", "FAIL", code="absent", confirmed=True)
    waiting = check(
        "fhir#read",
        "SKIP",
        code="prerequisite-failed",
        message="area.module.fhir-r4-json failed.",
    )
    found = verdict([*checks, waiting])["distance"]
    assert (found[0]["gate"], found[0]["unblocks"]) == ("r4-json", 3)


def test_the_six_dimensions_have_evidence_in_tiers(sound: Checks, verdict: Verdict) -> None:
    found = verdict(sound, target={"kind": "ehr"})["dimensions"]
    assert [entry["id"] for entry in found] == [
        "scope-of-data",
        "data-sharing",
        "interoperability",
        "intended-users",
        "integration",
        "compliance",
    ]
    tiers = {evidence["tier"] for entry in found for evidence in entry["evidence"]}
    assert tiers == {"Shown", "Declared", "Attested", "Not observed"}
    assert all(entry["evidence"] for entry in found)
    text = json.dumps(found)
    assert "Patient 3" in text
    assert "Says that it speaks FHIR 4.0.1." in text


def test_nothing_executed_shows_no_evidence(verdict: Verdict) -> None:
    found = verdict([], target={"types_shown": {}})["dimensions"]
    tiers = {evidence["tier"] for entry in found for evidence in entry["evidence"]}
    assert "Shown" not in tiers


def test_deviations_count_checks_by_their_gravest_finding(
    sound: Checks, check: MakeCheck, verdict: Verdict
) -> None:
    more = [
        check("fhir#count", "FAIL", code="x.y", confirmed=True, findings=("SHALL", "SHOULD")),
        check("fhir#total", "FAIL", code="x.y", confirmed=False, findings=("SHALL",) * 3),
        check("fhir#read", "FAIL", code="x.y"),
        check("fhir#wrong-method", "WARN", code="x.y", findings=("SHOULD", "SHOULD")),
        check("fhir#unknown-type", "WARN", code="x.y", findings=("TOLERATED", "SHOULD")),
        check("fhir#self-link", "WARN", code="x.y", findings=("TOLERATED",)),
        check("fhir#paging", "SKIP", code="no-data"),
    ]
    found = verdict(sound + more)
    assert found["deviations"] == {"SHALL": 3, "SHOULD": 2}
    assert found["counts"] == {
        "PASS": len(sound),
        "WARN": 3,
        "FAIL": 3,
        "SKIP": 1,
        "N/A": 0,
        "ERROR": 0,
    }


def test_smart_is_named_once_its_discovery_is_shown(
    sound: Checks, spoil: Spoil, verdict: Verdict
) -> None:
    assert verdict(sound)["edition"] == {"us_core": "6.1.0", "current": True, "smart": "2"}
    checks = spoil(sound, "smart#s256", "SKIP", code="prerequisite-failed")
    assert verdict(checks)["edition"]["smart"] is None


def test_judging_changes_nothing_and_repeats_itself(
    sound: Checks, document: Callable[..., dict[str, Any]], catalogue: Catalogue
) -> None:
    given = document(sound)
    before = copy.deepcopy(given)
    first = json.dumps(judge(given, catalogue), sort_keys=True)
    assert given == before
    assert json.dumps(judge(given, catalogue), sort_keys=True) == first


def test_an_unknown_rule_set_is_named(
    document: Callable[..., dict[str, Any]], catalogue: Catalogue
) -> None:
    given = document([])
    given["catalogue"]["rule_set"] = "onc-1999"
    with pytest.raises(CatalogueError, match=r"onc-1999.*onc-2026"):
        judge(given, catalogue)


@pytest.mark.parametrize("wrong", [None, 1, "text", [], {}, [None, 1, "x", []], True])
@pytest.mark.parametrize("member", ["checks", "target", "run", "transcript"])
def test_a_member_of_another_shape_shows_nothing(
    member: str,
    wrong: Any,
    sound: Checks,
    document: Callable[..., dict[str, Any]],
    catalogue: Catalogue,
) -> None:
    given = {**document(sound), member: wrong}
    found = judge(given, catalogue)
    if member != "run":
        assert found["class"] == "undetermined"
        assert found["exit"] == 3


@pytest.mark.parametrize("wrong", [None, 1, "text", [], {}, [None], True])
@pytest.mark.parametrize(
    "member",
    [
        "kind",
        "access",
        "addresses",
        "types_declared",
        "types_shown",
        "us_core",
        "fhir_version",
        "software",
    ],
)
def test_a_target_of_another_shape_never_raises(
    member: str, wrong: Any, sound: Checks, verdict: Verdict
) -> None:
    assert verdict(sound, target={member: wrong})["gates"]


@pytest.mark.parametrize(
    "member",
    ["id", "function", "title", "row", "outcome", "code", "message", "requirements", "findings"],
)
@pytest.mark.parametrize("wrong", [None, 1, [], {}, [None], True])
def test_a_check_of_another_shape_never_raises(
    member: str, wrong: Any, sound: Checks, verdict: Verdict
) -> None:
    assert verdict([{**sound[0], member: wrong}])["class"] == "undetermined"
