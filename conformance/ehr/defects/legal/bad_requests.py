"""Legal variations of what a server does with requests that it has to turn away."""

from conformance.ehr.defects.bad_requests import COUNT
from conformance.ehr.defects.declare import variation
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.parsing import Pairs
from conformance.ehr.server import Server


@variation("bad-requests")
class FindsNoUnknownPatient(Server):
    """Answers 404 to a search for the data of a patient who does not exist."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Look for the patient first."""
        if "conformance-no-such-id" in dict(pairs).get("patient", ""):
            raise Refusal(Fault.UNKNOWN_RESOURCE, "There is no such patient.")
        return super().answer_search(request, call, pairs)


@variation("bad-requests")
class FindsNothingByAMalformedReference(Server):
    """Answers a reference that cannot be one with an empty searchset."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Look for nobody."""
        if "~" in dict(pairs).get("patient", ""):
            pairs = [("_id", "nobody")]
        return super().answer_search(request, call, pairs)


@variation("bad-requests")
class CallsLongAddressesTooLong(Server):
    """Answers 414 to an address that is longer than it reads."""

    def respond(self, request: Request) -> Response:
        """Look at its length."""
        if len(request.query) > 4096:
            return Response(status=414, headers=(("Content-Type", "text/plain"),), body=b"Long")
        return super().respond(request)


@variation("bad-requests", warns=(COUNT,))
class TakesAnyCount(Server):
    """Gives pages of its own size where the size asked for is none. Tolerated: nothing is lost."""

    def parse_count(self, text: str) -> int:
        """Take the size of the house."""
        return super().parse_count(text if text.isdigit() else "20")


@variation("bad-requests")
class CallsABadBodyABadRequest(Server):
    """Answers 400 to a posted search that is no form."""

    def status_of(self, fault: Fault) -> int:
        """Say 400 for 415."""
        return 400 if fault is Fault.WRONG_MEDIA_TYPE else super().status_of(fault)
