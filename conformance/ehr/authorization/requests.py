"""The authorization request: what must be right before anybody is asked to sign in."""

import re
from collections.abc import Iterable

from conformance.ehr.authorization.answers import OAuthError, PageError, RedirectError
from conformance.ehr.authorization.records import AuthorizationRequest, Launch
from conformance.ehr.authorization.registry import Registry
from conformance.ehr.authorization.scopes import Level, clinical, limited, readable, split
from conformance.ehr.authorization.setup import Client
from conformance.ehr.messages import Request

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class Requests(Registry):
    """Check an authorization request, one rule a method."""

    def authorization_request(self, request: Request) -> AuthorizationRequest:
        """Return what an application asks, or say to the right one what is wrong with it."""
        pairs = self.pairs_of(request)
        first = dict(reversed(pairs))
        client = self.requesting_client(first)
        redirect_uri = self.checked_redirect_uri(client, first)
        try:
            parameters = self.form_of(request)
            self.check_response_type(parameters)
            self.check_audience(request, parameters)
            challenge = self.checked_challenge(parameters)
            launch = self.checked_launch(client, parameters)
            scopes = self.checked_scopes(client, parameters, launch)
        except OAuthError as error:
            raise RedirectError(
                redirect_uri, first.get("state"), error.error, error.description
            ) from error
        return AuthorizationRequest(
            client_id=client.id,
            redirect_uri=redirect_uri,
            state=parameters.get("state"),
            scopes=scopes,
            challenge=challenge,
            method=parameters.get("code_challenge_method", ""),
            nonce=parameters.get("nonce"),
            launch=launch,
        )

    def requesting_client(self, parameters: dict[str, str]) -> Client:
        """Return the client that asks; an unknown one is told to the person only."""
        client = self.client_named(parameters.get("client_id", ""))
        if client is None:
            raise PageError("The application that sent you here is not registered.")
        return client

    def checked_redirect_uri(self, client: Client, parameters: dict[str, str]) -> str:
        """Return the redirect address, which must be a registered one, letter by letter."""
        redirect_uri = parameters.get("redirect_uri", "")
        if redirect_uri not in client.redirect_uris:
            raise PageError("The application did not give an address that is registered for it.")
        return redirect_uri

    def check_response_type(self, parameters: dict[str, str]) -> None:
        """Refuse all but the authorization code flow."""
        wanted = parameters.get("response_type")
        if wanted is None:
            raise OAuthError("invalid_request", "response_type is missing.")
        if wanted != "code":
            raise OAuthError("unsupported_response_type", "The only response type is code.")

    def check_audience(self, request: Request, parameters: dict[str, str]) -> None:
        """Refuse a request for tokens to another server; a slash at the end makes no difference."""
        if parameters.get("aud", "").removesuffix("/") != request.base:
            raise OAuthError("invalid_request", "aud is not the FHIR server's base address.")

    def checked_challenge(self, parameters: dict[str, str]) -> str:
        """Return the PKCE challenge, which must be given and be of the method S256."""
        challenge = parameters.get("code_challenge", "")
        if not challenge and not self.needs_pkce():
            return ""
        if not challenge:
            raise OAuthError("invalid_request", "code_challenge is missing.")
        # without a method RFC 7636 means plain
        if parameters.get("code_challenge_method", "plain") not in self.challenge_methods():
            raise OAuthError("invalid_request", "The code challenge method must be S256.")
        if not _CHALLENGE.fullmatch(challenge):
            raise OAuthError("invalid_request", "code_challenge is not a SHA-256 in base64url.")
        return challenge

    def needs_pkce(self) -> bool:
        """Tell whether an authorization request must have a PKCE challenge."""
        return self.setup.smart_edition > 1

    def checked_launch(self, client: Client, parameters: dict[str, str]) -> Launch | None:
        """Return the launch from the EHR that a request belongs to, None for a standalone one."""
        if "launch" not in parameters:
            return None
        # a launch is good for one request
        launch = self.records.launches.pop(parameters["launch"], None)
        if launch is None or launch.client_id != client.id or launch.expires <= self.now():
            raise OAuthError("invalid_request", "launch is not one that is under way.")
        return launch

    def checked_scopes(
        self, client: Client, parameters: dict[str, str], launch: Launch | None
    ) -> tuple[str, ...]:
        """Return the scopes that can be offered to the user; what cannot be granted is left out."""
        scopes = tuple(self.offered(client, split(parameters.get("scope", ""))))
        if launch is None:
            scopes = tuple(scope for scope in scopes if scope != "launch")
        if not scopes:
            raise OAuthError("invalid_scope", "None of the scopes can be granted.")
        return scopes

    def offered(self, client: Client, wanted: Iterable[str]) -> Iterable[str]:
        """Yield as much of each wanted scope as an application may have of a user."""
        for text in wanted:
            scope = clinical(text)
            if scope and scope.level is Level.SYSTEM:
                continue
            kept = self.grantable(client, text)
            if kept:
                yield kept

    def grantable(self, client: Client, text: str) -> str | None:
        """Return as much of a scope as a client can ever be granted here, None for nothing."""
        kept = readable(text) if self.knows_scope(text) else None
        return limited(kept, client.scopes) if kept else None

    def knows_scope(self, text: str) -> bool:
        """Tell whether a scope means something here."""
        scope = clinical(text)
        if scope is None:
            return True  # the client's registration decides
        if scope.type != "*" and not self.serves(scope.type):
            return False
        if self.setup.smart_edition == 1 and not scope.first:
            return False
        searchable = self.search_parameters(scope.type) if scope.type != "*" else {}
        return all(name == "category" and name in searchable for name, _ in scope.query)
