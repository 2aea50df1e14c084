"""The US Core 6.1.0 profiles of each type, as its server CapabilityStatement lists them."""

US_CORE = "http://hl7.org/fhir/us/core"
US_CORE_SERVER = f"{US_CORE}/CapabilityStatement/us-core-server"
US_CORE_VERSION = "6.1.0"


def profile(name: str) -> str:
    """Return a US Core profile's canonical."""
    return f"{US_CORE}/StructureDefinition/{name}"


PROFILES: dict[str, tuple[str, ...]] = {
    "Patient": ("us-core-patient",),
    "AllergyIntolerance": ("us-core-allergyintolerance",),
    "CarePlan": ("us-core-careplan",),
    "CareTeam": ("us-core-careteam",),
    "Condition": (
        "us-core-condition-encounter-diagnosis",
        "us-core-condition-problems-health-concerns",
    ),
    "Coverage": ("us-core-coverage",),
    "Device": ("us-core-implantable-device",),
    "DiagnosticReport": ("us-core-diagnosticreport-lab", "us-core-diagnosticreport-note"),
    "DocumentReference": ("us-core-documentreference",),
    "Encounter": ("us-core-encounter",),
    "Goal": ("us-core-goal",),
    "Immunization": ("us-core-immunization",),
    "Location": ("us-core-location",),
    "Medication": ("us-core-medication",),
    "MedicationDispense": ("us-core-medicationdispense",),
    "MedicationRequest": ("us-core-medicationrequest",),
    "Observation": (
        "us-core-observation-lab",
        "us-core-observation-pregnancystatus",
        "us-core-observation-pregnancyintent",
        "us-core-observation-occupation",
        "us-core-respiratory-rate",
        "us-core-simple-observation",
        "us-core-heart-rate",
        "us-core-body-temperature",
        "pediatric-weight-for-height",
        "us-core-pulse-oximetry",
        "us-core-smokingstatus",
        "us-core-observation-sexual-orientation",
        "us-core-head-circumference",
        "us-core-body-height",
        "us-core-bmi",
        "us-core-observation-screening-assessment",
        "us-core-blood-pressure",
        "us-core-observation-clinical-result",
        "pediatric-bmi-for-age",
        "head-occipital-frontal-circumference-percentile",
        "us-core-body-weight",
        "us-core-vital-signs",
    ),
    "Organization": ("us-core-organization",),
    "Practitioner": ("us-core-practitioner",),
    "PractitionerRole": ("us-core-practitionerrole",),
    "Procedure": ("us-core-procedure",),
    "Provenance": ("us-core-provenance",),
    "QuestionnaireResponse": ("us-core-questionnaireresponse",),
    "RelatedPerson": ("us-core-relatedperson",),
    "ServiceRequest": ("us-core-servicerequest",),
    "Specimen": ("us-core-specimen",),
}
