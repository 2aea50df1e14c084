"""Matching of dates by R4's rules; what cannot be judged is never held against a server."""

from collections.abc import Callable
from typing import Any

import pytest

from conformance.ig.rulebook import SearchParameter
from conformance.validation.search_matching import matches

Parameter = Callable[[str, str], SearchParameter]

BASE = "https://ehr.example/fhir"
LOINC = "http://loinc.org"


def resource(type_: str, **elements: Any) -> dict[str, Any]:
    return {"resourceType": type_, **elements}


@pytest.mark.parametrize(
    ("value", "effective", "expected"),
    [
        ("2013-01-14", "2013-01-14T00:00:00", True),
        ("eq2013-01-14", "2013-01-14T10:00:00", True),
        ("eq2013-01-14", "2013-01-15T00:00:00", False),
        ("ne2013-01-14", "2013-01-15T00:00:00", True),
        ("ne2013-01-14", "2013-01-14T10:00:00", False),
        ("lt2013-01-14T10:00", "2013-01-14", True),
        ("gt2013-01-14T10:00", "2013-01-14", True),
        ("gt2013-01-14", "2013-01-14", False),
        ("ge2013-03-14", {"start": "2013-01-21"}, True),
        ("le2013-03-14", {"start": "2013-01-21"}, True),
        ("sa2013-03-14", {"start": "2013-03-15"}, True),
        ("sa2013-03-14", {"start": "2013-01-21"}, False),
        ("sa2013-03-14", {"end": "2013-01-21"}, False),
        ("eb2013-03-14", {"start": "2013-03-15"}, False),
        ("eb2013-03-14", {"start": "2013-01-21"}, False),
        ("eb2013-03-14", {"end": "2013-01-21"}, True),
        ("ap2013-03-14", "2013-03-14", True),
        ("ap2013-03-14", "2013-03-15", None),
        ("ap2013-03-14", {"start": "2013-01-21"}, True),
        ("2013-01", "2013-01-31", True),
        ("2013-01-31", "2013-01", False),
        ("2013-01-14", {"start": "2013-01-14", "end": "2013-01-15"}, False),
        ("2013-01-14,2013-01-15", "2013-01-15", True),
        ("2013-01-14,nonsense", "2013-01-15", None),
        ("2013-01-14T23:00:00Z", "2013-01-15T00:00:00+01:00", True),
        ("2013-01-14T23:00:01Z", "2013-01-15T00:00:00+01:00", False),
        ("gt2013-01-14T23:00:00Z", "2013-01-14", True),
        ("gt2013-01-16T00:00:00Z", "2013-01-14", False),
        ("lt2013-01-14", "2013-01-14T20:00:00-10:00", False),
        ("lt2013-01-14", "2013-01-14T02:00:00Z", True),
        ("2013-01-14", "nonsense", None),
        ("2013-01-14", {"start": "nonsense"}, None),
        ("2013-01-14", {}, None),
        ("gt", "2013-01-14", None),
        ("", "2013-01-14", None),
    ],
)
def test_dates(parameter: Parameter, value: str, effective: Any, expected: bool | None) -> None:
    name = "effectivePeriod" if isinstance(effective, dict) else "effectiveDateTime"
    observation = resource("Observation", **{name: effective})
    assert matches(observation, parameter("Observation", "date"), value) is expected


def test_a_missing_date_matches_nothing_and_may_differ(parameter: Parameter) -> None:
    observation = resource("Observation")
    assert matches(observation, parameter("Observation", "date"), "2013") is False
    assert matches(observation, parameter("Observation", "date"), "ne2013") is None


def test_a_date_inside_an_extension_is_found(parameter: Parameter) -> None:
    url = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"
    extension = [{"url": "http://other"}, 7, {"url": url, "valueDateTime": "2020-01-02"}]
    condition = resource("Condition", extension=extension)
    asserted = parameter("Condition", "asserted-date")
    assert matches(condition, asserted, "2020-01-02") is True
    assert matches(condition, asserted, "2020-01-03") is False


def test_a_choice_of_another_type_is_not_searched(parameter: Parameter) -> None:
    patient = resource("Patient", deceasedBoolean=True)
    assert matches(patient, parameter("Patient", "death-date"), "2020") is False
