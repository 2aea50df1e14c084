"""Who cares for a patient, to what end and how: team, goals, plan."""

from collections.abc import Iterator

from conformance.ehr.cohort.charts import Chart
from conformance.ehr.cohort.terms import Element, built, concept, refer, table


def team(chart: Chart) -> Element:
    """Return the patient's care team: two practitioners, an organisation and the patient."""
    first, second = chart.doctor, chart.staff.practitioners[(chart.number + 1) % 2]
    roles = {role["practitioner"]["reference"]: role["code"][0] for role in chart.staff.roles}
    members = [
        {
            "role": [roles[f"Practitioner/{doctor['id']}"]],
            "member": refer(doctor),
            "onBehalfOf": refer(chart.organization),
        }
        for doctor in (first, second)
    ]
    patient = {"role": [concept("sct|116154003|Patient")], "member": chart.subject}
    return built(
        "CareTeam",
        chart.id("team", 1),
        profiles=("us-core-careteam",),
        updated=chart.at(0, 17, 30),
        status="active",
        name="Care team",
        subject=chart.subject,
        period={"start": chart.day(0)},
        participant=[*members, patient],
        managingOrganization=[refer(chart.organization)],
    )


def former_team(chart: Chart) -> Element:
    """Return the team that cared for the patient before."""
    doctor = chart.staff.practitioners[2]
    return built(
        "CareTeam",
        chart.id("team", 2),
        profiles=("us-core-careteam",),
        updated=chart.at(0, 17, 31),
        status="inactive",
        name="Former care team",
        subject=chart.subject,
        period={"start": "2021-01-01", "end": chart.day(0)},
        participant=[{"role": [chart.staff.roles[2]["code"][0]], "member": refer(doctor)}],
    )


def goals(chart: Chart) -> Iterator[Element]:
    """Yield a goal that is pursued and one that was reached."""
    for number, status in enumerate(("active", "completed")):
        yield built(
            "Goal",
            chart.id("goal", number + 1),
            profiles=("us-core-goal",),
            updated=chart.at(1, 17, 40 + number),
            lifecycleStatus=status,
            description=concept(chart.pick(table("chart")["goals"], number)),
            subject=chart.subject,
            startDate=chart.day(0),
            target=[{"dueDate": chart.day(2 - number)}],
            expressedBy=refer(chart.doctor),
        )


def plans(chart: Chart, problem: Element, aims: list[Element]) -> Iterator[Element]:
    """Yield the plan that is followed and the one before it."""
    for number, status in enumerate(("active", "completed")):
        visit = 1 - number
        summary = f"{problem['code']['text']}: assessment, and what was agreed upon."
        end = {} if status == "active" else {"end": chart.day(visit + 1)}
        yield built(
            "CarePlan",
            chart.id("plan", number + 1),
            profiles=("us-core-careplan",),
            updated=chart.at(visit, 17, 50),
            text={
                "status": "generated",
                "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{summary}</p></div>',
            },
            status=status,
            intent="plan",
            category=[concept("plan-category|assess-plan|Assessment and Plan of Treatment")],
            subject=chart.subject,
            period={"start": chart.day(visit), **end},
            author=refer(chart.doctor),
            careTeam=[{"reference": f"CareTeam/{chart.id('team', 1)}", "display": "Care team"}],
            addresses=[refer(problem)],
            goal=[{**refer(aims[number]), "display": aims[number]["description"]["text"]}],
        )
