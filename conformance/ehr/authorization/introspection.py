"""Ask about a token, and end it: RFC 7662 and RFC 7009."""

from typing import Any

from conformance.ehr.authorization.answers import OAuthError
from conformance.ehr.authorization.launching import Launching
from conformance.ehr.authorization.records import AccessToken, Authorization, RefreshToken
from conformance.ehr.authorization.setup import Client, ClientKind
from conformance.ehr.messages import Request, Response

DEAD: dict[str, Any] = {"active": False}


class Introspection(Launching):
    """Tell who may know what a token is good for, and end tokens."""

    def introspect(self, request: Request) -> Response:
        """Answer what a token is good for."""
        self.check_form(request)
        parameters = self.form_of(request)
        self.check_introspector(request, parameters)
        if "token" not in parameters:
            raise OAuthError("invalid_request", "token is missing.")
        document = self.introspection(request, parameters["token"])
        return self.json_answer(document, headers=self.no_store(request))

    def check_introspector(self, request: Request, parameters: dict[str, str]) -> None:
        """Refuse who is neither a client with a secret or key nor the holder of a live token."""
        token = self.token_of(request)
        if token is not None:
            if not self.accepts_bearer(token):
                raise OAuthError(
                    "invalid_token",
                    "The access token is not valid.",
                    status=401,
                    headers=self.challenge(request, presented=True),
                )
            return
        client = self.authenticated_client(request, parameters)
        if client.kind is ClientKind.PUBLIC:
            raise self.refused_client("A public client cannot show that it is itself.")

    def accepts_bearer(self, token: str) -> bool:
        """Tell whether a token lets its holder ask about tokens."""
        return self.is_live(token)

    def introspection(self, request: Request, token: str) -> dict[str, Any]:
        """Return what is told of a token: nothing but that it is dead, if it is."""
        access, refresh = self.records.access.get(token), self.records.refresh.get(token)
        if access is not None and self.is_live(token):
            return self.told_of_access_token(request, access)
        if refresh is not None and self.is_refresh_token_live(refresh):
            return self.told_of_refresh_token(request, refresh)
        return dict(DEAD)

    def is_refresh_token_live(self, token: RefreshToken) -> bool:
        """Tell whether a refresh token can be used."""
        return not (token.used or token.authorization.ended) and token.expires > self.now()

    def told_of_access_token(self, request: Request, token: AccessToken) -> dict[str, Any]:
        """Return what is told of a live access token."""
        return {
            "active": True,
            "token_type": self.token_type(),
            "scope": self.scope_text(token.scopes),
            "exp": int(token.expires),
            "iat": int(token.issued),
            **self.told_of_authorization(request, token.authorization),
        }

    def told_of_refresh_token(self, request: Request, token: RefreshToken) -> dict[str, Any]:
        """Return what is told of a live refresh token."""
        return {
            "active": True,
            "scope": self.scope_text(token.authorization.scopes),
            "exp": int(token.expires),
            **self.told_of_authorization(request, token.authorization),
        }

    def told_of_authorization(
        self, request: Request, authorization: Authorization
    ) -> dict[str, Any]:
        """Return what is told of what a token came of."""
        told: dict[str, Any] = {
            "client_id": authorization.client_id,
            "iss": self.issuer(request),
            "sub": self.subject(authorization),
        }
        if self.has_patient(authorization):
            told["patient"] = authorization.patient
        if authorization.encounter:
            told["encounter"] = authorization.encounter
        if authorization.fhir_user and self.knows_user(authorization.scopes):
            told["fhirUser"] = self.fhir_user(request, authorization)
        return told

    def revoke(self, request: Request) -> Response:
        """End a token of the client that asks; one that is unknown is as good as ended."""
        self.check_form(request)
        parameters = self.form_of(request)
        client = self.authenticated_client(request, parameters)
        if "token" not in parameters:
            raise OAuthError("invalid_request", "token is missing.")
        self.revoke_token(client, parameters["token"])
        return Response(status=200, headers=self.no_store(request))

    def revoke_token(self, client: Client, token: str) -> None:
        """End an access token, or a refresh token and all that came of the same consent."""
        access, refresh = self.records.access.get(token), self.records.refresh.get(token)
        known = access or refresh
        if known is None:
            return
        if known.authorization.client_id != client.id:
            raise OAuthError("unauthorized_client", "The token is another client's.")
        if refresh is not None:
            self.end(refresh.authorization)
        else:
            self.end_access_token(token)

    def end_access_token(self, token: str) -> None:
        """End one access token; what else came of the same consent lives on."""
        self.records.access.pop(token, None)
