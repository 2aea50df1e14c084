"""Every row of the decision table, and what keeps a row from matching."""

from collections.abc import Callable
from typing import Any

import pytest

Check = dict[str, Any]
Checks = list[Check]
Verdict = Callable[..., dict[str, Any]]
Spoil = Callable[..., Checks]

EMR, CERTIFIED, UNDETERMINED = "EMR-level", "certified-EHR-level", "undetermined"
HTML = [
    {"url": "https://host/fhir", "answer": "no-fhir", "exchange": 1},
    {"url": "https://host/r4", "answer": "no-fhir", "exchange": 2},
]
SILENT = [*HTML, {"url": "https://host/fhir/r4", "answer": "unreachable", "exchange": 3}]
NOTHING: dict[str, Any] = {"types_declared": [], "types_shown": {}}
PORTAL = {**NOTHING, "fhir_api": False, "fhir_version": None, "addresses": HTML}
INSURER = {"types_declared": ["Patient", "Coverage", "ExplanationOfBenefit"], "types_shown": {}}


def outcome(verdict: dict[str, Any]) -> tuple[str, int, str]:
    """Return what the table decides."""
    return verdict["class"], verdict["rule"], verdict["qualifier"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        # row 1
        ({**PORTAL, "reachable": False}, (UNDETERMINED, 1, "unreachable")),
        ({**PORTAL, "reachable": False, "kind": "ehr"}, (UNDETERMINED, 1, "unreachable")),
        ({**PORTAL, "addresses": SILENT, "kind": "ehr"}, (UNDETERMINED, 1, "unreachable")),
        (PORTAL, (UNDETERMINED, 1, "not a record system")),
        ({**PORTAL, "addresses": SILENT}, (UNDETERMINED, 1, "not a record system")),
        (
            {"types_declared": ["CodeSystem", "ValueSet"], "types_shown": {}},
            (UNDETERMINED, 1, "not a record system"),
        ),
        (
            {"types_declared": ["Patient"], "types_shown": {}},
            (UNDETERMINED, 1, "not a record system"),
        ),
        (
            {"types_declared": ["Observation"], "types_shown": {}},
            (UNDETERMINED, 1, "not a record system"),
        ),
        (
            {"types_declared": ["MedicationKnowledge"], "types_shown": {}},
            (UNDETERMINED, 1, "not a record system"),
        ),
        # row 2
        (INSURER, (UNDETERMINED, 2, "payer API")),
        ({"types_declared": ["InsurancePlan"], "types_shown": {}}, (UNDETERMINED, 2, "payer API")),
        (
            {"types_declared": ["List", "MedicationKnowledge"], "types_shown": {}},
            (UNDETERMINED, 2, "payer API"),
        ),
        (
            {"types_declared": [], "types_shown": {"ExplanationOfBenefit": 4}},
            (UNDETERMINED, 2, "payer API"),
        ),
        # row 3
        ({**PORTAL, "kind": "ehr"}, (EMR, 3, "no API")),
        ({**PORTAL, "kind": "ehr", "access": "open-sandbox"}, (EMR, 3, "no API")),
        # none of them: a record system by what it declares, by what it shows, by the target file
        ({"types_declared": ["Patient", "Goal"], "types_shown": {}}, (CERTIFIED, 7, "")),
        ({"types_declared": [], "types_shown": {"Patient": 1, "Goal": 1}}, (CERTIFIED, 7, "")),
        ({"types_declared": ["Patient"], "types_shown": {"Goal": 1}}, (CERTIFIED, 7, "")),
        ({**NOTHING, "kind": "ehr"}, (CERTIFIED, 7, "")),
        ({**INSURER, "kind": "ehr"}, (CERTIFIED, 7, "")),
        (
            {"types_declared": ["Patient", "Condition", "ExplanationOfBenefit"]},
            (CERTIFIED, 7, ""),
        ),
    ],
)
def test_what_the_target_is_comes_first(
    target: dict[str, Any], expected: tuple[str, int, str], sound: Checks, verdict: Verdict
) -> None:
    assert outcome(verdict(sound, target=target)) == expected


def test_a_type_counted_with_no_resource_is_not_shown(sound: Checks, verdict: Verdict) -> None:
    target = {"types_declared": ["Patient"], "types_shown": {"Goal": 0}}
    assert verdict(sound, target=target)["rule"] == 1


