"""Prescriptions: the medication stands in code, in a resource of its own, or is contained."""

from collections.abc import Iterator
from typing import Any

from conformance.ehr.cohort.charts import Chart
from conformance.ehr.cohort.people import KNOWN_SINCE
from conformance.ehr.cohort.terms import Element, built, concept, quantity, refer, table

COMMUNITY = "medication-category|community|Community"
INTENDED = (("order", "active"), ("plan", "active"), ("order", "completed"), ("order", "stopped"))
SEPARATE, CONTAINED = 2, 3


def catalogue() -> tuple[Element, ...]:
    """Return the medications that prescriptions may refer to."""
    return tuple(
        built(
            "Medication",
            f"medication-{number}",
            profiles=("us-core-medication",),
            updated=KNOWN_SINCE,
            code=concept(entry["code"]),
            status="active",
        )
        for number, entry in enumerate(table("chart")["medications"], 1)
    )


def prescriptions(chart: Chart, known: tuple[Element, ...]) -> Iterator[Element]:
    """Yield four prescriptions of different intents and statuses."""
    entries = table("chart")["medications"]
    for number, (intent, status) in enumerate(INTENDED):
        at = (chart.number + number) % len(entries)
        entry, visit = entries[at], min(number, 2)
        yield built(
            "MedicationRequest",
            chart.id("prescription", number + 1),
            profiles=("us-core-medicationrequest",),
            updated=chart.at(visit, 18, number),
            status=status,
            intent=intent,
            category=[concept(COMMUNITY)],
            reportedBoolean=False,
            **_medication(number, entry, known[at]),
            subject=chart.subject,
            encounter=refer(chart.visits[visit]),
            authoredOn=chart.at(visit, 10, 50),
            requester=refer(chart.doctor),
            reasonCode=[concept(chart.pick(table("chart")["problems"]))],
            dosageInstruction=[
                {
                    "text": entry["text"],
                    "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                    "doseAndRate": [{"doseQuantity": quantity(entry["dose"], "1", "1")}],
                }
            ],
            dispenseRequest={
                "numberOfRepeatsAllowed": 2,
                "quantity": quantity(30, "1", "1"),
            },
        )


def _medication(number: int, entry: dict[str, Any], known: Element) -> dict[str, Any]:
    if number == SEPARATE:
        return {"medicationReference": refer(known)}
    code = concept(entry["code"])
    if number == CONTAINED:
        return {
            "contained": [{"resourceType": "Medication", "id": "drug", "code": code}],
            "medicationReference": {"reference": "#drug", "display": code["text"]},
        }
    return {"medicationCodeableConcept": code}
