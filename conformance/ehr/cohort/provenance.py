"""Where each resource of a chart comes from."""

from collections.abc import Iterable, Iterator

from conformance.ehr.cohort.charts import Chart
from conformance.ehr.cohort.terms import Element, built, concept, refer


def provenance(chart: Chart, resources: Iterable[Element]) -> Iterator[Element]:
    """Yield a Provenance for each resource: its author, and the organisation that passed it on."""
    organization = refer(chart.organization)
    agents = [
        {
            "type": concept("provenance-agent|author|Author"),
            "who": refer(chart.doctor),
            "onBehalfOf": organization,
        },
        {
            "type": concept("us-core-provenance-agent|transmitter|Transmitter"),
            "who": organization,
        },
    ]
    for resource in resources:
        updated = resource["meta"]["lastUpdated"]
        yield built(
            "Provenance",
            f"{resource['id']}-origin",
            profiles=("us-core-provenance",),
            updated=updated,
            target=[refer(resource)],
            recorded=updated,
            agent=agents,
        )
