"""
The server: one class, assembled from small methods by topic.

    Server         here          which call a request is, and who answers it
    bulk/          see there     Kickoff, Content and Delivery of exports
    authorization/ see there     the authorization server
    Searching      searching     GET and POST searches
    Bundles        bundles       page, links, entries, includes, Provenance
    Matching       matching      which resources a search finds
    Parsing        parsing       parameters, their values, strict and lenient handling
    Reading        reading       read, vread, history, conditional read
    Capabilities   capabilities  the CapabilityStatement
    Discovery      discovery     the SMART configuration
    Access         access        credentials and challenges
    Permissions    permissions   what a token opens: scopes, patients, categories
    Negotiation    negotiation   Accept and `_format`
    Faults         faults        statuses and OperationOutcomes
    Foundation     foundation    persona, data, encoding

Every public method is a seam. Each decides one thing, takes what it needs as arguments and returns
its answer, so a server that does one thing wrong is a subclass that overrides one method, and this
one never asks whether it should misbehave. Two rules keep that possible: a method reaches another
decision only through `self`, and nobody changes a resource of the store, a request or a response
in place. What bends a whole answer overrides `finish`; what answers otherwise overrides `respond`.

Nothing here waits: a call is a plain function of the request, and the only await is for its body.
"""

from typing import Any
from urllib.parse import urlsplit

from starlette.types import Receive, Scope, Send

from conformance.ehr.authorization.server import AuthorizationServer
from conformance.ehr.authorization.setup import AuthorizationSetup
from conformance.ehr.bulk.delivery import Delivery
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.setup import Setup
from conformance.ehr.store import Store

BASE_PATH = "/fhir"
MOST_BYTES = 1 << 20
METHODS: dict[Interaction, tuple[str, ...]] = {
    Interaction.CAPABILITIES: ("GET", "HEAD"),
    Interaction.SMART_CONFIGURATION: ("GET", "HEAD"),
    Interaction.READ: ("GET", "HEAD"),
    Interaction.VREAD: ("GET", "HEAD"),
    Interaction.HISTORY: ("GET", "HEAD"),
    Interaction.SEARCH: ("GET", "HEAD"),
    Interaction.POST_SEARCH: ("POST",),
    Interaction.EXPORT: ("GET", "POST"),
    Interaction.EXPORT_STATUS: ("GET", "DELETE"),
    Interaction.EXPORT_FILE: ("GET", "HEAD"),
}


