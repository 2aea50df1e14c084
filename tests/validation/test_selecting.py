"""Which profiles a resource belongs to: by type, category and code, as the examples have it."""

from typing import Any

import pytest

from conformance.ig.registry import shipped
from conformance.ig.rulebook import available_editions
from conformance.ig.selection import selections
from conformance.validation.selecting import profiles_of
from tests.support.package_examples import package_examples

LOINC = "http://loinc.org"
OBSERVATION = "http://terminology.hl7.org/CodeSystem/observation-category"
CONDITION = "http://terminology.hl7.org/CodeSystem/condition-category"
REPORT = "http://terminology.hl7.org/CodeSystem/v2-0074"

EXERCISE = "Observation-exercise-per-"
"""Claims the simple observation with category `activity`, which the clinical result has as well."""

MORE = {
    # The vital signs of FHIR itself claim the general profile only.
    "3.1.1": {"bp", "heartrate", "bodyheight", "us-core-pulse-oximetry", "resprate", "bodytemp"}
    # Two that claim nothing.
    | {"bodyweight", "us-core-encounter", "us-core-medicationrequest"},
    "4.0.0": set(),
    # Of category social-history, which this edition has a profile for.
    "5.0.1": {"us-core-observation-social-history"},
    "6.1.0": set(),
    # An average blood pressure has the category of vital signs and is not derived from them.
    "7.0.0": {"us-core-vital-signs", "us-core-observation-clinical-result"},
    "8.0.0": {"us-core-vital-signs", "us-core-observation-clinical-result"},
}
"""What selects examples besides what they claim."""


def selected(resource: Any, edition: str = "6.1.0") -> list[str]:
    """Return the last parts of the canonicals of what selects a resource."""
    chosen = selections(edition, shipped(f"hl7.fhir.us.core#{edition}"))
    return sorted(url.rpartition("/")[2] for url in profiles_of(resource, chosen))


def concept(system: str, *codes: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code} for code in codes]}


def observation(category: str = "", code: str = "", system: str = OBSERVATION) -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "Observation"}
    if category:
        made["category"] = [concept(system, category)]
    if code:
        made["code"] = concept(LOINC, code)
    return made


@pytest.mark.packages
@pytest.mark.parametrize("edition", available_editions())
def test_each_example_is_selected_by_what_it_claims(edition: str) -> None:
    chosen = selections(edition, shipped(f"hl7.fhir.us.core#{edition}"))
    known = {entry.profile for entry in chosen}
    more, count = set(), 0
    for name, resource in package_examples(f"hl7.fhir.us.core#{edition}"):
        claimed = {url.partition("|")[0] for url in resource.get("meta", {}).get("profile", [])}
        found = set(profiles_of(resource, chosen))
        if not name.startswith(EXERCISE):
            assert claimed & known <= found, name
        more |= {url.rpartition("/")[2] for url in found - claimed}
        count += bool(claimed & known)
    assert more == MORE[edition]
    assert count >= 74


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (observation("laboratory", "2160-0"), ["us-core-observation-lab"]),
        (observation("vital-signs", "1234-5"), ["us-core-vital-signs"]),
        (observation("vital-signs", "85354-9"), ["us-core-blood-pressure"]),
        # by its code alone: that it has no category is for the profile to say
        (observation("", "85354-9"), ["us-core-blood-pressure"]),
        # measured in a laboratory, or asked in a questionnaire
        (observation("laboratory", "8302-2"), ["us-core-observation-lab"]),
        (observation("survey", "8302-2"), ["us-core-observation-screening-assessment"]),
        (observation("vital-signs", "2708-6"), ["us-core-vital-signs"]),
        (observation("vital-signs", "59408-5"), ["us-core-pulse-oximetry"]),
        (observation("imaging"), ["us-core-observation-clinical-result"]),
        (observation("exam"), ["us-core-observation-clinical-result"]),
        (observation("social-history", "72166-2"), ["us-core-smokingstatus"]),
        (observation("social-history", "82810-3"), ["us-core-observation-pregnancystatus"]),
        # which its categories hold
        (observation("social-history"), ["us-core-simple-observation"]),
        (observation("laboratory", system="http://local"), []),
        (observation(), []),
    ],
)
def test_an_observation_belongs_where_code_and_category_say(
    resource: dict[str, Any], expected: list[str]
) -> None:
    assert selected(resource) == expected


def test_a_survey_about_needs_is_a_screening_and_a_note_about_them_is_simple() -> None:
    needs = concept("http://hl7.org/fhir/us/core/CodeSystem/us-core-category", "sdoh")
    noted = observation() | {"category": [needs]}
    asked = observation() | {"category": [concept(OBSERVATION, "survey"), needs]}
    assert selected(noted) == ["us-core-simple-observation"]
    assert selected(asked) == ["us-core-observation-screening-assessment"]


@pytest.mark.parametrize(
    ("type_", "system", "code", "expected"),
    [
        ("Condition", CONDITION, "encounter-diagnosis", ["us-core-condition-encounter-diagnosis"]),
        (
            "Condition",
            CONDITION,
            "problem-list-item",
            ["us-core-condition-problems-health-concerns"],
        ),
        ("Condition", CONDITION, "other", []),
        ("DiagnosticReport", REPORT, "LAB", ["us-core-diagnosticreport-lab"]),
        ("DiagnosticReport", LOINC, "LP29684-5", ["us-core-diagnosticreport-note"]),
        ("DiagnosticReport", REPORT, "RAD", []),
        ("CarePlan", LOINC, "38717-3", []),
    ],
)
def test_conditions_reports_and_plans_belong_by_category(
    type_: str, system: str, code: str, expected: list[str]
) -> None:
    assert selected({"resourceType": type_, "category": [concept(system, code)]}) == expected


def test_a_type_with_one_profile_needs_no_category() -> None:
    for type_ in ("Patient", "MedicationRequest", "ServiceRequest", "Encounter"):
        assert selected({"resourceType": type_}) == [f"us-core-{type_.lower()}"]
    assert selected({"resourceType": "Condition"}, "3.1.1") == ["us-core-condition"]


def test_an_advance_directive_is_no_clinical_note() -> None:
    directive = {"resourceType": "DocumentReference", "category": [concept(LOINC, "42348-3")]}
    assert selected(directive, "8.0.0") == ["us-core-adi-documentreference"]
    assert selected(directive, "7.0.0") == ["us-core-documentreference"]


def test_only_an_implant_is_an_implantable_device() -> None:
    assert selected({"resourceType": "Device"}) == []
    assert selected({"resourceType": "Device", "udiCarrier": [{}]}) == [
        "us-core-implantable-device"
    ]


def test_what_a_resource_claims_selects_nothing() -> None:
    claim = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab"
    assert selected({"resourceType": "Observation", "meta": {"profile": [claim]}}) == []


@pytest.mark.parametrize(
    "resource",
    [
        None,
        [],
        {},
        {"resourceType": ["Patient"]},
        {"resourceType": "Observation", "code": [{"coding": 1}], "category": {"coding": [None]}},
        {
            "resourceType": "Observation",
            "category": [[{}], {"coding": [{"system": 1, "code": {}}]}],
        },
    ],
)
def test_odd_values_belong_nowhere(resource: Any) -> None:
    assert selected(resource) == []
