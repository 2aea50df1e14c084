"""Servers that want a status, as US Core lets them."""

from collections.abc import Iterable

from conformance.ehr.defects.declare import variation
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Request
from conformance.ehr.queries import Query
from conformance.ehr.server import Server

STATUSES = ("status", "clinical-status", "lifecycle-status")


@variation("status")
class WantsAStatus(Server):
    """Refuses every search by patient without a status with 400, and says what it wants."""

    def parse(self, request: Request, type_: str, pairs: Iterable[tuple[str, str]]) -> Query:
        """Want a status where the type can be searched by one."""
        query = super().parse(request, type_, pairs)
        names = {condition.name for condition in query.conditions}
        wanted = self.wanted_statuses(type_)
        if wanted and "patient" in names and names.isdisjoint(wanted):
            raise Refusal(
                Fault.MALFORMED_VALUE,
                f"A search of {type_} needs one of {', '.join(wanted)}.",
                place=f"http.{wanted[0]}",
            )
        return query

    def wanted_statuses(self, type_: str) -> list[str]:
        """Return the parameters of which a search needs one."""
        return [name for name in STATUSES if name in self.search_parameters(type_)]


@variation("status")
class WantsAStatusOfSomeTypes(WantsAStatus):
    """Refuses searches of observations and goals without a status, and of no other type."""

    def wanted_statuses(self, type_: str) -> list[str]:
        """Want none of the other types."""
        some = type_ in ("Observation", "Goal")
        return super().wanted_statuses(type_) if some else []
