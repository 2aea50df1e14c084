"""
What can be searched: type -> parameter -> kind and element paths, written by hand.

Paths use concrete names (`effectiveDateTime`, never `effective[x]`); `extension(URL)` picks the
extensions of that address. A parameter over elements of the type `code` names the code system that
the element implies, so that `system|code` works there too.
"""

from dataclasses import dataclass
from enum import StrEnum

HL7 = "http://hl7.org/fhir/"


class Kind(StrEnum):
    """The search parameter types in use here."""

    TOKEN = "token"
    STRING = "string"
    REFERENCE = "reference"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchParameter:
    """
    One search parameter of one type.

    `system` is the code system that a `code` element implies. `target` is the only type that a
    reference parameter means, or empty.
    """

    kind: Kind
    paths: tuple[str, ...]
    system: str = ""
    target: str = ""


def _token(*paths: str, system: str = "") -> SearchParameter:
    return SearchParameter(kind=Kind.TOKEN, paths=paths, system=system)


def _string(*paths: str) -> SearchParameter:
    return SearchParameter(kind=Kind.STRING, paths=paths)


def _date(*paths: str) -> SearchParameter:
    return SearchParameter(kind=Kind.DATE, paths=paths)


def _reference(path: str, target: str = "") -> SearchParameter:
    return SearchParameter(kind=Kind.REFERENCE, paths=(path,), target=target)


def _patient(path: str = "subject") -> SearchParameter:
    return _reference(path, "Patient")


ID = _token("id")
LAST_UPDATED = _date("meta.lastUpdated")
ASSERTED_DATE = f"extension({HL7}StructureDefinition/condition-assertedDate).valueDateTime"
HUMAN_NAME = ("text", "family", "given", "prefix", "suffix")
ADDRESS = ("text", "line", "city", "district", "state", "postalCode", "country")

_NAME = _string(*(f"name.{part}" for part in HUMAN_NAME))
_ADDRESS = _string(*(f"address.{part}" for part in ADDRESS))
_EFFECTIVE = _date("effectiveDateTime", "effectivePeriod", "effectiveInstant")
_REQUEST_STATUS = f"{HL7}request-status"
DISPENSE_STATUS = "http://terminology.hl7.org/CodeSystem/medicationdispense-status"

