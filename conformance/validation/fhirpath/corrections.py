"""
Published expressions that plainly do not say what their invariant says.

Each was mended in a later version of its package, or cannot be true or false as it stands. What
another validator makes of the published text may differ; `reason` says why this text is used.
"""

from typing import NamedTuple


class Correction(NamedTuple):
    """The expression in use instead, and why."""

    expression: str
    reason: str


_TO_THE_DAY = (
    "vs-1 speaks of an effective[x] that is a dateTime and has a value. Of a Period, or of a"
    " dateTime with an extension alone, the published text is empty; one form starts at"
    " Observation, which is not below effective[x]; one asks for DateTime, which R4 section 2.9.1"
    " knows as dateTime."
)

CORRECTIONS: dict[str, Correction] = {
    "telecom or endpoint": Correction(
        "telecom.exists() or endpoint.exists()",
        "Two telecoms are no single boolean (N1, section 4.5), and none gives empty, which breaks"
        " nothing; US Core 7.0.0 writes exists().",
    ),
    "practitioner or organization or healthcareService or location": Correction(
        "practitioner.exists() or organization.exists() or healthcareService.exists()"
        " or location.exists()",
        "As for `telecom or endpoint`; US Core 7.0.0 writes exists().",
    ),
    "valueQuantity.system.empty() or"
    " valueQuantity.system = 'http://unitsofmeasure.org'": Correction(
        "(value.ofType(Quantity) | ofType(Quantity)).system.empty() or"
        " (value.ofType(Quantity) | ofType(Quantity)).system = 'http://unitsofmeasure.org'",
        "valueQuantity is a key of JSON and no name of FHIRPath, and on value[x] it has nothing to"
        " start from; US Core 6.1.0 and later write ofType(Quantity).",
    ),
    "valueCodeableConcept.coding.system.empty() or"
    " valueCodeableConcept.coding.system = 'http://snomed.info/sct'": Correction(
        "(value.ofType(CodeableConcept) | ofType(CodeableConcept)).coding.system.empty() or"
        " (value.ofType(CodeableConcept) | ofType(CodeableConcept)).coding.system"
        " contains 'http://snomed.info/sct'",
        "As for valueQuantity; and `=` is false as soon as a second coding stands there. US Core"
        " 7.0.0 writes ofType(CodeableConcept) and contains.",
    ),
    "value.ofType(CodeableConcept).coding.system.empty() or"
    " value.ofType(CodeableConcept).coding.system = 'http://snomed.info/sct'": Correction(
        "value.ofType(CodeableConcept).coding.system.empty() or"
        " value.ofType(CodeableConcept).coding.system contains 'http://snomed.info/sct'",
        "`=` of collections is false as soon as a second coding stands there (N1, section 6.1.1);"
        " US Core 7.0.0 writes contains.",
    ),
    "clinicalStatus.exists() or verificationStatus.coding.where("
    "system='http://terminology.hl7.org/CodeSystem/condition-ver-status'"
    " and code = 'entered-in-error').exists() or"
    " category.select($this='problem-list-item').empty()": Correction(
        "clinicalStatus.exists() or verificationStatus.coding.where("
        "system='http://terminology.hl7.org/CodeSystem/condition-ver-status'"
        " and code = 'entered-in-error').exists() or category.coding.where("
        "system='http://terminology.hl7.org/CodeSystem/condition-category'"
        " and code='problem-list-item').empty()",
        "A CodeableConcept never equals a text, and select() gives false for each, so that the"
        " last part is false whenever there is a category; con-3 speaks of problem list items.",
    ),
    "reference.startsWith('#').not() or"
    " (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))": Correction(
        "reference.startsWith('#').not() or reference = '#'"
        " or reference.substring(1) in %rootResource.contained.id",
        "`#` alone is the containing resource (R4, page references, contained resources), and has"
        " no id after it.",
    ),
    "start.hasValue().not() or end.hasValue().not() or (start <= end)": Correction(
        "iif(start > end, false, true)",
        "2020 and 2020-05 cannot be compared (N1, section 6.2.1) and are no wrong period; R5"
        " compares the boundaries.",
    ),
    "whenHandedOver.empty() or whenPrepared.empty() or whenHandedOver >= whenPrepared": Correction(
        "iif(whenHandedOver < whenPrepared, false, true)", "As for per-1."
    ),
    "lastModified.exists().not() or authoredOn.exists().not()"
    " or lastModified >= authoredOn": Correction(
        "iif(lastModified < authoredOn, false, true)", "As for per-1."
    ),
    "low.empty() or high.empty() or (low <= high)": Correction(
        "iif(low > high, false, true)",
        "Quantities of different units, or without a value, cannot be compared and break no order;"
        " R5 says so with comparable().",
    ),
    "probability is decimal implies (probability as decimal) <= 100": Correction(
        "probability.empty() or (probability is decimal implies (probability as decimal) <= 100)",
        "`is` of nothing is empty (N1, section 6.3.1), and a prediction may lack its probability.",
    ),
    "offset.empty() or"
    " (when.exists() and ((when in ('C' | 'CM' | 'CD' | 'CV')).not()))": Correction(
        "offset.empty() or (when.exists()"
        " and when.where($this in ('C' | 'CM' | 'CD' | 'CV')).empty())",
        "`in` takes one item (N1, section 6.4.2), and `when` repeats.",
    ),
    **dict.fromkeys(
        (
            "($this as dateTime).toString().length() >= 8",
            (
                "Observation.effectiveDateTime.exists() implies"
                " Observation.effectiveDateTime.toString().length() >= 8"
            ),
        ),
        Correction(
            "($this is dateTime and hasValue()) implies toString().length() >= 8", _TO_THE_DAY
        ),
    ),
    **dict.fromkeys(
        (
            "$this is dateTime implies $this.toString().length() >= 10",
            "$this is DateTime implies $this.toString().length() >= 10",
        ),
        Correction(
            "($this is dateTime and hasValue()) implies toString().length() >= 10", _TO_THE_DAY
        ),
    ),
}
