"""
How invariants are broken: for each key an element and what is changed in it.

Paths lead from the element whose constraint it is; `/` before one leads from the resource. A value
of `GONE` takes a member away, which then has to be there, `MAYBE` one that may be; `HERE` and
`ABSENT` change nothing and say what has to be so. `part[+]` is one more in an array.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from tests.support.mutants.bases import HOURS, TEXT, WHO, coded


class Change(Enum):
    """What is no value."""

    GONE = "taken away"
    MAYBE = "taken away if there"
    HERE = "has to be there"
    ABSENT = "must not be there"


GONE, MAYBE, HERE, ABSENT = Change.GONE, Change.MAYBE, Change.HERE, Change.ABSENT


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to break an invariant; `on` is the path of the element in the snapshot."""

    key: str
    on: str
    changes: dict[str, Any]
    expression: str = ""
    """Part of the expression, where one key means different things."""
    others: dict[str, str] = field(default_factory=dict)
    """Companions beside those that the snapshots give."""


_R = Recipe
_ALLERGY = coded("allergyintolerance-verification", "entered-in-error")
_RESOLVED = coded("condition-clinical", "active")
_WRONG = coded("condition-ver-status", "entered-in-error")
PERCENT = {"value": 1, "system": "http://unitsofmeasure.org", "code": "x"}
FORBIDDEN = {"cardinality.max": "the extension's own definition forbids it"}

TYPES: tuple[Recipe, ...] = (
    _R("age-1", "Age", {"code": GONE}),
    _R("age-1", "Age", {"value": 0}),
    _R("age-1", "Age", {"system": "http://example.org"}),
    _R("att-1", "Attachment", {"data": HERE, "contentType": GONE}),
    _R("cnt-3", "Count", {"value": 1.5}),
    _R("cnt-3", "Count", {"code": "x"}),
    _R("cpt-2", "ContactPoint", {"system": GONE}),
    _R("dis-1", "Distance", {"code": GONE}),
    _R("dis-1", "Distance", {"system": "http://example.org"}),
    _R("drq-1", "DataRequirement.codeFilter", {"searchParam": "x"}),
    _R("drq-1", "DataRequirement.codeFilter", {"path": GONE}),
    _R("drq-2", "DataRequirement.dateFilter", {"searchParam": "x"}),
    _R("drq-2", "DataRequirement.dateFilter", {"path": GONE}),
    _R("drt-1", "Duration", {"value": GONE}),
    _R("drt-1", "Duration", {"system": "http://example.org"}),
    _R("exp-1", "Expression", {"expression": GONE}),
    _R(
        "ext-1",
        "Extension",
        {"url": HERE, "extension": ABSENT, "extension[+]": {"url": "urn:y", "valueBoolean": True}},
        others=FORBIDDEN,
    ),
    _R("ext-1", "Extension", {"extension": HERE, "valueString": "x"}, others=FORBIDDEN),
    _R("per-1", "Period", {"start": "2030-01-02", "end": "2030-01-01"}),
    _R("per-1", "Period", {"start": "2030-01-01T10:00:00Z", "end": "2030-01-01T11:59:59+02:00"}),
    _R("qty-3", "Quantity", {"system": GONE}),
    _R("rat-1", "Ratio", {"numerator": GONE}),
    _R("rat-1", "Ratio", {"denominator": GONE}),
    _R("ref-1", "Reference", {"reference": "#nobody"}),
    _R("rng-2", "Range", {"low": {"value": 3}, "high": {"value": 2}}),
    _R("tim-1", "Timing.repeat", {"duration": HERE, "durationUnit": GONE}),
    _R("tim-2", "Timing.repeat", {"period": HERE, "periodUnit": GONE}),
    _R("tim-4", "Timing.repeat", {"duration": -1}),
    _R("tim-5", "Timing.repeat", {"period": -1}),
    _R("tim-6", "Timing.repeat", {"periodMax": HERE, "period": GONE}),
    _R("tim-7", "Timing.repeat", {"durationMax": HERE, "duration": GONE}),
    _R("tim-8", "Timing.repeat", {"countMax": HERE, "count": GONE}),
    _R("tim-9", "Timing.repeat", {"offset": HERE, "when": GONE}),
    _R("tim-9", "Timing.repeat", {"when": ["C"], "offset": 5}),
    _R("tim-10", "Timing.repeat", {"when": HERE, "timeOfDay": ["10:00:00"]}),
    _R("trd-1", "TriggerDefinition", {"data": [{"type": "Patient"}], "timingDate": "2020"}),
    _R("trd-2", "TriggerDefinition", {"data": GONE}),
    _R("trd-3", "TriggerDefinition", {"name": GONE}),
    _R("trd-3", "TriggerDefinition", {"type": "periodic", "timingDate": GONE}),
)

