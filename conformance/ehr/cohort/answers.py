"""What was asked and noted once: work, pregnancy, orientation, needs, pain, an image."""

from collections.abc import Iterator

from conformance.ehr.cohort.charts import Chart
from conformance.ehr.cohort.observations import SOCIAL_HISTORY, VITAL_SIGNS, observation
from conformance.ehr.cohort.terms import Element, concept, quantity, table

SURVEY = "observation-category|survey|Survey"
IMAGING = "observation-category|imaging|Imaging"
NEEDS = "us-core-category|sdoh|SDOH"
LAST = 2
"""The visit at which all was asked."""


def answers(chart: Chart) -> Iterator[Element]:
    """Yield one observation of each kind."""
    at = chart.at(LAST, 9, 30)
    for number, entry in enumerate(table("chart")["answers"], 1):
        yield observation(
            chart,
            LAST,
            chart.id("answer", number),
            (entry["profile"],),
            SOCIAL_HISTORY,
            concept(entry["code"]),
            effectiveDateTime=at,
            valueCodeableConcept=concept(chart.pick(entry["values"])),
        )
    yield observation(
        chart,
        LAST,
        chart.id("work", 1),
        ("us-core-observation-occupation",),
        SOCIAL_HISTORY,
        concept("loinc|11341-5|History of Occupation"),
        effectivePeriod={"start": "2015-04-01"},
        valueCodeableConcept={"text": chart.pick(["Librarian", "Welder", "Nurse"])},
        component=[
            {
                "code": concept("loinc|86188-0|History of Occupation industry"),
                "valueCodeableConcept": {"text": chart.pick(["Library", "Metal", "Hospital"])},
            }
        ],
    )
    yield from _noted(chart, at)


def _noted(chart: Chart, at: str) -> Iterator[Element]:
    asked = observation(
        chart,
        LAST,
        chart.id("screening", 1),
        ("us-core-observation-screening-assessment",),
        SURVEY,
        concept("loinc|88122-7|(I/We) worried whether (my/our) food would run out"),
        effectiveDateTime=at,
        valueCodeableConcept=concept("loinc|LA28399-6|Never true"),
    )
    yield {**asked, "category": [*asked["category"], concept(NEEDS)]}
    yield observation(
        chart,
        LAST,
        chart.id("noted", 1),
        ("us-core-simple-observation",),
        NEEDS,
        concept("loinc|82589-3|Highest level of education"),
        effectiveDateTime=at,
        valueString="College",
    )
    yield observation(
        chart,
        LAST,
        chart.id("image", 1),
        ("us-core-observation-clinical-result",),
        IMAGING,
        concept("loinc|18782-3|Radiology Study observation (narrative)"),
        effectiveDateTime=at,
        valueString="No fracture is seen.",
    )
    yield observation(
        chart,
        LAST,
        chart.id("pain", 1),
        ("us-core-vital-signs",),
        VITAL_SIGNS,
        concept("loinc|72514-3|Pain severity - 0-10 verbal numeric rating [Score] - Reported"),
        effectiveDateTime=at,
        valueQuantity=quantity(chart.number % 4, "{score}", "{score}"),
    )
