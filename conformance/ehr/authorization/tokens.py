"""The token endpoint: a code, a refresh token or a backend client's word for an access token."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from conformance.ehr.authorization.answers import FORM, OAuthError
from conformance.ehr.authorization.issue import Issue
from conformance.ehr.authorization.records import Authorization, Code, RefreshToken
from conformance.ehr.authorization.registry import same
from conformance.ehr.authorization.scopes import Level, clinical, split, widens
from conformance.ehr.authorization.setup import Client, ClientKind
from conformance.ehr.discovery import GRANT_TYPES
from conformance.ehr.messages import Request, Response


class Tokens(Issue):
    """Answer at the token endpoint."""

    def token_endpoint(self, request: Request) -> Response:
        """Answer a token request."""
        self.check_form(request)
        parameters = self.form_of(request)
        grant_type = parameters.get("grant_type")
        if grant_type is None:
            raise OAuthError("invalid_request", "grant_type is missing.")
        if grant_type not in GRANT_TYPES:
            raise OAuthError("unsupported_grant_type", "There is no such grant type here.")
        client = self.authenticated_client(request, parameters)
        match grant_type:
            case "authorization_code":
                return self.by_code(request, client, parameters)
            case "refresh_token":
                return self.by_refresh_token(request, client, parameters)
            case _:
                return self.by_credentials(request, client, parameters)

    def check_form(self, request: Request) -> None:
        """Refuse a body that is not a form."""
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != FORM:
            raise OAuthError("invalid_request", f"The body must be a form: {FORM}.")

    def by_code(self, request: Request, client: Client, parameters: dict[str, str]) -> Response:
        """Give tokens for an authorization code."""
        code = self.checked_code(client, parameters)
        self.check_code_redirect(code, parameters)
        self.check_verifier(code, parameters)
        self.spend_code(code)
        return self.token_answer(request, code.authorization, code.authorization.scopes)

    def checked_code(self, client: Client, parameters: dict[str, str]) -> Code:
        """Return the code, unless it is unknown, another client's, expired or used."""
        if "code" not in parameters:
            raise OAuthError("invalid_request", "code is missing.")
        code = self.records.codes.get(parameters["code"])
        if code is None or not self.is_code_of(code, client):
            raise OAuthError("invalid_grant", "The code is not one of this client's.")
        if self.was_used(code):
            self.code_replayed(code)
            raise OAuthError("invalid_grant", "The code was used before.")
        if self.has_code_expired(code):
            raise OAuthError("invalid_grant", "The code has expired.")
        return code

    def is_code_of(self, code: Code, client: Client) -> bool:
        """Tell whether a code was given to a client."""
        return code.authorization.client_id == client.id

    def was_used(self, code: Code) -> bool:
        """Tell whether a code was exchanged before."""
        return code.used

    def code_replayed(self, code: Code) -> None:
        """End what a code gave: whoever shows it again may have stolen it (RFC 6749, 4.1.2)."""
        self.end(code.authorization)

    def has_code_expired(self, code: Code) -> bool:
        """Tell whether a code has run out."""
        return code.expires <= self.now()

    def spend_code(self, code: Code) -> None:
        """Note that a code was exchanged."""
        code.used = True

    def check_code_redirect(self, code: Code, parameters: dict[str, str]) -> None:
        """Refuse another redirect address than that of the authorization request."""
        if parameters.get("redirect_uri") != code.redirect_uri:
            raise OAuthError("invalid_grant", "redirect_uri is not that of the request.")

    def check_verifier(self, code: Code, parameters: dict[str, str]) -> None:
        """Refuse a verifier that is not what the challenge was made of."""
        verifier = parameters.get("code_verifier", "")
        if not code.challenge and not verifier:
            return
        made = self.challenge_of(verifier, code.method)
        if not 43 <= len(verifier) <= 128 or not same(made, code.challenge):
            raise OAuthError("invalid_grant", "code_verifier is missing or wrong.")

    def challenge_of(self, verifier: str, method: str) -> str:
        """Return the challenge that a verifier makes."""
        if method != "S256":
            return verifier
        return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")

    def by_refresh_token(
        self, request: Request, client: Client, parameters: dict[str, str]
    ) -> Response:
        """Give new tokens for a refresh token, which is spent by that."""
        token = self.checked_refresh_token(client, parameters)
        scopes = self.refreshed_scopes(token, parameters)
        self.spend_refresh_token(token)
        return self.token_answer(request, token.authorization, scopes, refreshed=token)

    def checked_refresh_token(self, client: Client, parameters: dict[str, str]) -> RefreshToken:
        """Return the refresh token, unless it is unknown, another client's, dead or used."""
        if "refresh_token" not in parameters:
            raise OAuthError("invalid_request", "refresh_token is missing.")
        token = self.records.refresh.get(parameters["refresh_token"])
        if token is None or not self.is_refresh_token_of(token, client):
            raise OAuthError("invalid_grant", "The refresh token is not one of this client's.")
        if self.was_refreshed(token):
            self.refresh_token_replayed(token)
            raise OAuthError("invalid_grant", "The refresh token was used before.")
        if token.authorization.ended or token.expires <= self.now():
            raise OAuthError("invalid_grant", "The refresh token is no longer valid.")
        return token

    def is_refresh_token_of(self, token: RefreshToken, client: Client) -> bool:
        """Tell whether a refresh token was given to a client."""
        return token.authorization.client_id == client.id

    def was_refreshed(self, token: RefreshToken) -> bool:
        """Tell whether a refresh token was used, and another one given for it."""
        return token.used

    def refresh_token_replayed(self, token: RefreshToken) -> None:
        """End what a refresh token came of: one of two holders is a thief (RFC 9700, 4.14.2)."""
        self.end(token.authorization)

    def spend_refresh_token(self, token: RefreshToken) -> None:
        """Note that a refresh token was used."""
        token.used = self.rotates_refresh_tokens()

    def refreshed_scopes(self, token: RefreshToken, parameters: dict[str, str]) -> tuple[str, ...]:
        """Return the scopes of the new access token: fewer if asked for, never more."""
        granted = token.authorization.scopes
        wanted = tuple(split(parameters.get("scope", "")))
        if widens(wanted, granted):
            raise OAuthError("invalid_scope", "The scope goes beyond what was granted.")
        return wanted or granted

    def by_credentials(
        self, request: Request, client: Client, parameters: dict[str, str]
    ) -> Response:
        """Give a token to a backend service."""
        if client.kind is not ClientKind.ASYMMETRIC:
            raise OAuthError("unauthorized_client", "A backend service signs with its key.")
        scopes = self.system_scopes(client, split(parameters.get("scope", "")))
        if not scopes:
            raise OAuthError("invalid_scope", "None of the scopes can be granted.")
        authorization = Authorization(
            id=self.mint("id"),
            client_id=client.id,
            subject=client.id,
            fhir_user="",
            visible=None,
            scopes=scopes,
            begun=self.now(),
        )
        return self.token_answer(request, authorization, scopes)

    def system_scopes(self, client: Client, wanted: list[str]) -> tuple[str, ...]:
        """Return as much of the wanted scopes as a backend service may have."""
        kept = []
        for text in wanted:
            scope = clinical(text)
            if scope and scope.level is Level.SYSTEM and (grant := self.grantable(client, text)):
                kept.append(grant)
        return tuple(dict.fromkeys(kept))

    def end(self, authorization: Authorization) -> None:
        """End what was allowed: every token that came of it is dead from now on."""
        authorization.ended = True
