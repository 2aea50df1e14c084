"""Values are the most searchable part of an element, and say how they may be shown."""

from collections.abc import Callable
from typing import Any

import pytest

from conformance.ig.rulebook import SearchParameter
from conformance.validation.search_values import comparator_value, value_from

Parameter = Callable[[str, str], SearchParameter]

ABSENT = {
    "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
    "valueCode": "unknown",
}
DAR = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def built(parameter: SearchParameter, **elements: Any) -> str | None:
    found = value_from({"resourceType": parameter.type, **elements}, parameter)
    return found.value if found else None


def test_a_well_known_system_is_preferred(parameter: Parameter) -> None:
    codings = [
        {"system": "urn:local", "code": "L"},
        {"code": "bare"},
        {"system": CATEGORY, "code": "laboratory"},
    ]
    observation = {"category": [{"text": "only text"}, {"coding": codings}]}
    found = value_from(observation, parameter("Observation", "category"))
    assert found is not None
    assert found.value == "laboratory"
    assert found.with_system == f"{CATEGORY}|laboratory"
    assert found.element == "Observation.category.coding.code"
    assert not found.sensitive
    assert found.shown == "laboratory"


@pytest.mark.parametrize(
    "coding",
    [
        {"system": DAR, "code": "not-performed"},
        {"system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "code": "NI"},
        {"system": "urn:x", "code": "UNK"},
        {"system": "urn:x", "code": "unknown"},
        {"system": "urn:x", "code": "a", "extension": [ABSENT]},
        {"system": "urn:x", "code": ""},
        {"system": "urn:x"},
    ],
)
def test_a_code_for_missing_data_is_not_searched_for(
    parameter: Parameter, coding: dict[str, Any]
) -> None:
    assert built(parameter("Observation", "code"), code={"coding": [coding]}) is None
    other = {"code": "real"}
    assert built(parameter("Observation", "code"), code={"coding": [coding, other]}) == "real"


def test_an_element_with_a_data_absent_reason_is_passed_over(parameter: Parameter) -> None:
    name = parameter("Patient", "name")
    assert built(name, name=[{"family": "A", "extension": [ABSENT]}, {"family": "B"}]) == "B"
    birth = parameter("Patient", "birthdate")
    assert built(birth, birthDate="1980-01-01", _birthDate={"extension": [ABSENT]}) is None
    assert built(birth, _birthDate={"extension": [ABSENT]}) is None
    given = parameter("Patient", "given")
    names = [{"given": ["A", "B"], "_given": [{"extension": [ABSENT]}, None]}]
    assert built(given, name=names) == "B"


@pytest.mark.parametrize(
    ("name", "expected", "element"),
    [
        ({"family": "F", "given": ["G"], "text": "T"}, "F", "Patient.name.family"),
        ({"given": ["", "G"], "text": "T"}, "G", "Patient.name.given"),
        ({"text": "T, U"}, r"T\, U", "Patient.name.text"),
    ],
)
def test_the_family_name_comes_first(
    parameter: Parameter, name: dict[str, Any], expected: str, element: str
) -> None:
    found = value_from({"name": [name]}, parameter("Patient", "name"))
    assert found is not None
    assert (found.value, found.element) == (expected, element)
    assert found.shown == f"<{element}>"


def test_a_name_in_use_is_preferred_to_a_past_one(parameter: Parameter) -> None:
    names = [{"use": "old", "family": "Before"}, {"family": "Now"}]
    assert built(parameter("Patient", "name"), name=names) == "Now"
    assert built(parameter("Patient", "name"), name=names[:1]) == "Before"


def test_a_city_comes_before_the_whole_text(parameter: Parameter) -> None:
    address = parameter("Organization", "address")
    assert built(address, address=[{"text": "1 Main, Boston", "city": "Boston"}]) == "Boston"
    assert built(address, address=[{"country": "US"}]) == "US"


def test_an_identifier_is_sensitive_and_escaped(parameter: Parameter) -> None:
    identifier = [{"system": "urn:a"}, {"system": "urn:a|b", "value": "1,2"}]
    found = value_from({"identifier": identifier}, parameter("Patient", "identifier"))
    assert found is not None
    assert (found.value, found.with_system) == (r"1\,2", r"urn:a\|b|1\,2")
    assert found.shown == "<Patient.identifier.value>"


def test_a_token_without_a_system_has_no_form_with_one(parameter: Parameter) -> None:
    found = value_from({"status": "final"}, parameter("Observation", "status"))
    assert found is not None
    assert (found.value, found.with_system, found.sensitive) == ("final", None, False)
    coding = value_from({"class": {"code": "AMB"}}, parameter("Encounter", "class"))
    assert coding is not None
    assert coding.with_system is None


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("Patient/1", "Patient/1"),
        ("Patient/1/_history/2", "Patient/1"),
        ("https://x/fhir/Patient/1", "https://x/fhir/Patient/1"),
        ("#contained", None),
        ("urn:uuid:1", None),
        ("Group/1", None),
        ("", None),
    ],
)
def test_a_reference_is_its_string(
    parameter: Parameter, reference: str, expected: str | None
) -> None:
    assert built(parameter("Goal", "patient"), subject={"reference": reference}) == expected


