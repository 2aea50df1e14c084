"""How the invariants of US Core are broken."""

from tests.support.mutants.bases import HOURS, STATUS
from tests.support.mutants.recipes import ABSENT, GONE, HERE, MAYBE
from tests.support.mutants.recipes import Recipe as _R

_BARE = {"component": ABSENT, "hasMember": ABSENT, "dataAbsentReason": ABSENT}
_VALUELESS = {"valueQuantity": ABSENT, "valueCodeableConcept": ABSENT, "valueString": ABSENT}
_SMOKING = {"coding": [{"system": "http://loinc.org", "code": "72166-2"}]}
_VITAL = "Observation.component"

US_CORE_RECIPES: tuple[_R, ...] = (
    _R("pd-1", "PractitionerRole", {"telecom": MAYBE, "endpoint": MAYBE}),
    _R(
        "provenance-1",
        "Provenance.agent",
        {
            "onBehalfOf": GONE,
            "who": {"reference": "#w"},
            "/contained": [{"resourceType": "Practitioner", "id": "w"}],
        },
    ),
    _R(
        "sdcqr-2",
        "QuestionnaireResponse",
        {
            "item[+]": {"linkId": "zz", "answer": [{"valueString": "x"}]},
            "item[+]+": {"linkId": "zz", "answer": [{"valueString": "y"}]},
        },
    ),
    _R("us-core-1", "Observation.effective[x]", {"": "2020"}, expression="this as dateTime"),
    _R("us-core-1", "Observation.effective[x]", {"": "2020"}, expression="this is dateTime"),
    _R("us-core-2", "Observation", {"valueQuantity": GONE, **_BARE}),
    _R("us-core-2", "Observation", {"valueCodeableConcept": GONE, **_BARE}),
    _R("us-core-2", "Observation", {"valueString": GONE, **_BARE}),
    _R("us-core-2", "Observation", {**_BARE, **_VALUELESS, "dataAbsentReason": GONE}),
    _R("us-core-3", "Observation", {"valueQuantity.system": "urn:x"}),
    _R(
        "us-core-3",
        "Observation.value[x]",
        {"system": "urn:x", "value": HERE},
        expression="or ofType",
    ),
    _R("us-core-6", "DocumentReference.content.attachment", {"url": GONE, "data": ABSENT}),
    _R("us-core-6", "DocumentReference.content.attachment", {"data": GONE, "url": ABSENT}),
    _R("us-core-6", "Patient.name", {"use": "old", "family": GONE, "given": GONE}),
    _R(
        "us-core-6",
        "Patient",
        {"name[0].family": GONE, "name[0].given": GONE, "name[0].use": "old", "name[1]": ABSENT},
    ),
    _R("us-core-8", "Patient.name", {"use": "old", "family": GONE, "given": GONE}),
    _R("us-core-7", "Procedure", {"status": "completed", "performedDateTime": GONE}),
    _R("us-core-7", "Procedure", {"status": "completed", "performedPeriod": GONE}),
    _R("us-core-8", "DiagnosticReport", {"status": "final", "effectiveDateTime": GONE}),
    _R("us-core-9", "DiagnosticReport", {"status": "final", "issued": GONE}),
    _R(
        "us-core-9",
        "Device",
        {
            "udiCarrier": HERE,
            "manufactureDate": MAYBE,
            "lotNumber": MAYBE,
            "expirationDate": MAYBE,
            "serialNumber": MAYBE,
            "distinctIdentifier": MAYBE,
        },
    ),
    _R("us-core-10", "DiagnosticReport", {"status": "final", "effectiveDateTime": GONE}),
    _R(
        "us-core-12",
        "Device",
        {
            "udiCarrier[0].carrierHRF": GONE,
            "udiCarrier[0].carrierAIDC": MAYBE,
            "udiCarrier[1]": ABSENT,
        },
    ),
    _R(
        "us-core-13",
        "PractitionerRole",
        {
            "practitioner": MAYBE,
            "organization": MAYBE,
            "location": MAYBE,
            "healthcareService": MAYBE,
        },
    ),
    _R("us-core-14", "RelatedPerson", {"name": MAYBE, "relationship": MAYBE}),
    _R("us-core-15", "Coverage", {"identifier": MAYBE, "subscriberId": MAYBE}),
    _R("us-core-16", "Practitioner.identifier", {"value": "99999"}),
    _R("us-core-16", "Organization.identifier", {"value": "99999999999"}),
    _R("us-core-17", "Practitioner.identifier", {"value": "1234567890"}),
    _R("us-core-17", "Organization.identifier", {"value": "1234567890"}),
    _R("us-core-18", "Organization.identifier", {"value": "12E3456789"}),
    _R("us-core-19", "Organization.identifier", {"value": "123456"}),
    _R("us-core-20", "MedicationDispense", {"status": "completed", "whenHandedOver": GONE}),
    _R("us-core-21", "MedicationRequest", {"intent": "order", "requester": GONE}),
    _R("us-core-22", "Observation.referenceRange", {"low": {"value": 1, "system": "urn:x"}}),
    _R(
        "us-core-23",
        "Extension",
        {
            "extension[+]": {
                "url": "ombCategory",
                "valueCoding": {"system": f"{STATUS}v3-NullFlavor", "code": "UNK"},
            }
        },
    ),
    _R(
        "us-core-24",
        "Observation",
        {"code": _SMOKING, "valueCodeableConcept": GONE, "valueQuantity": HOURS},
    ),
    _R("us-core-26", _VITAL, {"valueQuantity": GONE, "dataAbsentReason": ABSENT}),
    _R("vs-1", "Observation.effective[x]", {"": "2020"}),
    _R("vs-2", "Observation", {"valueQuantity": GONE, **_BARE}),
    _R("vs-2", "Observation", {**_BARE, **_VALUELESS, "component": GONE}),
    _R("vs-3", _VITAL, {"valueQuantity": GONE, "dataAbsentReason": ABSENT}),
)
