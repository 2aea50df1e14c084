"""The building blocks of every resource: codes, references, amounts, and the builder itself."""

import json
import tomllib
from functools import cache
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from conformance.ehr.profiles import profile
from conformance.resources import fixtures_root

Element = dict[str, Any]

HL7 = "http://terminology.hl7.org/CodeSystem"
SYSTEMS = {
    "act": f"{HL7}/v3-ActCode",
    "act-reason": f"{HL7}/v3-ActReason",
    "allergy-clinical": f"{HL7}/allergyintolerance-clinical",
    "allergy-verification": f"{HL7}/allergyintolerance-verification",
    "cdcrec": "urn:oid:2.16.840.1.113883.6.238",
    "condition-category": f"{HL7}/condition-category",
    "condition-clinical": f"{HL7}/condition-clinical",
    "condition-verification": f"{HL7}/condition-ver-status",
    "coverage-class": f"{HL7}/coverage-class",
    "cvx": "http://hl7.org/fhir/sid/cvx",
    "discharge": "http://www.nubc.org/patient-discharge",
    "document-category": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
    "absent": f"{HL7}/data-absent-reason",
    "format": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
    "loinc": "http://loinc.org",
    "medication-category": f"{HL7}/medicationrequest-category",
    "nucc": "http://nucc.org/provider-taxonomy",
    "observation-category": f"{HL7}/observation-category",
    "participation": f"{HL7}/v3-ParticipationType",
    "plan-category": "http://hl7.org/fhir/us/core/CodeSystem/careplan-category",
    "provenance-agent": f"{HL7}/provenance-participant-type",
    "role": f"{HL7}/v3-RoleCode",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "sct": "http://snomed.info/sct",
    "service-section": f"{HL7}/v2-0074",
    "sopt": "https://nahdo.org/sopt",
    "subscriber": f"{HL7}/subscriber-relationship",
    "us-core-category": "http://hl7.org/fhir/us/core/CodeSystem/us-core-category",
    "us-core-condition": "http://hl7.org/fhir/us/core/CodeSystem/condition-category",
    "us-core-provenance-agent": (
        "http://hl7.org/fhir/us/core/CodeSystem/us-core-provenance-participant-type"
    ),
    "identifier-type": f"{HL7}/v2-0203",
}
UCUM = "http://unitsofmeasure.org"
NPI = "http://hl7.org/fhir/sid/us-npi"


@cache
def table(name: str) -> dict[str, Any]:
    """Return one of the cohort's tables."""
    path = fixtures_root() / "cohort" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def coding(term: str) -> Element:
    """Return the Coding that `system|code|display` means."""
    system, code, display = term.split("|", 2)
    return {"system": SYSTEMS[system], "code": code, "display": display}


def concept(*terms: str) -> Element:
    """Return the CodeableConcept of one or more codings; its text is the first one's display."""
    codings = [coding(term) for term in terms]
    return {"coding": codings, "text": codings[0]["display"]}


def quantity(value: float, unit: str, ucum: str) -> Element:
    """Return an amount in UCUM units."""
    return {"value": value, "unit": unit, "system": UCUM, "code": ucum}


def display_of(resource: Element) -> str:
    """Return the name under which a resource is referred to."""
    name = resource.get("name")
    if isinstance(name, str):
        return name
    if isinstance(name, list):
        return f"{' '.join(name[0]['given'])} {name[0]['family']}"
    what = resource.get("code") or resource.get("vaccineCode") or resource.get("type")
    if isinstance(what, list):
        what = what[0]
    return str(what["text"]) if isinstance(what, dict) else str(resource["resourceType"])


def refer(resource: Element) -> Element:
    """Return the reference to a resource, with its display."""
    return {
        "reference": f"{resource['resourceType']}/{resource['id']}",
        "display": display_of(resource),
    }


def built(
    type_: str, id_: str, *, profiles: tuple[str, ...], updated: str, **elements: Any
) -> Element:
    """
    Return a resource as fhir.resources builds it.

    `updated` is the instant of its last change. Elements that are None are left out. An element
    that the type does not have, or of another data type, raises fhir.resources' validation error.
    """
    model = get_fhir_model_class(type_).model_validate(
        {
            "resourceType": type_,
            "id": id_,
            "meta": {
                "versionId": "1",
                "lastUpdated": updated,
                **({"profile": [profile(name) for name in profiles]} if profiles else {}),
            },
            **{key: value for key, value in elements.items() if value is not None},
        }
    )
    document: Element = json.loads(model.model_dump_json(exclude_none=True))
    return document
