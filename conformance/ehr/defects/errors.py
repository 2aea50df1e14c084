"""Defects of what a server does with what it cannot do."""

from dataclasses import replace
from typing import Any

from conformance.ehr.defects.answers import a_crash, a_page
from conformance.ehr.defects.declare import defect
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.queries import Condition, Query
from conformance.ehr.server import Server

_E = "fhir-api.errors."
MALFORMED = _E + "malformed-date-is-refused"
STRICT = _E + "strict-handling-refuses-an-unknown-parameter"
LENIENT = _E + "lenient-handling-leaves-an-unknown-parameter-out"
METHOD = _E + "wrong-method-is-refused"
EXPLAIN = _E + "errors-explain-themselves"
_B = "fhir-api.bad-requests."
DATE = _B + "impossible-date-is-refused"
REFERENCE = _B + "malformed-reference-finds-nothing"
MODIFIER = _B + "unknown-modifier-is-refused"
BAD_COUNT = _B + "count-that-is-none-is-refused"
_REFUSAL = "security.refusal."
_DONE = 200


@defect("errors", kills=(MALFORMED, DATE, REFERENCE, MODIFIER))
class IgnoresMalformedDates(Server):
    """Searches as if a malformed date had not been given."""

    def parse_condition(
        self, request: Request, type_: str, name: str, value: str
    ) -> Condition | None:
        """Leave out what cannot be understood."""
        try:
            return super().parse_condition(request, type_, name, value)
        except Refusal:
            return None


@defect("errors", kills=(MALFORMED, DATE, REFERENCE, MODIFIER, BAD_COUNT))
class CrashesOnMalformedDates(Server):
    """Crashes on a malformed date."""

    def status_of(self, fault: Fault) -> int:
        """Take the client's fault for one of its own."""
        return 500 if fault is Fault.MALFORMED_VALUE else super().status_of(fault)


@defect("errors", kills=(STRICT,))
class LetsUnknownParametersPass(Server):
    """Leaves unknown parameters out whatever the client prefers."""

    def strict(self, request: Request) -> bool:
        """Be lenient."""
        return False


@defect("errors", kills=(STRICT,))
class CrashesOnUnknownParameters(Server):
    """Crashes on an unknown parameter under strict handling."""

    def status_of(self, fault: Fault) -> int:
        """Take the client's fault for one of its own."""
        return 500 if fault is Fault.UNKNOWN_PARAMETER else super().status_of(fault)


@defect("errors", kills=(LENIENT,))
class RefusesUnknownParameters(Server):
    """Refuses unknown parameters whatever the client prefers."""

    def strict(self, request: Request) -> bool:
        """Be strict."""
        return True


@defect("errors", kills=(LENIENT, _B + "unknown-parameter-is-not-said-to-be-used"))
class ListsUnusedParameters(Server):
    """Repeats the address of the request as the self link, unused parameters included."""

    def self_link(self, request: Request, query: Query) -> str:
        """Repeat what was asked."""
        plain = super().self_link(request, query)
        return f"{request.base}/{query.type}?{request.query}" if request.query else plain


@defect("errors", kills=(METHOD,))
class TakesADeleteOfTheMetadata(Server):
    """Answers a DELETE of the metadata as if it were a GET."""

    def allowed_methods(self, call: Call) -> tuple[str, ...]:
        """Take every method there."""
        there = call.interaction is Interaction.CAPABILITIES
        return (
            (*super().allowed_methods(call), "DELETE") if there else super().allowed_methods(call)
        )


@defect("errors", kills=(METHOD,))
class SaysThatItDeletedTheMetadata(Server):
    """Answers a DELETE of the metadata with 204."""

    def check_method(self, request: Request, call: Call) -> None:
        """Let a DELETE pass."""
        if request.method != "DELETE":
            super().check_method(request, call)

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Say that it is done."""
        return Response(status=204) if request.method == "DELETE" else response


@defect("errors", kills=(METHOD,))
class CrashesOnADelete(Server):
    """Crashes on a DELETE of the metadata."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Crash."""
        return a_crash() if request.method == "DELETE" else response


@defect("errors", kills=(EXPLAIN,))
class ExplainsErrorsItsOwnWay(Server):
    """Explains errors in a document of its own."""

    def outcome(self, refusal: Refusal) -> dict[str, Any]:
        """Write no OperationOutcome."""
        return {"error": refusal.text}


@defect("errors", kills=(EXPLAIN,))
class NamesNoIssue(Server):
    """Explains errors in an OperationOutcome without an issue."""

    def outcome(self, refusal: Refusal) -> dict[str, Any]:
        """Name nothing."""
        return {"resourceType": "OperationOutcome", "issue": []}


@defect("errors", kills=(EXPLAIN,))
class ShowsAPageForErrors(Server):
    """Explains errors in a page for people."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Show a page of the same status, with the same headers about access."""
        if response.status < 400:
            return response
        page = a_page(response.status)
        return replace(page, headers=(*page.headers, *response.without_header("Content-Type")))


@defect(
    "errors",
    kills=(
        MALFORMED,
        STRICT,
        METHOD,
        "fhir-api.formats.unsupported-format-is-refused",
        "fhir-api.reads.unknown-id-is-not-found",
        "fhir-api.reads.unknown-type-is-refused",
        DATE,
        REFERENCE,
        MODIFIER,
        BAD_COUNT,
        _B + "body-that-is-no-form-is-refused",
        _B + "unknown-method-is-refused",
        "fhir-api.read-forms.malformed-id-is-not-found",
        "fhir-api.versions.unknown-version-is-not-found",
        _REFUSAL + "reads-without-a-token-are-refused",
        _REFUSAL + "reads-with-a-wrong-token-are-refused",
        _REFUSAL + "searches-without-a-token-are-refused",
        _REFUSAL + "searches-with-a-wrong-token-are-refused",
    ),
)
class CallsEveryErrorASuccess(Server):
    """Answers every error with 200 and a page for people."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Show a page."""
        return a_page(_DONE) if response.status >= 400 else response