class Server(Delivery, AuthorizationServer):
    """A sound FHIR R4 server over one store, as an ASGI application."""

    def __init__(
        self,
        *,
        setup: Setup,
        store: Store,
        token: str,
        base_url: str | None = None,
        authorization: AuthorizationSetup | None = None,
    ) -> None:
        super().__init__(setup=setup, store=store, token=token, authorization=authorization)
        self.base_url = base_url.rstrip("/") if base_url else None
        self.base_path = urlsplit(self.base_url).path if self.base_url else BASE_PATH

    def respond(self, request: Request) -> Response:
        """Answer a request, finished but for its bytes."""
        call = self.call_of(request)
        try:
            response = self.route(request, call)
        except Refusal as refusal:
            response = self.refuse(request, refusal)
        return self.finish(request, call, response)

    def call_of(self, request: Request) -> Call:
        """Return the call that a request's path means."""
        if request.below is None:
            return self.call_outside(request)
        match request.below.strip("/").split("/"):
            case ["metadata"]:
                return Call(interaction=Interaction.CAPABILITIES)
            case [".well-known", "smart-configuration"]:
                return Call(interaction=Interaction.SMART_CONFIGURATION)
            case [type_] if type_[:1].isupper():
                return Call(interaction=Interaction.SEARCH, type=type_)
            case ["Group", id_, "$export"] if self.setup.exports:
                return Call(interaction=Interaction.EXPORT, type="Group", id=id_)
            case ["DocumentReference", "$docref"] if self.setup.us_core:
                # it takes a patient as a search does, and gives a searchset of documents too
                return Call(interaction=Interaction.SEARCH, type="DocumentReference")
            case [type_, "_search"]:
                return Call(interaction=Interaction.POST_SEARCH, type=type_)
            case ["Patient", id_, type_] if self.has_compartment(type_):
                return Call(interaction=Interaction.SEARCH, type=type_, compartment=id_)
            case [type_, id_]:
                return Call(interaction=Interaction.READ, type=type_, id=id_)
            case [type_, id_, "_history"]:
                return Call(interaction=Interaction.HISTORY, type=type_, id=id_)
            case [type_, id_, "_history", version]:
                return Call(interaction=Interaction.VREAD, type=type_, id=id_, version=version)
            case _:
                return Call(interaction=Interaction.NONE)

    def route(self, request: Request, call: Call) -> Response:
        """Answer a call, or refuse it: access first, then path, method and format."""
        if request.below is None and call.interaction is Interaction.NONE:
            return self.outside(request)
        self.authorize(request, call)
        if call.type and not self.serves(call.type):
            return self.unknown_type(request, call)
        self.check_method(request, call)
        self.check_permission(request, call)
        self.negotiate(request, call)
        match call.interaction:
            case Interaction.CAPABILITIES:
                return self.show_capabilities(request, call)
            case Interaction.SMART_CONFIGURATION:
                return self.show_smart_configuration(request, call)
            case Interaction.READ:
                return self.read(request, call)
            case Interaction.VREAD:
                return self.vread(request, call)
            case Interaction.HISTORY:
                return self.history(request, call)
            case Interaction.SEARCH:
                return self.search(request, call)
            case Interaction.POST_SEARCH:
                return self.post_search(request, call)
            case Interaction.EXPORT:
                return self.export(request, call)
            case Interaction.EXPORT_STATUS:
                return self.export_status(request, call)
            case Interaction.EXPORT_FILE:
                return self.export_file(request, call)
            case Interaction.NONE:
                raise Refusal(Fault.UNKNOWN_PATH, "There is nothing at this address.")

    def call_outside(self, request: Request) -> Call:
        """Return the call that a path outside the FHIR base means."""
        match request.path.strip("/").split("/"):
            case ["bulk", "jobs", id_] if self.setup.exports:
                return Call(interaction=Interaction.EXPORT_STATUS, id=id_)
            case ["bulk", "files", id_, file] if self.setup.exports:
                return Call(interaction=Interaction.EXPORT_FILE, id=id_, file=file)
            case _:
                return Call(interaction=Interaction.NONE)

    def has_compartment(self, type_: str) -> bool:
        """Tell whether a search of a type may name its patient in the path."""
        known = self.setup.compartments and self.serves(type_)
        return known and "patient" in self.search_parameters(type_)

    def outside(self, request: Request) -> Response:
        """Answer a request for a path that has nothing to do with FHIR."""
        response = self.endpoint(request) if self.setup.smart else None
        if response is None:
            headers = (("Content-Type", "text/plain"),)
            return Response(status=404, headers=headers, body=b"Not here")
        return response

    def check_method(self, request: Request, call: Call) -> None:
        """Refuse a method that the call's path does not take."""
        allowed = self.allowed_methods(call)
        if allowed and request.method not in allowed:
            raise Refusal(
                Fault.WRONG_METHOD,
                "The method is not supported at this address.",
                headers=(("Allow", ", ".join(allowed)),),
            )

    def allowed_methods(self, call: Call) -> tuple[str, ...]:
        """Return the methods that a call's path takes; none when there is nothing at the path."""
        return METHODS.get(call.interaction, ())

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Return the response as it leaves: unchanged."""
        return response

    def payload(self, response: Response) -> bytes:
        """Return the bytes of a response."""
        return response.body if response.document is None else self.encode(response.document)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request over ASGI."""
        if scope["type"] != "http":
            raise RuntimeError("this application speaks HTTP only")
        request = self.request_of(scope, await read_body(receive))
        response = self.respond(request)
        body = self.payload(response)
        headers = [
            (name.lower().encode(), value.encode("latin-1")) for name, value in response.headers
        ]
        if response.status != 304:
            headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send(
            {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body}
        )

    def request_of(self, scope: Scope, body: bytes) -> Request:
        """Return the request that an ASGI scope and a body are."""
        headers: dict[str, str] = {}
        for raw_name, raw_value in scope["headers"]:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        path = scope["path"]
        below = path.removeprefix(self.base_path)
        inside = path.startswith(self.base_path) and below[:1] in ("", "/")
        return Request(
            method=scope["method"],
            base=self.base_url or f"{scope['scheme']}://{host_of(scope, headers)}{BASE_PATH}",
            below=below if inside else None,
            path=path,
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=body,
        )


def host_of(scope: Scope, headers: dict[str, str]) -> str:
    """Return the host and port by which the client reached the server."""
    if "host" in headers:
        return headers["host"]
    host, port = scope.get("server") or ("127.0.0.1", None)
    return f"{host}:{port}" if port else str(host)


async def read_body(receive: Receive) -> bytes:
    """Return a request's body; what is longer than any search is cut."""
    parts: list[bytes] = []
    more = True
    while more:
        message: Any = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False) and sum(map(len, parts)) < MOST_BYTES
    return b"".join(parts)
