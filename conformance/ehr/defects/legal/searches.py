"""Legal variations of searches and their results."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from conformance.ehr.defects.declare import variation
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.parsing import Pairs
from conformance.ehr.queries import Query, TokenValue
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

MALFORMED = "fhir-api.errors.malformed-date-is-refused"
BAD_VALUES = (
    MALFORMED,
    "fhir-api.bad-requests.count-that-is-none-is-refused",
    "fhir-api.bad-requests.impossible-date-is-refused",
)
Links = list[dict[str, str]]


@variation("searches")
class StatesNoTotal(Server):
    """Leaves the total out."""

    def total(self, query: Query, found: Sequence[Resource]) -> int | None:
        """Count nothing."""
        return None


@variation("searches")
class MarksNothing(Server):
    """Marks no entry as a match or as included."""

    def entry(self, request: Request, resource: Resource, mode: str) -> dict[str, Any]:
        """Leave the mark out."""
        entry = super().entry(request, resource, mode)
        return {name: value for name, value in entry.items() if name != "search"}


@variation("searches")
class AddsAnOutcome(Server):
    """Adds an OperationOutcome with a hint to every page."""

    def entries(
        self, request: Request, query: Query, page: Sequence[Resource]
    ) -> list[dict[str, Any]]:
        """Put it first."""
        issue = {"severity": "information", "code": "informational", "diagnostics": "All is well."}
        outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
        hint = {"resource": outcome, "search": {"mode": "outcome"}}
        return [hint, *super().entries(request, query, page)]


@variation("searches")
class BringsProvenanceUnasked(Server):
    """Brings the Provenance of everything along, whether or not it was asked for."""

    def provenance(self, query: Query, page: Sequence[Resource]) -> Iterator[Resource]:
        """Bring it, that of the patient included where it was asked for."""
        return super().provenance(replace(query, with_provenance=True), page)


@variation("searches")
class LinksByPath(Server):
    """Gives links without scheme and host."""

    def links(self, request: Request, query: Query, found: Sequence[Resource]) -> Links:
        """Cut them off."""
        origin = request.base.removesuffix("/fhir")
        links = super().links(request, query, found)
        return [{**link, "url": link["url"].removeprefix(origin)} for link in links]


@variation("searches")
class GivesMoreLinks(Server):
    """Gives links to the first and the last page, in another order."""

    def links(self, request: Request, query: Query, found: Sequence[Resource]) -> Links:
        """Add them before the others."""
        links = super().links(request, query, found)
        home = f"{request.base}/{query.type}?_page=home"
        more = [{"relation": name, "url": home} for name in ("last", "first", "previous")]
        return [*more, *reversed(links)]


@variation("searches")
class PagesAtTheRoot(Server):
    """Gives next links below the base address, with a handle that only it understands."""

    def next_link(self, request: Request, query: Query, found: Sequence[Resource]) -> str | None:
        """Put the type into the query."""
        following = super().next_link(request, query, found)
        return following and following.replace(
            f"{request.base}/{query.type}?_page=", f"{request.base}?pages-of={query.type}&_page="
        )

    def respond(self, request: Request) -> Response:
        """Take the type out of the query."""
        if not request.query.startswith("pages-of="):
            return super().respond(request)
        type_, _, rest = request.query.removeprefix("pages-of=").partition("&")
        return super().respond(replace(request, below=f"/{type_}", query=rest))


@variation("searches")
class PagesOnAnotherHost(Server):
    """Gives next links on another host, which a run does not follow unless it is allowed to."""

    def next_link(self, request: Request, query: Query, found: Sequence[Resource]) -> str | None:
        """Change the host."""
        following = super().next_link(request, query, found)
        return following and following.replace(request.base, "https://pages.example/fhir")


@variation("searches")
class GivesSmallerPages(Server):
    """Gives pages of one match, however many were asked for."""

    def parse_count(self, text: str) -> int:
        """Give one."""
        return min(1, super().parse_count(text))


@variation("searches")
class GivesOnePageOnly(Server):
    """Gives everything on one page, and no more than asked for: it has no pages."""

    def next_link(self, request: Request, query: Query, found: Sequence[Resource]) -> str | None:
        """Have none."""
        return None

    def page(self, query: Query, found: Sequence[Resource]) -> Sequence[Resource]:
        """Give all, or as many as asked for."""
        return found[: query.count] if "_count" in dict(query.used) else found


@variation("searches")
class GivesAnotherOrder(Server):
    """Gives what it finds in reverse order."""

    def select(self, query: Query) -> list[Resource]:
        """Turn it round."""
        return super().select(query)[::-1]


@variation("searches")
class NamesTheSubject(Server):
    """Writes subject for patient in the self link."""

    def self_link(self, request: Request, query: Query) -> str:
        """Rename it."""
        return super().self_link(request, query).replace("patient=", "subject=", 1)


@variation("searches")
class NamesTheTypeOfThePatient(Server):
    """Writes patient:Patient, patient.identifier and the like in the self link."""

    def self_link(self, request: Request, query: Query) -> str:
        """Say what is meant."""
        link = super().self_link(request, query)
        return link.replace("patient=", "patient:Patient=").replace("date=", "date.start=")


@variation("searches")
class ListsMoreParameters(Server):
    """Adds parameters of its own to the self link."""

    def self_link(self, request: Request, query: Query) -> str:
        """Add the order and the size of the house."""
        link = super().self_link(request, query)
        return f"{link}{'&' if '?' in link else '?'}_sort=-date&_count={query.count}&tenant=7"


@variation("searches")
class ListsCriteriaOnly(Server):
    """Names in the self link only what a resource has to match."""

    def self_link(self, request: Request, query: Query) -> str:
        """Leave out what begins with an underscore."""
        pairs = [(name, value) for name, value in query.used if name[:1] != "_" or name == "_id"]
        return f"{request.base}/{query.type}?{urlencode(pairs)}"


@variation("searches")
class RefusesUnknownSystems(Server):
    """Answers 400 to a code of a system that it does not know."""

    def parse_token(self, text: str) -> TokenValue:
        """Know the systems of the cohort only."""
        if "no-such-system" in text:
            raise ValueError("of an unknown system")
        return super().parse_token(text)


@variation("searches", warns=(MALFORMED,))
class FindsNothingByAMalformedDate(Server):
    """Answers a malformed date with an empty searchset. Tolerated: no data are given."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Look for what there cannot be."""
        if ("date", "not-a-date") in pairs:
            pairs = [pair for pair in pairs if pair[0] != "date"] + [("_id", "nobody")]
        return super().answer_search(request, call, pairs)


@variation("searches", warns=BAD_VALUES)
class CannotProcessAMalformedDate(Server):
    """Answers a malformed date with 422. Tolerated: it is a client error."""

    def refuse(self, request: Request, refusal: Refusal) -> Response:
        """Say 422 for 400."""
        response = super().refuse(request, refusal)
        malformed = refusal.fault is Fault.MALFORMED_VALUE
        return replace(response, status=422) if malformed else response


@variation("searches")
class NamesTheAddressOfAPost(Server):
    """Gives the answer to a POST a self link to where it was sent, with the parameters."""

    def self_link(self, request: Request, query: Query) -> str:
        """Write the address of the search by POST."""
        link = super().self_link(request, query)
        posted = request.method == "POST"
        return link.replace("?", "/_search?", 1) if posted else link
