"""Defects and variations of codes, clients and the words of a refusal."""

from dataclasses import replace
from urllib.parse import unquote

from conformance.ehr.authorization.answers import OAuthError
from conformance.ehr.authorization.records import Code
from conformance.ehr.authorization.setup import Client, ClientKind
from conformance.ehr.defects.declare import defect, variation
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Headers, Request, Response
from conformance.ehr.server import Server

_CODES = "security.codes."
_ERRORS = "security.error-bodies."


@defect(
    "codes",
    kills=(
        _CODES + "an-invented-code-is-refused",
        _ERRORS + "an-invented-code-is-named-invalid-grant",
    ),
    flows=True,
)
class TakesInventedCodes(Server):
    """Takes a code that it does not know for the last one that it gave."""

    def checked_code(self, client: Client, parameters: dict[str, str]) -> Code:
        """Take the last code."""
        if parameters.get("code") not in self.records.codes:
            parameters = {**parameters, "code": next(reversed(self.records.codes))}
        return super().checked_code(client, parameters)


@defect(
    "codes",
    kills=(
        _CODES + "an-unknown-client-is-refused",
        _ERRORS + "an-unknown-client-is-named-invalid-client",
    ),
    flows=True,
)
class KnowsClientsByTheirSecrets(Server):
    """Looks for the secret and not for the name beside it."""

    def client_by_secret(self, request: Request) -> Client:
        """Find whose secret it is."""
        _, secret = self.basic_credentials(request)
        for client in self.authorization.clients:
            if client.kind is ClientKind.SYMMETRIC and self.is_secret_of(client, secret):
                return client
        return super().client_by_secret(request)


@defect("codes", kills=(_CODES + "another-client-is-refused",), flows=True)
class TakesCodesFromAnyClient(Server):
    """Takes a code from whichever client shows it."""

    def is_code_of(self, code: Code, client: Client) -> bool:
        """Say yes."""
        return True


@defect("codes", kills=(_CODES + "a-wrong-secret-is-refused",), flows=True)
class NeverLooksAtTheSecret(Server):
    """Takes any secret for a client's."""

    def is_secret_of(self, client: Client, secret: str) -> bool:
        """Say yes."""
        return True


@defect("codes", kills=(_CODES + "a-code-is-good-once",), flows=True)
class TakesCodesTwice(Server):
    """Takes a code as often as it is shown."""

    def was_used(self, code: Code) -> bool:
        """Say no."""
        return False


@defect("codes", kills=(_CODES + "another-redirect-address-is-refused",), flows=True)
class NeverComparesTheRedirectAddress(Server):
    """Redeems a code at any redirect address."""

    def check_code_redirect(self, code: Code, parameters: dict[str, str]) -> None:
        """Accept any."""


@defect("codes", kills=(_CODES + "the-state-comes-back-exactly",), flows=True)
class DecodesTheStateOnceMore(Server):
    """Sends back a state that it decoded once too often."""

    def back_to_client(
        self, redirect_uri: str, state: str | None, members: dict[str, str]
    ) -> Response:
        """Decode the state."""
        return super().back_to_client(redirect_uri, state and unquote(state), members)


@defect("codes", kills=(_ERRORS + "an-invented-code-is-named-invalid-grant",), flows=True)
class NamesAnUnknownCodeAServerError(Server):
    """Has the wrong word for a code that it does not know."""

    def checked_code(self, client: Client, parameters: dict[str, str]) -> Code:
        """Name another error."""
        if parameters.get("code") not in self.records.codes:
            raise OAuthError("server_error", "Something went wrong.")
        return super().checked_code(client, parameters)


@defect("codes", kills=(_ERRORS + "an-unknown-grant-type-is-named-so",), flows=True)
class TakesACodeByAnyGrantType(Server):
    """Redeems a code whatever the grant type says."""

    def form_of(self, request: Request) -> dict[str, str]:
        """Read the grant type as that of the code."""
        form = super().form_of(request)
        return {**form, "grant_type": "authorization_code"} if "code" in form else form


@defect(
    "codes",
    kills=(
        _ERRORS + "an-invented-code-is-named-invalid-grant",
        _ERRORS + "an-unknown-client-is-named-invalid-client",
        _ERRORS + "an-unknown-grant-type-is-named-so",
        "patient-access.refresh.the-refusal-names-invalid-grant",
        "security.assertions.failed-authentication-is-named-invalid-client",
        "security.assertions.another-grant-type-is-refused",
        "security.assertions.another-assertion-type-is-refused",
    ),
    flows=True,
)
class RefusesInPlainText(Server):
    """Refuses token requests with a sentence and no JSON."""

    def oauth_error(self, request: Request, error: OAuthError) -> Response:
        """Write the sentence only."""
        refused = super().oauth_error(request, error)
        headers = refused.with_header("Content-Type", "text/plain")
        return replace(refused, headers=headers, document=None, body=error.description.encode())


@defect("codes", kills=(_ERRORS + "an-invented-token-is-named-invalid-token",), flows=True)
class DoesNotSayThatTheTokenIsBad(Server):
    """Answers a bad token as it answers none."""

    def challenge(self, request: Request, *, presented: bool) -> Headers:
        """Name no error."""
        return super().challenge(request, presented=False)


@defect("codes", kills=(_ERRORS + "a-token-in-the-query-is-refused",), flows=True)
class TakesTokensInTheQuery(Server):
    """Looks for the token in the address when the header holds none."""

    def credential(self, request: Request) -> str | None:
        """Look in both places."""
        return super().credential(request) or self._in_query(request)

    def token_of(self, request: Request) -> str | None:
        """Look in both places."""
        return super().token_of(request) or self._in_query(request)

    def unknown_parameter(self, request: Request, name: str) -> None:
        """Know the token among the parameters."""
        if name != "access_token":
            super().unknown_parameter(request, name)

    def _in_query(self, request: Request) -> str | None:
        found = [part for part in request.query.split("&") if part.startswith("access_token=")]
        return unquote(found[0].partition("=")[2]) if found else None


@variation("codes", flows=True)
class CallsAnUnknownCodeABadRequest(Server):
    """Refuses a code that has not the form of its own with invalid_request."""

    def checked_code(self, client: Client, parameters: dict[str, str]) -> Code:
        """Name the form."""
        if parameters.get("code") not in self.records.codes:
            raise OAuthError("invalid_request", "This is no code.")
        return super().checked_code(client, parameters)


@variation("codes", flows=True)
class AnswersABadTokenWith403(Server):
    """Answers a token that it does not know with status 403, which US Core allows."""

    def route(self, request: Request, call: Call) -> Response:
        """Change the status."""
        try:
            return super().route(request, call)
        except Refusal as refusal:
            if refusal.fault is Fault.UNAUTHENTICATED and self.credential(request) is not None:
                raise Refusal(Fault.FORBIDDEN, refusal.text) from refusal
            raise