@pytest.mark.parametrize("base", ["https://x/fhir", "https://X/fhir/"])
def test_an_absolute_reference_to_the_server_itself_becomes_type_and_id(
    parameter: Parameter, base: str
) -> None:
    goal = {"resourceType": "Goal", "subject": {"reference": "https://x/fhir/Patient/1/_history/2"}}
    found = value_from(goal, parameter("Goal", "patient"), base=base)
    elsewhere = value_from(goal, parameter("Goal", "patient"), base="https://y/fhir")
    assert found is not None
    assert elsewhere is not None
    assert found.value == "Patient/1"
    assert elsewhere.value == "https://x/fhir/Patient/1"


@pytest.mark.parametrize(
    ("elements", "expected", "element"),
    [
        ({"effectiveDateTime": "2020-03-01T10:00:00Z"}, "2020-03-01T10:00:00Z", "DateTime"),
        ({"effectiveDateTime": "2020-03-01"}, "gt2020-02-29T00:00:00Z", "DateTime"),
        (
            {"effectivePeriod": {"start": "2020-03-01T10:00:00+01:00", "end": "2021"}},
            "gt2020-02-29T10:00:00+01:00",
            "Period.start",
        ),
        ({"effectivePeriod": {"end": "2020-03-01"}}, "lt2020-03-03T00:00:00Z", "Period.end"),
    ],
)
def test_a_clinical_date_is_sent_to_the_second(
    parameter: Parameter, elements: dict[str, Any], expected: str, element: str
) -> None:
    found = value_from(elements, parameter("Observation", "date"))
    assert found is not None
    assert found.value == expected
    assert found.element == f"Observation.effective{element}"
    assert found.sensitive
    assert found.comparator == (expected[:2] if expected[0] in "gl" else "")
    assert found.shown == f"{found.comparator}<{found.element}>"


def test_a_birth_date_is_sent_as_it_is(parameter: Parameter) -> None:
    assert built(parameter("Patient", "birthdate"), birthDate="1980-05-01") == "1980-05-01"
    assert built(parameter("Patient", "birthdate"), birthDate="1980") == "1980"
    died = {"deceasedDateTime": "2015-03-04T23:30:00-05:00"}
    assert built(parameter("Patient", "death-date"), **died) == "2015-03-04"


def test_a_comparator_asks_about_the_end_of_a_period_that_it_concerns(
    parameter: Parameter,
) -> None:
    encounter = {"period": {"start": "2020-03-01T10:00:00Z", "end": "2020-03-05T10:00:00Z"}}
    date = parameter("Encounter", "date")
    values = [comparator_value(encounter, date, prefix) for prefix in ("gt", "ge", "lt", "le")]
    assert [value.value for value in values if value] == [
        "gt2020-02-29T10:00:00Z",
        "ge2020-02-29T10:00:00Z",
        "lt2020-03-06T10:00:00Z",
        "le2020-03-06T10:00:00Z",
    ]
    assert comparator_value(encounter, parameter("Encounter", "type"), "gt") is None
    assert comparator_value({}, date, "gt") is None


def test_nothing_usable_gives_no_value(parameter: Parameter) -> None:
    assert built(parameter("Observation", "date"), effectiveDateTime="soon") is None
    assert built(parameter("Observation", "date"), effectiveTiming={"event": ["2020"]}) is None
    assert built(parameter("Observation", "code"), code={"text": "only"}) is None
    assert built(parameter("Patient", "name"), name=[{"family": " "}]) is None
