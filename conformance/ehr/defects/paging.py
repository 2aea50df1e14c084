"""Defects of results in pages."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from conformance.ehr.defects.answers import a_crash, a_document
from conformance.ehr.defects.declare import defect
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.paging import seal
from conformance.ehr.parsing import Pairs
from conformance.ehr.queries import Query
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

RECOMMENDED = "fhir-api.further-searches.recommended-searches-work"
ALTERNATIVES = "fhir-api.alternatives.are-taken-where-recommended"
SERVED = "fhir-api.searches.every-page-is-served"
ONLY = "fhir-api.searches.return-only-matches"
_P = "fhir-api.paging."
NEXT = _P + "every-next-page-is-served"
ONCE = _P + "pages-give-every-match-once"
COUNT = _P + "pages-hold-no-more-than-asked"
NO_COUNT = "fhir-api.bad-requests.count-that-is-none-is-refused"
TOTAL = _P + "total-is-the-number-of-matches"


class Paging(Server):
    """A server that knows when it was asked for pages of a size."""

    def counted(self, query: Query) -> bool:
        """Tell whether a search has _count."""
        return "_count" in dict(query.used)

    def page_at(self, request: Request, query: Query, offset: int) -> str:
        """Return the address of the page that begins at `offset`."""
        handle = seal(query.type, list(query.used), offset)
        return f"{request.base}/{query.type}?{urlencode({'_page': handle})}"


@defect("paging", kills=(SERVED,))
class LeadsNowhere(Server):
    """Gives next links to an address where nothing is."""

    def next_link(self, request: Request, query: Query, found: Sequence[Resource]) -> str | None:
        """Lead nowhere."""
        return super().next_link(request, query, found) and f"{request.base}/next-page/2"


@defect("paging", kills=(NEXT,))
class LeadsNowhereWithACount(Paging):
    """Gives next links to an address where nothing is, when pages of a size were asked for."""

    def next_link(self, request: Request, query: Query, found: Sequence[Resource]) -> str | None:
        """Lead nowhere."""
        following = super().next_link(request, query, found)
        return f"{request.base}/next-page/2" if following and self.counted(query) else following


@defect("paging", kills=(SERVED,))
class GivesNoBundleForTheNextPage(Server):
    """Answers the request for the next page with an OperationOutcome and 200."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Forget the page."""
        if "_page=" in request.query and response.status == 200:
            return a_document(200, {"resourceType": "OperationOutcome", "issue": []})
        return response


@defect("paging", kills=(NEXT, NO_COUNT))
class CrashesOnACount(Paging):
    """Crashes when pages of a size are asked for."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Crash."""
        return a_crash() if "_count" in dict(pairs) else super().answer_search(request, call, pairs)


@defect("paging", kills=(SERVED,))
class GoesInCircles(Paging):
    """Gives the last page a next link to the first one."""

    def next_link(self, request: Request, query: Query, found: Sequence[Resource]) -> str | None:
        """Begin again at the end."""
        following = super().next_link(request, query, found)
        return self.page_at(request, query, 0) if not following and query.offset else following


@defect("paging", kills=(SERVED,))
class PointsBackToItself(Paging):
    """Gives the last page a next link to itself."""

    def next_link(self, request: Request, query: Query, found: Sequence[Resource]) -> str | None:
        """Stay."""
        following = super().next_link(request, query, found)
        if following or not query.offset:
            return following
        return self.page_at(request, query, query.offset)


@defect("paging", kills=(SERVED,))
class NeverLeavesTheFirstPage(Paging):
    """Gives every page a next link to the page itself."""

    def next_link(self, request: Request, query: Query, found: Sequence[Resource]) -> str | None:
        """Stay where one is."""
        following = super().next_link(request, query, found)
        return following and self.page_at(request, query, query.offset)


@defect("paging", kills=(ONCE,))
class GivesAResourceOnTwoPages(Paging):
    """Begins a page with the last resource of the page before."""

    def next_link(self, request: Request, query: Query, found: Sequence[Resource]) -> str | None:
        """Begin one too early."""
        following = super().next_link(request, query, found)
        if not following or not self.counted(query):
            return following
        return self.page_at(request, query, query.offset + query.count - 1)


@defect("paging", kills=(ONCE,))
class LosesAResourceBetweenPages(Paging):
    """Leaves the first resource of each page but the first out."""

    def page(self, query: Query, found: Sequence[Resource]) -> Sequence[Resource]:
        """Begin one too late."""
        page = super().page(query, found)
        return page[1:] if query.offset and self.counted(query) else page


@defect("paging", kills=(ONCE,))
class CutsAResultShort(Paging):
    """Gives the first page only when pages of a size are asked for."""

    def next_link(self, request: Request, query: Query, found: Sequence[Resource]) -> str | None:
        """End the result."""
        return None if self.counted(query) else super().next_link(request, query, found)


@defect("paging", kills=(COUNT, NO_COUNT))
class IgnoresTheCount(Server):
    """Gives pages of its own size, whatever was asked for."""

    def parse_count(self, text: str) -> int:
        """Take the size of the house."""
        return self.setup.page_size


@defect("paging", kills=(TOTAL,))
class GivesTheFirstPageOnly(Server):
    """Gives no next link, and a total of everything."""

    def next_link(self, request: Request, query: Query, found: Sequence[Resource]) -> str | None:
        """End every result."""
        return None


@defect("paging", kills=(TOTAL,))
class CountsThePageForTheTotal(Server):
    """Gives the number of matches on the page for the total."""

    def total(self, query: Query, found: Sequence[Resource]) -> int | None:
        """Count the page."""
        return len(self.page(query, found))


@defect("paging", kills=(TOTAL,))
class WritesTheTotalAsAText(Server):
    """Writes the total as a text."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Put it in quotes."""
        document = response.document or {}
        if "total" not in document:
            return response
        return replace(response, document={**document, "total": str(document["total"])})


@defect(
    "paging",
    kills=(ONLY, TOTAL, "fhir-api.dates.ranges-select-exactly", ALTERNATIVES, RECOMMENDED),
)
class ForgetsTheSearchOnTheNextPage(Paging):
    """Gives next pages of all resources of the type."""

    def next_link(self, request: Request, query: Query, found: Sequence[Resource]) -> str | None:
        """Keep nothing but the size."""
        following = super().next_link(request, query, found)
        count = tuple(pair for pair in query.used if pair[0] == "_count")
        later = replace(query, used=count)
        return following and self.page_at(request, later, query.offset + query.count)
