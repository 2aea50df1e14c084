"""What was measured, tested and asked: laboratory, vital signs, smoking status."""

from collections.abc import Iterator
from typing import Any

from conformance.ehr.cohort.charts import Chart, instant
from conformance.ehr.cohort.terms import Element, built, concept, quantity, refer, table

LABORATORY = "observation-category|laboratory|Laboratory"
VITAL_SIGNS = "observation-category|vital-signs|Vital Signs"
SOCIAL_HISTORY = "observation-category|social-history|Social History"
BLOOD_PRESSURE = "loinc|85354-9|Blood pressure panel with all children optional"
SMOKING = "loinc|72166-2|Tobacco smoking status"
OXYGEN = (
    "loinc|59408-5|Oxygen saturation in Arterial blood by Pulse oximetry",
    "loinc|2708-6|Oxygen saturation in Arterial blood",
)


def laboratory(chart: Chart) -> Iterator[Element]:
    """Yield every laboratory result of every visit; what is collected over hours has a period."""
    number = 0
    for visit in range(len(chart.visits)):
        for entry in table("chart")["laboratory"]:
            number += 1
            value = _value(chart, visit, entry)
            hours = entry.get("hours")
            end = chart.at(visit, 8, number % 60)
            begin = instant(chart.days[visit], 8, number % 60, plus_days=-1)
            # the first creatinine got lost: a chart holds results without a value too
            lost = "|2160-0|" in entry["code"] and visit == 0
            unknown = concept("absent|unknown|Unknown")
            yield observation(
                chart,
                visit,
                chart.id("lab", number),
                ("us-core-observation-lab",),
                LABORATORY,
                concept(entry["code"]),
                effectiveDateTime=None if hours else end,
                effectivePeriod={"start": begin, "end": end} if hours else None,
                issued=chart.at(visit, 12, number % 60),
                valueQuantity=None if lost else value,
                dataAbsentReason=unknown if lost else None,
                referenceRange=[
                    {
                        "low": {**value, "value": entry["low"]},
                        "high": {**value, "value": entry["high"]},
                    }
                ],
            )


def vital_signs(chart: Chart) -> Iterator[Element]:
    """Yield the vital signs of every visit."""
    for visit in range(len(chart.visits)):
        yield _blood_pressure(chart, visit)
        yield _oxygen(chart, visit)
        for number, entry in enumerate(table("chart")["vitals"], 3):
            yield observation(
                chart,
                visit,
                chart.id("vital", 10 * (visit + 1) + number),
                (entry["profile"],),
                VITAL_SIGNS,
                concept(entry["code"]),
                effectiveDateTime=chart.at(visit, 9, number),
                valueQuantity=_value(chart, visit, entry),
            )


def smoking(chart: Chart) -> Iterator[Element]:
    """Yield what was said about smoking at every visit."""
    for visit in range(len(chart.visits)):
        answer = chart.pick(table("chart")["smoking"], visit // 2)
        yield observation(
            chart,
            visit,
            chart.id("smoking", visit + 1),
            ("us-core-smokingstatus",),
            SOCIAL_HISTORY,
            concept(SMOKING),
            effectiveDateTime=chart.at(visit, 9, 20),
            valueCodeableConcept=concept(answer),
        )


def _value(chart: Chart, visit: int, entry: dict[str, Any]) -> Element:
    by_patient = entry["by_patient"] * (chart.number % 5)
    value = round(entry["base"] + by_patient + entry["by_visit"] * visit, 2)
    return quantity(value, entry["unit"], entry["ucum"])


def observation(
    chart: Chart,
    visit: int,
    id_: str,
    profiles: tuple[str, ...],
    category: str,
    code: Element,
    **elements: Any,
) -> Element:
    """Return an observation made at a visit."""
    return built(
        "Observation",
        id_,
        profiles=profiles,
        updated=chart.at(visit, 13),
        status="final",
        category=[concept(category)],
        code=code,
        subject=chart.subject,
        encounter=refer(chart.visits[visit]),
        performer=[refer(chart.doctor)],
        **elements,
    )


def _component(term: str, value: float, unit: str, ucum: str) -> Element:
    return {"code": concept(term), "valueQuantity": quantity(value, unit, ucum)}


def _blood_pressure(chart: Chart, visit: int) -> Element:
    systolic, diastolic = (
        118 + 6 * (chart.number % 5) + 2 * visit,
        74 + 3 * (chart.number % 5) + visit,
    )
    return observation(
        chart,
        visit,
        chart.id("vital", 10 * (visit + 1) + 1),
        ("us-core-blood-pressure",),
        VITAL_SIGNS,
        concept(BLOOD_PRESSURE),
        effectiveDateTime=chart.at(visit, 9, 1),
        component=[
            _component("loinc|8480-6|Systolic blood pressure", systolic, "mmHg", "mm[Hg]"),
            _component("loinc|8462-4|Diastolic blood pressure", diastolic, "mmHg", "mm[Hg]"),
        ],
    )


def _oxygen(chart: Chart, visit: int) -> Element:
    return observation(
        chart,
        visit,
        chart.id("vital", 10 * (visit + 1) + 2),
        ("us-core-pulse-oximetry",),
        VITAL_SIGNS,
        concept(*OXYGEN),
        effectiveDateTime=chart.at(visit, 9, 2),
        valueQuantity=quantity(96 + visit, "%", "%"),
        component=[
            _component("loinc|3151-8|Inhaled oxygen flow rate", 2 + visit, "L/min", "L/min"),
            _component("loinc|3150-0|Inhaled oxygen concentration", 28 + visit, "%", "%"),
        ],
    )
