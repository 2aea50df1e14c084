"""What was written: laboratory reports, reports of other services, clinical notes."""

from base64 import b64encode
from collections.abc import Iterator, Sequence

from conformance.ehr.cohort.charts import Chart
from conformance.ehr.cohort.terms import Element, built, coding, concept, refer, table

PLAIN_TEXT = "format|urn:ihe:iti:xds:2017:mimeTypeSufficient|mimeType Sufficient"


def laboratory_reports(chart: Chart, results: Sequence[Element]) -> Iterator[Element]:
    """Yield a report on the laboratory results of each visit."""
    for visit, encounter in enumerate(chart.visits):
        own = [
            refer(result)
            for result in results
            if result["encounter"]["reference"] == f"Encounter/{encounter['id']}"
        ]
        yield built(
            "DiagnosticReport",
            chart.id("report", visit + 1),
            profiles=("us-core-diagnosticreport-lab",),
            updated=chart.at(visit, 14),
            status="final",
            category=[concept("service-section|LAB|Laboratory")],
            code=concept("loinc|51990-0|Basic metabolic panel - Blood"),
            subject=chart.subject,
            encounter=refer(encounter),
            effectiveDateTime=chart.at(visit, 8),
            issued=chart.at(visit, 13, 30),
            performer=[refer(chart.organization)],
            result=own,
        )


def service_reports(chart: Chart, observed: Sequence[Element]) -> Iterator[Element]:
    """Yield a report of each other service, one at each visit; some rest on an observation."""
    for visit, entry in enumerate(table("chart")["reports"]):
        grounds = [
            refer(observation)
            for observation in observed
            if observation["code"]["coding"][0]["code"] == entry.get("result")
            and observation["effectiveDateTime"].startswith(chart.day(visit))
        ]
        yield built(
            "DiagnosticReport",
            chart.id("report", 10 + visit),
            profiles=("us-core-diagnosticreport-note",),
            updated=chart.at(visit, 15),
            status="final",
            category=[concept(entry["category"])],
            code=concept(entry["code"]),
            subject=chart.subject,
            encounter=refer(chart.visits[visit]),
            effectiveDateTime=chart.at(visit, 11, 5),
            issued=chart.at(visit, 14, 30),
            performer=[refer(chart.staff.practitioners[2])],
            result=grounds or None,
            presentedForm=[_attachment(entry["text"], chart.at(visit, 14, 30))],
        )


def notes(chart: Chart) -> Iterator[Element]:
    """Yield the clinical notes."""
    for number, entry in enumerate(table("chart")["notes"]):
        visit = number // 2
        written = chart.at(visit, 15, 10 * number)
        yield built(
            "DocumentReference",
            chart.id("note", number + 1),
            profiles=("us-core-documentreference",),
            updated=chart.at(visit, 16, number),
            identifier=[
                {
                    "system": "http://alderbrook.example/documents",
                    "value": f"DOC-{chart.number + 1:04}-{number + 1}",
                }
            ],
            status="current",
            type=concept(entry["type"]),
            category=[concept("document-category|clinical-note|Clinical Note")],
            subject=chart.subject,
            date=written,
            author=[refer(chart.doctor)],
            custodian=refer(chart.organization),
            content=[
                {
                    "attachment": _attachment(entry["text"], written),
                    "format": coding(PLAIN_TEXT),
                }
            ],
            context={
                "encounter": [refer(chart.visits[visit])],
                "period": {"start": chart.at(visit, 9), "end": chart.at(visit, 11)},
            },
        )


def _attachment(text: str, created: str) -> Element:
    return {
        "contentType": "text/plain",
        "data": b64encode(text.encode()).decode(),
        "creation": created,
    }
