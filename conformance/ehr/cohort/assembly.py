"""Put the cohort together."""

from dataclasses import replace
from typing import Any

from conformance.ehr.cohort import (
    answers,
    care,
    documents,
    medications,
    observations,
    orders,
    people,
    problems,
    provenance,
    visits,
)
from conformance.ehr.cohort.charts import Chart, Staff
from conformance.ehr.cohort.terms import Element


def cohort(patients: int = 3) -> list[dict[str, Any]]:
    """
    Return every resource of a cohort: staff first, then chart by chart.

    The same number gives the same resources in the same order, always; a larger one adds to them.
    """
    staff, known = people.staff(), medications.catalogue()
    shared = [*staff.organizations, *staff.locations, *staff.practitioners, *staff.roles, *known]
    charts = [chart for number in range(patients) for chart in _chart(number, staff, known)]
    return [*shared, *charts]


def _chart(number: int, staff: Staff, known: tuple[Element, ...]) -> list[Element]:
    organization = staff.organizations[number % len(staff.organizations)]
    patient = people.patient(number, organization, staff.practitioners[number % 2])
    chart = Chart(number=number, patient=patient, staff=staff, days=visits.days_of(number))
    chart = replace(chart, visits=visits.visits(chart))
    conditions = list(problems.conditions(chart))
    aims = list(care.goals(chart))
    results = list(observations.laboratory(chart))
    signs = list(observations.vital_signs(chart))
    prescribed = list(medications.prescriptions(chart, known))
    resources = [
        patient,
        *chart.visits,
        *problems.allergies(chart),
        *conditions,
        *problems.procedures(chart),
        *problems.immunizations(chart),
        care.team(chart),
        care.former_team(chart),
        *aims,
        *care.plans(chart, conditions[0], aims),
        *prescribed,
        *results,
        *signs,
        *observations.smoking(chart),
        *documents.laboratory_reports(chart, results),
        *documents.service_reports(chart, signs),
        *documents.notes(chart),
        *answers.answers(chart),
        orders.service(chart),
        orders.specimen(chart),
        orders.dispense(chart, prescribed[0]),
        orders.implant(chart),
        orders.coverage(chart),
        orders.relative(chart),
    ]
    return [*resources, *provenance.provenance(chart, resources)]
