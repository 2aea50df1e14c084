"""What a search has to find beyond doubt: nothing that R4 leaves to servers is among it."""

from typing import Any

import pytest

from conformance.ig.rulebook import load_rulebook
from conformance.validation.search_certainty import surely_matches
from conformance.validation.search_matching import matches

BASE = "https://ehr.example/fhir"
PATIENT = {
    "resourceType": "Patient",
    "name": [{"family": "Quillmarsh", "given": ["Ada"], "text": "Countess Ada"}],
    "identifier": [{"system": "urn:x", "value": "A1"}],
    "birthDate": "1984-11-23",
}
OBSERVATION = {
    "resourceType": "Observation",
    "status": "final",
    "subject": {"reference": "Patient/p1"},
    "code": {"coding": [{"system": "urn:codes", "code": "Ab"}, {"code": "bare"}]},
    "effectiveDateTime": "2024-03-01T10:00:00-05:00",
}
ENCOUNTER = {
    "resourceType": "Encounter",
    "period": {"start": "2024-03-01T10:00:00Z", "end": "2024-03-03T10:00:00Z"},
}


@pytest.mark.parametrize(
    ("resource", "name", "value", "sure"),
    [
        (PATIENT, "name", "Quill", True),
        (PATIENT, "name", "Ada", True),
        (PATIENT, "name", "Countess", False),
        (PATIENT, "name", "quill", False),
        (PATIENT, "identifier", "A1", True),
        (PATIENT, "identifier", "urn:x|A1", True),
        (PATIENT, "identifier", "|A1", False),
        (PATIENT, "birthdate", "1984-11-23", True),
        (PATIENT, "birthdate", "1984-11", True),
        (PATIENT, "birthdate", "ge1984-11-23", True),
        (PATIENT, "birthdate", "gt1984-11-23", False),
        (PATIENT, "birthdate", "1984-11-23T00:00:00Z", False),
        (OBSERVATION, "code", "Ab", True),
        (OBSERVATION, "code", "ab", False),
        (OBSERVATION, "code", "urn:codes|", True),
        (OBSERVATION, "code", "|bare", True),
        (OBSERVATION, "code", "x,urn:codes|Ab", True),
        (OBSERVATION, "patient", "p1", True),
        (OBSERVATION, "patient", f"{BASE}/Patient/p1", True),
        (OBSERVATION, "patient", "https://other.example/Patient/p1", False),
        (OBSERVATION, "status", "final", True),
        (OBSERVATION, "status", "http://hl7.org/fhir/observation-status|final", False),
        (OBSERVATION, "date", "2024-03-01T15:00:00Z", True),
        (OBSERVATION, "date", "2024-03-01", False),
        (OBSERVATION, "date", "gt2024-02-28", True),
        (OBSERVATION, "date", "gt2024-03-01", False),
        (ENCOUNTER, "date", "gt2024-02-01T00:00:00Z", True),
        (ENCOUNTER, "date", "gt2024-03-02T00:00:00Z", False),
        (ENCOUNTER, "date", "le2024-04-01T00:00:00Z", True),
    ],
)
def test_only_what_no_server_may_leave_out_is_sure(
    resource: dict[str, Any], name: str, value: str, sure: bool
) -> None:
    parameter = load_rulebook("6.1.0").parameter(str(resource["resourceType"]), name)
    assert parameter is not None
    assert surely_matches(resource, parameter, value, base=BASE) is sure
    if sure:
        assert matches(resource, parameter, value, base=BASE) is True


@pytest.mark.parametrize("resource", [None, [], {}, {"resourceType": "Observation", "code": 7}])
def test_nothing_of_another_shape_is_sure(resource: Any) -> None:
    parameter = load_rulebook("6.1.0").parameter("Observation", "code")
    assert parameter is not None
    assert surely_matches(resource, parameter, "Ab") is False
