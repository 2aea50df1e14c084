"""Defects of searches that find the one they are asked about, and not all."""

from collections.abc import Sequence

from conformance.ehr.defects.declare import defect
from conformance.ehr.defects.searches import names
from conformance.ehr.queries import Query
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

RECOMMENDED = "fhir-api.further-searches.recommended-searches-work"
ALTERNATIVES = "fhir-api.alternatives.are-taken-where-recommended"
ALL = "fhir-api.searches.find-all-that-the-server-holds"


@defect("completeness", kills=(ALL,))
class FindsTheFirstByCode(Server):
    """Finds only the first of those that have a code."""

    def select(self, query: Query) -> list[Resource]:
        """Stop at the first."""
        found = super().select(query)
        return found[:1] if "code" in names(query) else found


@defect("completeness", kills=(ALL,))
class GivesOnePageByCode(Server):
    """Has a first page only for what is searched by code, and says that this is all."""

    def select(self, query: Query) -> list[Resource]:
        """Cut the rest off."""
        found = super().select(query)
        return found[:2] if "code" in names(query) else found


@defect("completeness", kills=(ALL, ALTERNATIVES))
class LooksAtTheFirstThreeRecords(Server):
    """Compares the codes of the first three records of a patient and no more."""

    def candidates(self, query: Query) -> Sequence[Resource]:
        """Look at three."""
        candidates = super().candidates(query)
        return candidates[:3] if "code" in names(query) else candidates


@defect("completeness", kills=(ALL,))
class FindsOneOfEachKind(Server):
    """Finds only the latest of those that have the same code, where a code is given."""

    def select(self, query: Query) -> list[Resource]:
        """Keep one by code."""
        found = super().select(query)
        if "code" not in names(query):
            return found
        kept = {str(resource.get("code")): resource for resource in reversed(found)}
        return list(reversed(kept.values()))


@defect("completeness", kills=(ALL, RECOMMENDED))
class GivesTheFirstReport(Server):
    """Finds one report only where a category or a code is given."""

    def select(self, query: Query) -> list[Resource]:
        """Stop at the first."""
        found = super().select(query)
        return found[:1] if query.type == "DiagnosticReport" and len(names(query)) > 1 else found


@defect("completeness", kills=(ALL,))
class HidesWhatIsFinished(Server):
    """Leaves finished encounters out when a date is given, but for the first."""

    def select(self, query: Query) -> list[Resource]:
        """Keep the first."""
        found = super().select(query)
        if query.type != "Encounter" or "date" not in names(query):
            return found
        return [r for number, r in enumerate(found) if not number or r["status"] != "finished"]
