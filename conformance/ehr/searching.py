"""Answer a search, by GET or by POST."""

from collections.abc import Sequence
from dataclasses import replace

from conformance.ehr.bundles import Bundles
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.paging import unseal
from conformance.ehr.parsing import Pairs, decode
from conformance.ehr.queries import Query
from conformance.ehr.store import Resource

FORM = "application/x-www-form-urlencoded"


class Searching(Bundles):
    """Take a search from its request to its answer."""

    def search(self, request: Request, call: Call) -> Response:
        """Answer a search by GET."""
        return self.answer_search(request, call, decode(request.query))

    def post_search(self, request: Request, call: Call) -> Response:
        """Answer a search by POST: parameters stand in the form, the query string, or both."""
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != FORM and (media_type or request.body):
            raise Refusal(Fault.WRONG_MEDIA_TYPE, f"A search by POST is a form: {FORM}.")
        return self.answer_search(request, call, decode(request.query) + self.form(request))

    def form(self, request: Request) -> Pairs:
        """Return the parameters in a form."""
        return decode(request.body.decode("utf-8", errors="replace"))

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Answer a search with these parameters."""
        query = self.query(request, call, self.in_compartment(call, pairs))
        found = self.open_matches(request, self.select(query))
        return Response(
            status=200,
            headers=(("Content-Type", self.content_type(request)),),
            document=self.bundle(request, query, found),
        )

    def open_matches(self, request: Request, found: Sequence[Resource]) -> Sequence[Resource]:
        """Return those of the matches that the request's token opens."""
        return self.permitted(request, found, "s")

    def in_compartment(self, call: Call, pairs: Pairs) -> Pairs:
        """Return the parameters that keep a search in the compartment that its path names."""
        return [("patient", call.compartment), *pairs] if call.compartment else pairs

    def query(self, request: Request, call: Call, pairs: Pairs) -> Query:
        """Return the query that the parameters ask for; the handle of a page decides alone."""
        handle = next((value for name, value in pairs if name == "_page"), None)
        if handle is None:
            return self.parse(request, call.type, pairs)
        try:
            type_, sealed, offset = unseal(handle)
        except ValueError as error:
            raise Refusal(
                Fault.MALFORMED_VALUE, f"The value is {error}.", place="http._page"
            ) from error
        if type_ != call.type:
            raise Refusal(
                Fault.MALFORMED_VALUE, "The page is one of another type.", place="http._page"
            )
        return replace(self.parse(request, type_, sealed), offset=offset)
