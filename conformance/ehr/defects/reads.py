"""Defects of reads."""

from conformance.ehr.defects.declare import defect
from conformance.ehr.messages import Call
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

_READS = "fhir-api.reads."


@defect("reads", kills=(_READS + "give-that-resource",))
class AnswersWithAnotherId(Server):
    """Answers a read with a resource of another id."""

    def resource_for_read(self, call: Call) -> Resource | None:
        """Change the id of what is read."""
        resource = super().resource_for_read(call)
        return resource and {**resource, "id": "another-id"}