_TABLES: dict[str, dict[str, SearchParameter]] = {
    "Patient": {
        "birthdate": _date("birthDate"),
        "death-date": _date("deceasedDateTime"),
        "family": _string("name.family"),
        "gender": _token("gender", system=f"{HL7}administrative-gender"),
        "given": _string("name.given"),
        "identifier": _token("identifier"),
        "name": _NAME,
    },
    "AllergyIntolerance": {
        "clinical-status": _token("clinicalStatus"),
        "patient": _patient("patient"),
    },
    "CarePlan": {
        "category": _token("category"),
        "date": _date("period"),
        "patient": _patient(),
        "status": _token("status", system=_REQUEST_STATUS),
    },
    "CareTeam": {
        "patient": _patient(),
        "role": _token("participant.role"),
        "status": _token("status", system=f"{HL7}care-team-status"),
    },
    "Condition": {
        "abatement-date": _date("abatementDateTime", "abatementPeriod"),
        "asserted-date": _date(ASSERTED_DATE),
        "category": _token("category"),
        "clinical-status": _token("clinicalStatus"),
        "code": _token("code"),
        "encounter": _reference("encounter", "Encounter"),
        "onset-date": _date("onsetDateTime", "onsetPeriod"),
        "patient": _patient(),
        "recorded-date": _date("recordedDate"),
    },
    "Coverage": {"patient": _patient("beneficiary")},
    "Device": {
        "patient": _patient("patient"),
        "status": _token("status", system=f"{HL7}device-status"),
        "type": _token("type"),
    },
    "DiagnosticReport": {
        "category": _token("category"),
        "code": _token("code"),
        "date": _EFFECTIVE,
        "patient": _patient(),
        "status": _token("status", system=f"{HL7}diagnostic-report-status"),
    },
    "DocumentReference": {
        "category": _token("category"),
        "date": _date("date"),
        "patient": _patient(),
        "period": _date("context.period"),
        "status": _token("status", system=f"{HL7}document-reference-status"),
        "type": _token("type"),
    },
    "Encounter": {
        "class": _token("class"),
        "date": _date("period"),
        "discharge-disposition": _token("hospitalization.dischargeDisposition"),
        "identifier": _token("identifier"),
        "location": _reference("location.location", "Location"),
        "patient": _patient(),
        "status": _token("status", system=f"{HL7}encounter-status"),
        "type": _token("type"),
    },
    "Goal": {
        "description": _token("description"),
        "lifecycle-status": _token("lifecycleStatus", system=f"{HL7}goal-status"),
        "patient": _patient(),
        "target-date": _date("target.dueDate"),
    },
    "Group": {
        "member": _reference("member.entity"),
        "type": _token("type", system=f"{HL7}group-type"),
    },
    "Immunization": {
        "date": _date("occurrenceDateTime"),
        "patient": _patient("patient"),
        "status": _token("status", system=f"{HL7}event-status"),
    },
    "Location": {
        "address": _ADDRESS,
        "address-city": _string("address.city"),
        "address-postalcode": _string("address.postalCode"),
        "address-state": _string("address.state"),
        "name": _string("name", "alias"),
    },
    "Medication": {},
    "MedicationDispense": {
        "patient": _patient(),
        "status": _token("status", system=DISPENSE_STATUS),
        "type": _token("type"),
    },
    "MedicationRequest": {
        "authoredon": _date("authoredOn"),
        "encounter": _reference("encounter", "Encounter"),
        "intent": _token("intent", system=f"{HL7}CodeSystem/medicationrequest-intent"),
        "patient": _patient(),
        "status": _token("status", system=f"{HL7}CodeSystem/medicationrequest-status"),
    },
    "Observation": {
        "category": _token("category"),
        "code": _token("code"),
        "date": _EFFECTIVE,
        "patient": _patient(),
        "status": _token("status", system=f"{HL7}observation-status"),
    },
    "Organization": {"address": _ADDRESS, "name": _string("name", "alias")},
    "Practitioner": {"identifier": _token("identifier"), "name": _NAME},
    "PractitionerRole": {
        "practitioner": _reference("practitioner", "Practitioner"),
        "specialty": _token("specialty"),
    },
    "Procedure": {
        "code": _token("code"),
        "date": _date("performedDateTime", "performedPeriod"),
        "patient": _patient(),
        "status": _token("status", system=f"{HL7}event-status"),
    },
    "Provenance": {
        "patient": _patient("target"),
        "recorded": _date("recorded"),
        "target": _reference("target"),
    },
    "QuestionnaireResponse": {
        "authored": _date("authored"),
        "patient": _patient(),
        "questionnaire": _reference("questionnaire"),
        "status": _token("status", system=f"{HL7}questionnaire-answers-status"),
    },
    "RelatedPerson": {"name": _NAME, "patient": _patient("patient")},
    "ServiceRequest": {
        "authored": _date("authoredOn"),
        "category": _token("category"),
        "code": _token("code"),
        "patient": _patient(),
        "status": _token("status", system=_REQUEST_STATUS),
    },
    "Specimen": {"patient": _patient()},
}

SEARCH_TABLES: dict[str, dict[str, SearchParameter]] = {
    type_: {"_id": ID, "_lastUpdated": LAST_UPDATED, **parameters}
    for type_, parameters in _TABLES.items()
}
"""Every type that can be searched, with all of its parameters."""

INCLUDES: dict[str, dict[str, str]] = {
    "CareTeam": {"participant": "participant.member"},
    "MedicationDispense": {"medication": "medicationReference"},
    "MedicationRequest": {"medication": "medicationReference"},
    "PractitionerRole": {"practitioner": "practitioner"},
}
"""What `_include` can follow: type -> name -> path of a reference."""

WITHOUT_PROVENANCE = frozenset(
    {"Group", "Location", "Medication", "Organization", "Practitioner", "PractitionerRole"}
    | {"Provenance", "Specimen"}
)
"""Types whose Provenance nobody asks for; every other one takes `_revinclude=Provenance:target`."""
