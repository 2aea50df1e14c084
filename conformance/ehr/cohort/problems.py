"""What ails a patient and what was done: allergies, conditions, procedures, immunizations."""

from collections.abc import Iterator

from conformance.ehr.cohort.charts import Chart
from conformance.ehr.cohort.terms import Element, built, concept, refer, table

ASSERTED = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"


def allergies(chart: Chart) -> Iterator[Element]:
    """Yield two allergies, one of them resolved."""
    entries = table("chart")["allergies"]
    for number, status in enumerate(("active", "resolved")):
        entry = entries[(chart.number + number) % len(entries)]
        yield built(
            "AllergyIntolerance",
            chart.id("allergy", number + 1),
            profiles=("us-core-allergyintolerance",),
            updated=chart.at(number, 17),
            clinicalStatus=concept(f"allergy-clinical|{status}|{status.title()}"),
            verificationStatus=concept("allergy-verification|confirmed|Confirmed"),
            type="allergy",
            category=[entry["category"]],
            criticality=entry["criticality"],
            code=concept(entry["code"]),
            patient=chart.subject,
            encounter=refer(chart.visits[number]),
            recordedDate=chart.at(number, 10),
            recorder=refer(chart.doctor),
            reaction=[{"manifestation": [concept(entry["reaction"])], "severity": "moderate"}],
        )


def conditions(chart: Chart) -> Iterator[Element]:
    """Yield the problem list, a diagnosis of each of two encounters, and a health concern."""
    entries = table("chart")
    problems, diagnoses = entries["problems"], entries["diagnoses"]
    problem = "condition-category|problem-list-item|Problem List Item"
    diagnosis = "condition-category|encounter-diagnosis|Encounter Diagnosis"
    concern = "us-core-condition|health-concern|Health Concern"
    yield _condition(chart, 1, problem, chart.pick(problems), visit=0)
    yield _condition(chart, 2, problem, chart.pick(problems, 1), visit=1, resolved=True)
    yield _condition(chart, 3, diagnosis, chart.pick(diagnoses), visit=1, resolved=True)
    yield _condition(chart, 4, diagnosis, chart.pick(diagnoses, 1), visit=2)
    yield _condition(chart, 5, concern, chart.pick(entries["concerns"]), visit=2, social=True)


def _condition(
    chart: Chart,
    number: int,
    category: str,
    code: str,
    *,
    visit: int,
    resolved: bool = False,
    social: bool = False,
) -> Element:
    diagnosis = "encounter-diagnosis" in category
    name = "encounter-diagnosis" if diagnosis else "problems-health-concerns"
    status = "resolved|Resolved" if resolved else "active|Active"
    categories = [concept(category)]
    if social:
        categories.append(concept("us-core-category|sdoh|SDOH"))
    return built(
        "Condition",
        chart.id("condition", number),
        profiles=(f"us-core-condition-{name}",),
        updated=chart.at(visit, 17, number),
        extension=[{"url": ASSERTED, "valueDateTime": chart.day(visit)}],
        clinicalStatus=concept(f"condition-clinical|{status}"),
        verificationStatus=concept("condition-verification|confirmed|Confirmed"),
        category=categories,
        code=concept(code),
        subject=chart.subject,
        encounter=refer(chart.visits[visit]),
        onsetDateTime=chart.day(visit),
        abatementDateTime=chart.day(2) if resolved else None,
        recordedDate=chart.at(visit, 10),
        recorder=refer(chart.doctor),
    )


def procedures(chart: Chart) -> Iterator[Element]:
    """Yield a procedure of each visit; the last took a while."""
    for visit in range(len(chart.visits)):
        lasting = visit == len(chart.visits) - 1
        period = {"start": chart.at(visit, 9, 30), "end": chart.at(visit, 10, 15)}
        yield built(
            "Procedure",
            chart.id("procedure", visit + 1),
            profiles=("us-core-procedure",),
            updated=chart.at(visit, 17, 10),
            status="completed",
            code=concept(chart.pick(table("chart")["procedures"], visit)),
            subject=chart.subject,
            encounter=refer(chart.visits[visit]),
            performedDateTime=None if lasting else chart.at(visit, 9, 30),
            performedPeriod=period if lasting else None,
            performer=[{"actor": refer(chart.doctor), "onBehalfOf": refer(chart.organization)}],
        )


def immunizations(chart: Chart) -> Iterator[Element]:
    """Yield a vaccination at each visit; the last was not given."""
    entries = table("chart")["vaccines"]
    for visit in range(len(chart.visits)):
        entry = entries[(chart.number + visit) % len(entries)]
        given = visit < len(chart.visits) - 1
        refused = concept("act-reason|PATOBJ|patient objection")
        yield built(
            "Immunization",
            chart.id("immunization", visit + 1),
            profiles=("us-core-immunization",),
            updated=chart.at(visit, 17, 20),
            status="completed" if given else "not-done",
            statusReason=None if given else refused,
            vaccineCode=concept(entry["code"]),
            patient=chart.subject,
            encounter=refer(chart.visits[visit]),
            occurrenceDateTime=chart.at(visit, 10, 40),
            primarySource=True,
            location=refer(chart.staff.locations[chart.number % 2]),
            lotNumber=entry["lot"] if given else None,
            performer=[{"actor": refer(chart.doctor)}],
        )
