import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from conformance.ehr.cohort import cohort
from tests.support.departures import children, departures_from

CHART_TYPES = {
    "AllergyIntolerance",
    "CarePlan",
    "CareTeam",
    "Condition",
    "Coverage",
    "Device",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "Goal",
    "Immunization",
    "MedicationDispense",
    "MedicationRequest",
    "Observation",
    "Procedure",
    "RelatedPerson",
    "ServiceRequest",
    "Specimen",
}
CODE = "import json; from conformance.ehr.cohort import cohort; print(json.dumps(cohort()))"


@pytest.fixture(scope="module")
def resources() -> list[dict[str, Any]]:
    return cohort()


def references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        for value in node.values():
            yield from references(value)


def test_the_cohort_is_the_same_bytes_in_another_process_and_time_zone(
    resources: list[dict[str, Any]],
) -> None:
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7"}
    again = subprocess.run(
        [sys.executable, "-c", CODE], env=environment, capture_output=True, check=True
    ).stdout
    here = json.dumps(resources).encode()
    assert hashlib.sha256(again.strip()).digest() == hashlib.sha256(here).digest()


def test_a_larger_cohort_begins_with_the_smaller_one(resources: list[dict[str, Any]]) -> None:
    larger = cohort(14)
    assert larger[: len(resources)] == resources
    families = [r["name"][0]["family"] for r in larger if r["resourceType"] == "Patient"]
    assert len(set(families)) == 14


def test_every_id_is_used_once(resources: list[dict[str, Any]]) -> None:
    ids = Counter((r["resourceType"], r["id"]) for r in resources)
    assert [key for key, number in ids.items() if number > 1] == []


def test_every_reference_leads_to_a_resource_of_the_cohort(
    resources: list[dict[str, Any]],
) -> None:
    known = {f"{r['resourceType']}/{r['id']}" for r in resources}
    for resource in resources:
        contained = {f"#{inner['id']}" for inner in resource.get("contained", [])}
        assert set(references(resource)) <= known | contained


def test_every_patient_has_every_type_of_the_chart(resources: list[dict[str, Any]]) -> None:
    for number in (1, 2, 3):
        own = {
            r["resourceType"]
            for r in resources
            if f"Patient/patient-{number}" in set(references(r))
            and r["resourceType"] != "Provenance"
        }
        assert own >= CHART_TYPES


def test_every_resource_of_a_chart_has_its_provenance(resources: list[dict[str, Any]]) -> None:
    targets = [
        target["reference"]
        for r in resources
        if r["resourceType"] == "Provenance"
        for target in r["target"]
    ]
    charted = [
        f"{r['resourceType']}/{r['id']}"
        for r in resources
        if r["resourceType"] in CHART_TYPES | {"Patient"}
    ]
    assert sorted(targets) == sorted(charted)


def test_a_patient_has_more_than_a_page_of_observations(resources: list[dict[str, Any]]) -> None:
    subjects = Counter(
        r["subject"]["reference"] for r in resources if r["resourceType"] == "Observation"
    )
    assert min(subjects.values()) >= 25


def test_a_code_is_observed_on_three_dates_or_asked_once(resources: list[dict[str, Any]]) -> None:
    dates: dict[tuple[str, str], set[str]] = {}
    for r in resources:
        if r["resourceType"] == "Observation":
            when = r.get("effectiveDateTime") or r["effectivePeriod"]["start"]
            key = (r["subject"]["reference"], r["code"]["coding"][0]["code"])
            dates.setdefault(key, set()).add(when[:10])
    assert {len(days) for days in dates.values()} == {1, 3}


def test_some_but_not_all_patients_are_alike(resources: list[dict[str, Any]]) -> None:
    patients = [r for r in resources if r["resourceType"] == "Patient"]
    assert len({p["name"][0]["family"][:5] for p in patients}) == 2
    assert len({p["gender"] for p in patients}) == 2
    assert len({p["birthDate"] for p in patients}) == 3


def test_names_and_addresses_of_patients_occur_nowhere_in_other_words(
    resources: list[dict[str, Any]],
) -> None:
    patients = [r for r in resources if r["resourceType"] == "Patient"]
    words = [
        word
        for p in patients
        for name in p["name"]
        for word in (name["family"], *name["given"])
        if name["use"] == "official"
    ]
    words += [contact["value"] for p in patients for contact in p["telecom"]]
    assert len(set(words)) == len(words)
    for resource in resources:
        if resource["resourceType"] != "Patient":
            stripped = json.dumps(_without_displays(resource))
            assert not [word for word in words if word in stripped]


def _without_displays(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_displays(item) for item in node]
    if isinstance(node, dict):
        return {key: _without_displays(value) for key, value in node.items() if key != "display"}
    return node


@pytest.mark.packages
def test_every_resource_keeps_to_its_profiles(
    resources: list[dict[str, Any]], profiles: Mapping[str, dict[str, Any]]
) -> None:
    departures = [
        f"{resource['id']} {departure}"
        for resource in resources
        for canonical in resource["meta"]["profile"]
        for departure in departures_from(profiles[canonical], resource)
    ]
    assert departures == []


@pytest.mark.packages
def test_the_elements_of_the_chart_that_must_be_supported_are_there(
    resources: list[dict[str, Any]], profiles: Mapping[str, dict[str, Any]]
) -> None:
    """All but those named here; vital signs of one value have no component and are never absent."""
    missing = set()
    for canonical in {c for r in resources for c in r["meta"]["profile"]}:
        own = [r for r in resources if canonical in r["meta"]["profile"]]
        for element in profiles[canonical]["snapshot"]["element"]:
            if element.get("mustSupport") and ":" not in element["id"]:
                steps = element["path"].split(".")[1:]
                if not any(children(r, steps) for r in own):
                    missing.add(element["path"])
    vital_signs = {path for path in missing if path.startswith("Observation.")}
    assert vital_signs == {
        "Observation.component",
        "Observation.component.code",
        "Observation.component.dataAbsentReason",
        "Observation.component.value[x]",
        "Observation.dataAbsentReason",
        "Observation.derivedFrom",
        "Observation.hasMember",
        "Observation.specimen",
        "Observation.value[x]",
    }
    assert missing - vital_signs == {
        "DiagnosticReport.media",
        "DiagnosticReport.media.link",
        "DocumentReference.content.attachment.url",
        "Encounter.reasonReference",
        "PractitionerRole.endpoint",
    }
