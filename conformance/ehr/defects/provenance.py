"""Defects of Provenance that comes along."""

from collections.abc import Iterator, Sequence
from typing import Any

from conformance.ehr.defects.answers import a_document
from conformance.ehr.defects.declare import defect
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.parsing import Pairs
from conformance.ehr.queries import Query
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

DECLARED = "fhir-api.declarations.declare-provenance"
COMES = "fhir-api.provenance.comes-along"
REFERS = "fhir-api.provenance.refers-to-the-results"


@defect("provenance", kills=(COMES, DECLARED))
class IgnoresRevinclude(Server):
    """Leaves _revinclude out of account."""

    def reverse_includes(self, type_: str) -> list[str]:
        """Know none."""
        return []


@defect("provenance", kills=(COMES, DECLARED))
class IgnoresRevincludeForOneType(Server):
    """Leaves _revinclude out of account for goals."""

    def reverse_includes(self, type_: str) -> list[str]:
        """Know none for Goal."""
        return [] if type_ == "Goal" else super().reverse_includes(type_)


@defect("provenance", kills=(COMES,))
class RefusesRevinclude(Server):
    """Answers 400 to a search with _revinclude."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Refuse it."""
        if "_revinclude" in dict(pairs):
            return a_document(400, {"resourceType": "OperationOutcome", "issue": []})
        return super().answer_search(request, call, pairs)


@defect("provenance", kills=(COMES,))
class MarksProvenanceAsAMatch(Server):
    """Marks the Provenance that comes along as a match."""

    def entry(self, request: Request, resource: Resource, mode: str) -> dict[str, Any]:
        """Call it a match."""
        mode = "match" if resource["resourceType"] == "Provenance" else mode
        return super().entry(request, resource, mode)


@defect("provenance", kills=(REFERS,))
class BringsProvenanceOfOthers(Server):
    """Brings the Provenance of other resources along."""

    def provenance(self, query: Query, page: Sequence[Resource]) -> Iterator[Resource]:
        """Bring that of the first patient."""
        if query.with_provenance and query.type != "Patient":
            yield from self.store.targeting("Patient/patient-1")
        elif query.with_provenance:
            yield from self.store.all("Provenance")[-1:]
