"""Small sound resources of our own, for rules of R4 that no example of the packages has."""

from typing import Any

UCUM = "http://unitsofmeasure.org"
TEXT = {"text": "x"}
WHO = {"display": "x"}
DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div>'
HOURS = {"value": 1, "unit": "h", "system": UCUM, "code": "h"}
STATUS = "http://terminology.hl7.org/CodeSystem/"


def coded(system: str, code: str) -> dict[str, Any]:
    """Return a concept of one of HL7's own systems."""
    return {"coding": [{"system": STATUS + system, "code": code}]}


CLINICAL: dict[str, dict[str, Any]] = {
    "AllergyIntolerance": {
        "clinicalStatus": coded("allergyintolerance-clinical", "active"),
        "verificationStatus": coded("allergyintolerance-verification", "confirmed"),
        "patient": WHO,
    },
    "Appointment": {
        "status": "booked",
        "start": "2020-01-01T10:00:00Z",
        "end": "2020-01-01T11:00:00Z",
        "participant": [{"actor": WHO, "status": "accepted"}],
    },
    "AppointmentResponse": {
        "appointment": WHO,
        "actor": WHO,
        "participantStatus": "accepted",
    },
    "AuditEvent": {
        "type": {"system": "http://example.org", "code": "x"},
        "recorded": "2020-01-01T00:00:00Z",
        "agent": [{"requestor": True}],
        "source": {"observer": WHO},
        "entity": [{"name": "x"}],
    },
    "CarePlan": {
        "status": "active",
        "intent": "plan",
        "subject": WHO,
        "activity": [{"detail": {"status": "scheduled"}}],
    },
    "Composition": {
        "status": "final",
        "type": TEXT,
        "date": "2020",
        "author": [WHO],
        "title": "x",
        "section": [{"title": "x", "entry": [WHO]}],
    },
    "Condition": {
        "clinicalStatus": coded("condition-clinical", "resolved"),
        "verificationStatus": coded("condition-ver-status", "confirmed"),
        "stage": [{"summary": TEXT, "type": TEXT}],
        "evidence": [{"code": [TEXT], "extension": [{"url": "urn:x", "valueBoolean": True}]}],
        "subject": WHO,
        "abatementDateTime": "2020",
        "note": [{"text": "x", "time": "2020-01-01T10:00:00Z"}],
    },
    "Consent": {
        "status": "active",
        "scope": coded("consentscope", "treatment"),
        "category": [TEXT],
        "policyRule": TEXT,
    },
    "CoverageEligibilityResponse": {
        "status": "active",
        "purpose": ["benefits"],
        "patient": WHO,
        "created": "2020",
        "request": WHO,
        "outcome": "complete",
        "insurer": WHO,
        "insurance": [{"coverage": WHO, "item": [{"category": TEXT}]}],
    },
    "FamilyMemberHistory": {
        "status": "completed",
        "patient": WHO,
        "relationship": TEXT,
        "ageString": "x",
        "estimatedAge": True,
    },
    "Goal": {
        "lifecycleStatus": "active",
        "description": TEXT,
        "subject": WHO,
        "target": [{"measure": TEXT, "detailString": "x"}],
    },
    "Group": {
        "type": "person",
        "actual": True,
        "member": [{"entity": WHO}],
    },
    "Immunization": {
        "status": "completed",
        "vaccineCode": TEXT,
        "patient": WHO,
        "occurrenceString": "x",
        "education": [{"documentType": "x", "presentationDate": "2020"}],
    },
    "ImmunizationRecommendation": {
        "patient": WHO,
        "date": "2020",
        "recommendation": [{"vaccineCode": [TEXT], "forecastStatus": TEXT}],
    },
    "InsurancePlan": {"name": "x", "status": "active"},
    "Linkage": {
        "item": [{"type": "source", "resource": WHO}, {"type": "alternate", "resource": WHO}]
    },
    "List": {
        "status": "current",
        "mode": "working",
        "entry": [{"item": WHO, "date": "2020"}],
    },
    "MeasureReport": {
        "status": "complete",
        "type": "summary",
        "measure": "http://example.org/m",
        "period": {"start": "2020-01-01"},
        "group": [{"stratifier": [{"stratum": [{"value": TEXT}]}]}],
    },
    "MedicationAdministration": {
        "status": "completed",
        "medicationCodeableConcept": TEXT,
        "subject": WHO,
        "effectiveDateTime": "2020",
        "dosage": {"text": "x", "dose": HOURS},
    },
    "MedicationDispense": {
        "status": "completed",
        "medicationCodeableConcept": TEXT,
        "whenPrepared": "2020-01-01",
        "whenHandedOver": "2020-01-02",
    },
    "MolecularSequence": {
        "coordinateSystem": 0,
        "referenceSeq": {"chromosome": TEXT, "genomeBuild": "GRCh37", "orientation": "sense"},
    },
    "Observation": {
        "status": "final",
        "code": {"coding": [{"system": "http://example.org", "code": "a"}]},
        "valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 2}},
        "effectivePeriod": {"start": "2020-01-01", "end": "2020-01-02"},
        "referenceRange": [
            {"low": {"value": 1}, "high": {"value": 2}},
            {"age": {"low": {"value": 1}, "high": {"value": 2}}, "text": "x"},
        ],
        "component": [
            {
                "code": {"coding": [{"system": "http://example.org", "code": "b"}]},
                "valueQuantity": {"value": 1, "unit": "h", "system": UCUM, "code": "h"},
            }
        ],
    },
    "Organization": {
        "name": "x",
        "telecom": [{"system": "phone", "value": "1", "use": "work"}],
        "address": [{"text": "x", "use": "work"}],
    },
    "Patient": {
        "extension": [
            {"url": "urn:x", "valueCount": {"value": 1, "system": UCUM, "code": "1"}},
            {"url": "urn:y", "valueDistance": {"value": 1, "system": UCUM, "code": "m"}},
        ],
        "contact": [{"name": {"text": "x"}, "gender": "other"}],
        "photo": [{"contentType": "text/plain", "data": "YQ=="}],
        "telecom": [{"system": "phone", "value": "1"}],
    },
    "QuestionnaireResponse": {
        "status": "completed",
        "item": [{"linkId": "1", "item": [{"linkId": "2", "answer": [{"valueString": "x"}]}]}],
    },
    "RequestGroup": {
        "status": "active",
        "intent": "plan",
        "action": [{"title": "x", "resource": WHO}],
    },
    "RiskAssessment": {
        "status": "final",
        "subject": WHO,
        "prediction": [
            {"probabilityDecimal": 1},
            {"probabilityRange": {"high": {"value": 1, "system": UCUM, "code": "%"}}},
        ],
    },
    "ServiceRequest": {
        "status": "active",
        "intent": "order",
        "code": TEXT,
        "orderDetail": [TEXT],
        "subject": WHO,
        "occurrenceTiming": {
            "repeat": {
                "count": 1,
                "countMax": 2,
                "duration": 1,
                "durationMax": 2,
                "durationUnit": "h",
                "period": 1,
                "periodMax": 2,
                "periodUnit": "d",
                "when": ["MORN"],
                "offset": 5,
            }
        },
    },
    "Task": {
        "status": "draft",
        "intent": "plan",
        "authoredOn": "2020-01-01",
        "lastModified": "2020-01-02",
        "for": {"reference": "#p"},
        "contained": [{"resourceType": "Patient", "id": "p"}],
    },
    "Procedure": {
        "status": "completed",
        "subject": WHO,
        "performedAge": {"value": 1, "unit": "a", "system": UCUM, "code": "a"},
    },
    "Encounter": {
        "status": "finished",
        "class": {"system": "http://example.org", "code": "x"},
        "length": {"value": 1, "unit": "h", "system": UCUM, "code": "h"},
    },
}
"""By type; `resourceType` goes without saying."""