@pytest.mark.parametrize(
    ("requirement", "code", "expected"),
    [
        # row 4: what has nothing to do with authorization
        ("fhir#r4-json", "x.y", (EMR, 4, "open sandbox")),
        ("fhir#capabilities", "absent", (EMR, 4, "open sandbox")),
        ("tls#certificate", "x.y", (EMR, 4, "open sandbox")),
        ("us-core#search-shall", "x.y", (EMR, 4, "open sandbox")),
        ("us-core#provenance-revinclude", "absent", (EMR, 4, "open sandbox")),
        # row 5: authorization cannot be judged
        ("us-core#refuses-unauthorized", "x.y", (UNDETERMINED, 5, "open sandbox")),
        ("smart#configuration-served", "absent", (UNDETERMINED, 5, "open sandbox")),
        ("bulk#group-export", "x.y", (UNDETERMINED, 5, "open sandbox")),
    ],
)
def test_a_declared_open_sandbox(
    requirement: str,
    code: str,
    expected: tuple[str, int, str],
    sound: Checks,
    spoil: Spoil,
    verdict: Verdict,
) -> None:
    checks = spoil(sound, requirement, "FAIL", code=code, confirmed=True)
    assert outcome(verdict(checks, target={"access": "open-sandbox"})) == expected


def test_a_flawless_open_sandbox_is_never_certified(sound: Checks, verdict: Verdict) -> None:
    found = verdict(sound, target={"access": "open-sandbox"})
    assert outcome(found) == (UNDETERMINED, 5, "open sandbox")
    assert "6 of 6 points" in found["headline"]


@pytest.mark.parametrize(
    ("requirement", "code", "qualifier", "says"),
    [
        ("fhir#r4-json", "x.y", "", "does not speak FHIR R4"),
        ("fhir#r4-json", "absent", "", "has no FHIR API"),
        ("tls#1.2-or-later", "x.y", "", "does not protect the connection"),
        ("us-core#refuses-unauthorized", "x.y", "open access undeclared", "without a valid token"),
        ("smart#isolation", "x.y", "", "other patients' data"),
        ("smart#configuration-served", "absent", "", "does not announce how apps sign in"),
        ("smart#standalone-launch", "x.y", "", "patient's app"),
        ("smart#ehr-launch", "x.y", "", "within the record"),
        ("smart#pkce-refused", "x.y", "", "has to refuse"),
        ("smart#refresh", "x.y", "", "renew"),
        ("smart#introspection", "x.y", "", "token is good"),
        ("smart#backend-services", "absent", "", "no export"),
        ("us-core#search-shall", "x.y", "", "required searches"),
        ("us-core#profile-conformance", "x.y", "", "profiles"),
        ("us-core#references-resolve", "x.y", "", "references"),
        ("us-core#provenance-revinclude", "absent", "", "origin"),
    ],
)
def test_row_6_any_gate_contradicted_or_absent(
    requirement: str,
    code: str,
    qualifier: str,
    says: str,
    sound: Checks,
    spoil: Spoil,
    verdict: Verdict,
) -> None:
    found = verdict(spoil(sound, requirement, "FAIL", code=code, confirmed=True))
    assert outcome(found) == (EMR, 6, qualifier)
    assert says in found["headline"]


def test_the_headline_of_many_contradictions_stays_short(
    sound: Checks, spoil: Spoil, verdict: Verdict
) -> None:
    checks = sound
    for name in ("fhir#r4-json", "smart#isolation", "smart#refresh", "smart#introspection"):
        checks = spoil(checks, name, "FAIL", code="x.y", confirmed=True)
    found = verdict(spoil(checks, "us-core#refuses-unauthorized", "FAIL", code="x", confirmed=True))
    assert "it gives clinical data to requests without a valid token," in found["headline"]
    assert "and falls short in 3 more points" in found["headline"]
    assert found["qualifier"] == "open access undeclared"


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        ("6.1.0", (CERTIFIED, 7, "")),
        ("7.0.0", (CERTIFIED, 7, "")),
        ("8.0.0", (CERTIFIED, 7, "")),
        ("5.0.1", (CERTIFIED, 8, "expired edition")),
        ("4.0.0", (CERTIFIED, 8, "expired edition")),
        ("3.1.1", (CERTIFIED, 8, "expired edition")),
        ("1.0.0", (UNDETERMINED, 9, "leaning certified")),
        ("", (CERTIFIED, 7, "")),
    ],
)
def test_rows_7_and_8_all_shown_by_edition(
    edition: str, expected: tuple[str, int, str], sound: Checks, verdict: Verdict
) -> None:
    found = verdict(sound, target={"us_core": {"edition": edition}})
    assert outcome(found) == expected


