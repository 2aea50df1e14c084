"""The encounters: two visits to the practice, one stay in hospital."""

from datetime import date, timedelta

from conformance.ehr.cohort.charts import Chart, instant
from conformance.ehr.cohort.terms import Element, built, coding, concept, refer, table


def days_of(number: int) -> tuple[date, ...]:
    """Return the days on which a patient, counted from 0, is seen."""
    # three days apart and no more than a year in all, so that no two of the first patients meet
    shift = timedelta(days=3 * number % 360)
    return tuple(date.fromisoformat(visit["on"]) + shift for visit in table("chart")["visits"])


def visits(chart: Chart) -> tuple[Element, ...]:
    """Return a patient's encounters, oldest first."""
    return tuple(_visit(chart, number) for number in range(len(chart.days)))


def _visit(chart: Chart, number: int) -> Element:
    entry = table("chart")["visits"][number]
    inpatient = "|IMP|" in entry["class"]
    start = chart.at(number, 9)
    end = instant(chart.days[number], 11, plus_days=2 if inpatient else 0)
    home = concept("discharge|01|Discharged to home care or self care (routine discharge)")
    return built(
        "Encounter",
        chart.id("encounter", number + 1),
        profiles=("us-core-encounter",),
        updated=instant(chart.days[number], 18, plus_days=2),
        identifier=[
            {
                "use": "official",
                "system": "http://alderbrook.example/encounters",
                "value": f"ENC-{chart.number + 1:04}-{number + 1}",
            }
        ],
        status="finished",
        **{"class": coding(entry["class"])},
        type=[concept(entry["type"])],
        subject=chart.subject,
        participant=[
            {
                "type": [concept("participation|PPRF|primary performer")],
                "period": {"start": start, "end": end},
                "individual": refer(chart.doctor),
            }
        ],
        period={"start": start, "end": end},
        reasonCode=[concept(entry["reason"])],
        hospitalization={"dischargeDisposition": home} if inpatient else None,
        location=[{"location": refer(chart.staff.locations[chart.number % 2])}],
        serviceProvider=refer(chart.organization),
    )
