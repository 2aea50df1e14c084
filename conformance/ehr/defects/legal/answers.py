"""Legal variations of answers: labels, headers, encodings, statuses."""

import gzip
import json
from dataclasses import replace
from urllib.parse import quote

from starlette.types import Message, Receive, Scope, Send

from conformance.ehr.defects.answers import a_document
from conformance.ehr.defects.declare import variation
from conformance.ehr.faults import Fault
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

BODIES = "fhir-api.formats.bodies-are-fhir-json"
CANONICAL = "/canonical"


@variation("answers", warns=(BODIES,))
class LabelsJsonPlainly(Server):
    """Labels its resources as application/json. Tolerated: clients read the body."""

    def content_type(self, request: Request) -> str:
        """Name plain JSON."""
        return "application/json"


@variation("answers", warns=(BODIES,))
class LabelsJsonAsBeforeR4(Server):
    """Labels its resources as application/json+fhir. Tolerated: clients read the body."""

    def content_type(self, request: Request) -> str:
        """Name the type of old."""
        return "application/json+fhir;charset=utf-8"


@variation("answers")
class CompressesItsAnswers(Server):
    """Compresses every answer."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Say so."""
        return replace(response, headers=response.with_header("Content-Encoding", "gzip"))

    def payload(self, response: Response) -> bytes:
        """Do so."""
        return gzip.compress(super().payload(response), mtime=0)


@variation("answers")
class ShoutsItsHeaders(Server):
    """Writes the names of headers in capitals."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Change the names on their way out."""

        async def shout(message: Message) -> None:
            if "headers" in message:
                named = [(name.upper(), value) for name, value in message["headers"]]
                message = {**message, "headers": named}
            await send(message)

        await super().__call__(scope, receive, shout)


@variation("answers")
class WritesForPeople(Server):
    """Writes its JSON over many lines, with the members in alphabetical order."""

    def payload(self, response: Response) -> bytes:
        """Spread it out."""
        if response.document is None:
            return response.body
        return json.dumps(response.document, indent=2, sort_keys=True).encode()


@variation("answers")
class RedirectsReads(Server):
    """Redirects a read to the resource's canonical address."""

    def respond(self, request: Request) -> Response:
        """Redirect, and answer at the canonical address."""
        below = request.below or ""
        if below.startswith(CANONICAL):
            return super().respond(replace(request, below=below.removeprefix(CANONICAL)))
        if self.call_of(request).interaction is Interaction.READ:
            query = f"?{request.query}" if request.query else ""
            location = f"{request.base}{CANONICAL}{quote(below)}{query}"
            return Response(status=307, headers=(("Location", location),))
        return super().respond(request)


@variation("answers")
class TagsStrongly(Server):
    """Writes the version as a strong ETag."""

    def etag(self, resource: Resource) -> str:
        """Leave the sign of weakness out."""
        return super().etag(resource).removeprefix("W/")


@variation("answers")
class TagsAsAProxyDoes(Server):
    """Stands behind a proxy that adds to the ETag of what it compresses."""

    def etag(self, resource: Resource) -> str:
        """Add to it."""
        return f'{super().etag(resource)[:-1]}-gzip"'


@variation("answers")
class KnowsNoConditions(Server):
    """Gives the resource whether or not it changed."""

    def unmodified(self, request: Request, resource: Resource) -> bool:
        """Look at no condition."""
        return False


@variation("answers")
class AsksToComeBack(Server):
    """Answers 429 to the first request for each resource type, and the next one rightly."""

    def respond(self, request: Request) -> Response:
        """Send the first client away for no time at all."""
        call = self.call_of(request)
        known: set[str] = self.__dict__.setdefault("known", set())
        if call.type in known or request.method != "GET":
            return super().respond(request)
        known.add(call.type)
        outcome = {"resourceType": "OperationOutcome", "issue": []}
        return a_document(429, outcome, (("Retry-After", "0"),))


@variation("answers")
class ImplementsNoOtherMethods(Server):
    """Answers 501 to a method that it does not have."""

    def status_of(self, fault: Fault) -> int:
        """Say that it is not implemented."""
        return 501 if fault is Fault.WRONG_METHOD else super().status_of(fault)


@variation("answers")
class CallsUnknownIdsGone(Server):
    """Answers 410 to the read of an unknown id."""

    def status_of(self, fault: Fault) -> int:
        """Say that it is gone."""
        return 410 if fault is Fault.UNKNOWN_RESOURCE else super().status_of(fault)


@variation("answers", warns=("fhir-api.reads.unknown-id-is-not-found",))
class HidesWhatExists(Server):
    """Answers 403 to the read of an unknown id. Tolerated: a server may hide what exists."""

    def status_of(self, fault: Fault) -> int:
        """Forbid what is not there."""
        return 403 if fault is Fault.UNKNOWN_RESOURCE else super().status_of(fault)


@variation("answers")
class CallsAFormatUnsupported(Server):
    """Answers 415 to a client that accepts no format that it has."""

    def status_of(self, fault: Fault) -> int:
        """Say that the type is not supported."""
        return 415 if fault is Fault.NOT_ACCEPTABLE else super().status_of(fault)