CLINICAL_RECIPES: tuple[Recipe, ...] = (
    _R("ait-1", "AllergyIntolerance", {"clinicalStatus": GONE}),
    _R("ait-2", "AllergyIntolerance", {"verificationStatus": _ALLERGY}),
    _R("app-1", "Appointment.participant", {"actor": GONE}),
    _R("app-2", "Appointment", {"end": GONE}),
    _R("app-3", "Appointment", {"start": GONE, "end": GONE}),
    _R("app-4", "Appointment", {"cancelationReason": TEXT}),
    _R("apr-1", "AppointmentResponse", {"actor": GONE}),
    _R("sev-1", "AuditEvent.entity", {"name": HERE, "query": "YQ=="}),
    _R("cpl-3", "CarePlan.activity", {"reference": WHO, "detail": {"status": "scheduled"}}),
    _R(
        "ctm-1",
        "CareTeam.participant",
        {
            "member": {"reference": "#p"},
            "onBehalfOf": WHO,
            "/contained": [{"resourceType": "Patient", "id": "p"}],
        },
    ),
    _R("ces-1", "CoverageEligibilityResponse.insurance.item", {"productOrService": TEXT}),
    _R("cmp-1", "Composition.section", {"text": ABSENT, "section": ABSENT, "entry": GONE}),
    _R("cmp-2", "Composition.section", {"emptyReason": TEXT}),
    _R("con-1", "Condition.stage", {"assessment": ABSENT, "summary": GONE}),
    _R("con-2", "Condition.evidence", {"detail": ABSENT, "code": GONE}),
    _R("con-4", "Condition", {"clinicalStatus": _RESOLVED, "abatementDateTime": "2020"}),
    _R("con-5", "Condition", {"verificationStatus": _WRONG, "clinicalStatus": _RESOLVED}),
    _R("ppc-1", "Consent", {"policy": ABSENT, "policyRule": GONE}),
    _R("fhs-1", "FamilyMemberHistory", {"bornString": "x"}),
    _R("fhs-2", "FamilyMemberHistory", {"ageString": GONE}),
    _R("gol-1", "Goal.target", {"detailString": "x", "measure": GONE}),
    _R("grp-1", "Group", {"member": HERE, "actual": False}),
    _R("imm-1", "Immunization.education", {"reference": ABSENT, "documentType": GONE}),
    _R(
        "imr-1",
        "ImmunizationRecommendation.recommendation",
        {"targetDisease": ABSENT, "vaccineCode": GONE},
    ),
    _R("ipn-1", "InsurancePlan", {"identifier": ABSENT, "name": GONE}),
    _R("lnk-1", "Linkage", {"item": [{"type": "source", "resource": WHO}]}),
    _R("lst-1", "List", {"emptyReason": TEXT}),
    _R("lst-2", "List", {"entry": [{"item": WHO, "deleted": True}]}),
    _R("lst-3", "List", {"mode": "snapshot"}),
    _R("mrp-1", "MeasureReport", {"group": HERE, "type": "data-collection"}),
    _R(
        "mrp-2",
        "MeasureReport",
        {
            "group[0].stratifier[0].stratum[0].value": GONE,
            "group[0].stratifier[0].stratum[0].measureScore": HOURS,
        },
    ),
    _R("mad-1", "MedicationAdministration.dosage", {"rateQuantity": ABSENT, "dose": GONE}),
    _R(
        "mdd-1",
        "MedicationDispense",
        {"whenPrepared": "2030-01-02", "whenHandedOver": "2030-01-01"},
    ),
    _R("msq-3", "MolecularSequence", {"coordinateSystem": 2}),
    _R("msq-5", "MolecularSequence.referenceSeq", {"chromosome": GONE}),
    _R("msq-6", "MolecularSequence.referenceSeq", {"referenceSeqString": "x", "genomeBuild": HERE}),
    _R(
        "obs-3",
        "Observation.referenceRange",
        {"appliesTo": [TEXT], "text": GONE, "low": ABSENT, "high": ABSENT},
        expression="low.exists",
    ),
    _R("obs-6", "Observation", {"dataAbsentReason": TEXT, "valueRatio": HERE}),
    _R("obs-6", "Observation", {"dataAbsentReason": TEXT, "valueQuantity": HERE}),
    _R("obs-7", "Observation", {"component[0].code.coding[0].code": "a", "valueRatio": HERE}),
    _R("org-1", "Organization", {"identifier": MAYBE, "name": GONE}),
    _R("org-2", "Organization.address", {"use": "home"}),
    _R("org-3", "Organization.telecom", {"use": "home"}),
    _R(
        "pat-1",
        "Patient.contact",
        {
            "name": MAYBE,
            "telecom": MAYBE,
            "address": MAYBE,
            "organization": MAYBE,
            "gender": "other",
        },
    ),
    _R("prr-1", "ServiceRequest", {"orderDetail": HERE, "code": GONE}),
    _R(
        "qrs-1",
        "QuestionnaireResponse.item",
        {"item": [{"linkId": "8"}], "answer": [{"valueString": "x"}]},
    ),
    _R("ras-1", "RiskAssessment.prediction.probability[x]", {"high": PERCENT}),
    _R("ras-2", "RiskAssessment.prediction", {"probabilityDecimal": 101}),
    _R(
        "rqg-1",
        "RequestGroup.action",
        {"resource": HERE, "action": [{"title": "y", "resource": WHO}]},
    ),
    _R("rqg-1", "RequestGroup.action", {"resource": GONE}),
    _R("inv-1", "Task", {"lastModified": "2019-01-01"}),
    _R("dom-2", "Task", {"contained[0].contained": [{"resourceType": "Patient", "id": "q"}]}),
    _R("dom-3", "Task", {"for": GONE}),
    _R("dom-4", "Task", {"contained[0].meta": {"versionId": "1"}}),
    _R("dom-4", "Task", {"contained[0].meta": {"lastUpdated": "2020-01-01T00:00:00Z"}}),
    _R("dom-5", "Task", {"contained[0].meta": {"security": [{"code": "x"}]}}),
)
