"""What a person reads on the consent page: one line a scope, in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from conformance.ehr.authorization.scopes import ClinicalScope, Level, clinical

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_US_CORE = "http://hl7.org/fhir/us/core/CodeSystem"
CATEGORIES = {
    "Condition": (
        f"{_TERMINOLOGY}/condition-category|problem-list-item",
        f"{_TERMINOLOGY}/condition-category|encounter-diagnosis",
        f"{_US_CORE}/condition-category|health-concern",
    ),
    "Observation": (
        f"{_TERMINOLOGY}/observation-category|laboratory",
        f"{_TERMINOLOGY}/observation-category|vital-signs",
        f"{_TERMINOLOGY}/observation-category|social-history",
        f"{_TERMINOLOGY}/observation-category|survey",
        f"{_US_CORE}/us-core-category|sdoh",
    ),
}
"""The categories to which a person can narrow a type."""

TYPES = {
    "*": "everything",
    "AllergyIntolerance": "allergies",
    "CarePlan": "care plans",
    "CareTeam": "the care team",
    "Condition": "problems and diagnoses",
    "Coverage": "insurance",
    "Device": "implants",
    "DiagnosticReport": "reports",
    "DocumentReference": "notes and documents",
    "Encounter": "visits",
    "Goal": "goals",
    "Group": "groups of patients",
    "Immunization": "vaccinations",
    "Location": "places of care",
    "Medication": "medications",
    "MedicationDispense": "dispensed medications",
    "MedicationRequest": "prescriptions",
    "Observation": "results and measurements",
    "Organization": "organisations",
    "Patient": "name, birth date and address",
    "Practitioner": "the people who treat",
    "PractitionerRole": "the roles of those who treat",
    "Procedure": "procedures",
    "Provenance": "where data come from",
    "QuestionnaireResponse": "answers to questionnaires",
    "RelatedPerson": "relatives",
    "ServiceRequest": "orders",
    "Specimen": "specimens",
}
"""What a type is called where people read it."""

_PLAIN = {
    "openid": "Know that it is you",
    "fhirUser": "Know which record describes you",
    "launch": "Know which chart is open",
    "launch/patient": "Know which patient you chose",
    "offline_access": "Keep access when you are away, until you end it",
}
_WHOSE = {
    Level.PATIENT: "of this patient",
    Level.USER: "of every patient you may see",
    Level.SYSTEM: "of all patients",
}
_ACCESS = {"rs": "Read and search", "r": "Read", "s": "Search"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to say yes or no to; `parts` are what it can be narrowed to."""

    scope: str
    text: str
    parts: tuple["Choice", ...] = ()


def choices_for(scopes: Iterable[str], edition: int) -> list[Choice]:
    """Return a choice for each scope; SMART 1 cannot say less than a whole type."""
    return [_choice(scope, narrowing=edition > 1) for scope in scopes]


def _choice(text: str, *, narrowing: bool) -> Choice:
    scope = clinical(text)
    if scope is None:
        return Choice(scope=text, text=_PLAIN.get(text, text))
    narrower = scope.level is Level.PATIENT and not scope.query and narrowing
    categories = CATEGORIES.get(scope.type, ()) if narrower else ()
    parts = tuple(
        Choice(scope=_narrowed(scope, each), text=f"Only {_category(each)}") for each in categories
    )
    return Choice(scope=text, text=_told(scope), parts=parts)


def _narrowed(scope: ClinicalScope, category: str) -> str:
    # a narrowed scope can only be written as SMART 2 has it
    return replace(scope, raw_query=f"category={category}", first=False).text()


def _category(value: str) -> str:
    return value.rpartition("|")[2].replace("-", " ")


def _told(scope: ClinicalScope) -> str:
    access = "".join(letter for letter in "rs" if letter in scope.permissions)
    only = ", ".join(_category(value) for _, value in scope.query)
    what = TYPES.get(scope.type, scope.type) + (f" (only {only})" if only else "")
    return f"{_ACCESS[access]} {what} {_WHOSE[scope.level]}"


def name_of(patient: dict[str, Any]) -> str:
    """Return a patient's name and date of birth, as a person reads them."""
    name: dict[str, Any] = next(iter(patient.get("name", [])), {})
    words = " ".join([*name.get("given", []), name.get("family", "")]).strip()
    born = patient.get("birthDate", "")
    return f"{words or patient['id']}, born {born}" if born else words or str(patient["id"])