def test_the_certified_headline_counts_the_deviations(
    sound: Checks, check: Callable[..., Check], verdict: Verdict
) -> None:
    failing = check("fhir#self-link", "FAIL", code="search.self", confirmed=True)
    found = verdict([*sound, failing])
    assert outcome(found) == (CERTIFIED, 7, "")
    assert found["deviations"]["SHALL"] == 1
    assert "1 check found a requirement unmet" in found["headline"]


def test_row_9_some_shown_none_contradicted(sound: Checks, spoil: Spoil, verdict: Verdict) -> None:
    found = verdict(spoil(sound, "smart#refresh", "SKIP", code="no-credentials"))
    assert outcome(found) == (UNDETERMINED, 9, "leaning certified")
    assert "14 of 15 points" in found["headline"]


def test_row_9_nothing_shown_leans_nowhere(sound: Checks, verdict: Verdict) -> None:
    skipped = [{**found, "outcome": "SKIP", "code": "no-credentials"} for found in sound]
    found = verdict(skipped)
    assert outcome(found) == (UNDETERMINED, 9, "not demonstrated")


def test_an_unconfirmed_failure_contradicts_no_gate(sound: Checks, verdict: Verdict) -> None:
    doubtful = [
        {**found, "outcome": "FAIL", "code": "x.y", "confirmed": confirmed}
        for found, confirmed in zip(sound, [False, None] * len(sound), strict=False)
    ]
    found = verdict(doubtful)
    assert outcome(found) == (UNDETERMINED, 9, "not demonstrated")
    assert {gate["state"] for gate in found["gates"]} == {"unobserved"}


@pytest.mark.parametrize(
    ("parts", "partial"),
    [
        ({"run": {"selection": {"suites": ["fhir_api"], "keyword": ""}}}, True),
        ({"run": {"selection": {"suites": [], "keyword": "paging"}}}, True),
        ({"complete": False}, False),
        ({"run": {"interrupted": True}}, False),
    ],
)
def test_a_part_never_makes_the_certified_class(
    parts: dict[str, Any], partial: bool, sound: Checks, verdict: Verdict
) -> None:
    found = verdict(sound, **parts)
    assert outcome(found) == (UNDETERMINED, 9, "leaning certified")
    assert found["partial"] is partial
    expired = verdict(sound, target={"us_core": {"edition": "3.1.1"}}, **parts)
    assert expired["rule"] == 9


def test_a_part_can_show_a_contradiction_and_says_that_it_is_one(
    sound: Checks, spoil: Spoil, verdict: Verdict
) -> None:
    checks = spoil(sound, "smart#s256", "FAIL", code="x.y", confirmed=True)
    found = verdict(checks, run={"selection": {"suites": ["patient_access"], "keyword": ""}})
    assert outcome(found) == (EMR, 6, "")
    assert found["headline"].startswith("Only a part of the checks was run")


@pytest.mark.parametrize("rule", range(1, 10))
def test_every_row_has_a_headline_and_a_meaning_in_whole_sentences(
    rule: int, sound: Checks, spoil: Spoil, verdict: Verdict
) -> None:
    failing = spoil(sound, "fhir#r4-json", "FAIL", code="x.y", confirmed=True)
    sandbox = {"access": "open-sandbox"}
    cases: dict[int, tuple[Checks, dict[str, Any]]] = {
        1: (sound, PORTAL),
        2: (sound, INSURER),
        3: (sound, {**PORTAL, "kind": "ehr"}),
        4: (failing, sandbox),
        5: (sound, sandbox),
        6: (failing, {}),
        7: (sound, {}),
        8: (sound, {"us_core": {"edition": "3.1.1"}}),
        9: (spoil(sound, "smart#refresh", "SKIP", code="no-data"), {}),
    }
    checks, target = cases[rule]
    found = verdict(checks, target=target)
    assert found["rule"] == rule
    for sentence in (found["headline"], found["meaning"], found["exit_reason"]):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
