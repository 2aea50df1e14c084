"""The scopes that a persona asks for where the target file does not say."""

import re

from conformance.target.model import Launch, Role

TYPES = (
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
    "Location",
    "Medication",
    "MedicationDispense",
    "MedicationRequest",
    "Observation",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "Provenance",
    "QuestionnaireResponse",
    "RelatedPerson",
    "ServiceRequest",
    "Specimen",
)
"""The types of US Core profiles: an app that shows the whole record asks for each by name."""

_WORD = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_CONTEXT = {Launch.STANDALONE: "launch/patient", Launch.EHR: "launch"}
_WHO = {Role.PATIENT: "patient", Role.LIMITED: "patient", Role.PRACTITIONER: "user"}


def is_scope(word: str) -> bool:
    """Tell whether a word can be a scope (RFC 6749 3.3)."""
    return _WORD.fullmatch(word) is not None


def default_scopes(role: Role, launch: Launch) -> str:
    """Return the scopes of a role that comes to its token by a launch of that kind."""
    if role is Role.SYSTEM:
        return "system/*.rs"
    words = [_CONTEXT[launch], "openid", "fhirUser", "offline_access"]
    return " ".join([*words, *(f"{_WHO[role]}/{type_}.rs" for type_ in TYPES)])
