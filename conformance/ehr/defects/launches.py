"""Defects of launches, begun by the app or by the record system."""

from dataclasses import replace
from typing import Any

from conformance.ehr.authorization.answers import OAuthError
from conformance.ehr.authorization.records import (
    Authorization,
    AuthorizationRequest,
    RefreshToken,
    Transaction,
)
from conformance.ehr.authorization.setup import Client, ClientKind, User
from conformance.ehr.defects.declare import defect
from conformance.ehr.messages import Request, Response
from conformance.ehr.server import Server

_STANDALONE = "patient-access.standalone-launch."
_EVERY_CODE = (
    _STANDALONE + "gives-a-code",
    _STANDALONE + "takes-a-posted-request",
    _STANDALONE + "serves-a-public-client",
    _STANDALONE + "serves-an-asymmetric-client",
)
_EVERY_TOKEN = (
    _STANDALONE + "gives-a-token",
    _STANDALONE + "serves-a-public-client",
    _STANDALONE + "serves-an-asymmetric-client",
)
_EVERY_PATIENT = (
    _STANDALONE + "opens-the-chosen-patient",
    _STANDALONE + "serves-a-public-client",
    _STANDALONE + "serves-an-asymmetric-client",
)


@defect(
    "launches",
    kills=(*_EVERY_CODE, "security.codes.the-state-comes-back-exactly"),
    flows=True,
)
class ForgetsTheState(Server):
    """Sends the browser back to the app without the state of its request."""

    def back_to_client(
        self, redirect_uri: str, state: str | None, members: dict[str, str]
    ) -> Response:
        """Leave the state out."""
        return super().back_to_client(redirect_uri, None, members)


@defect("launches", kills=(_STANDALONE + "takes-a-posted-request",), flows=True)
class TakesNoPostedAuthorizationRequest(Server):
    """Answers at the authorization endpoint by GET only."""

    def authorization_endpoint(self, request: Request) -> Response:
        """Refuse a form."""
        if request.method == "POST":
            raise OAuthError("invalid_request", "Ask with GET.", status=405)
        return super().authorization_endpoint(request)


@defect("launches", kills=(_STANDALONE + "serves-a-public-client",), flows=True)
class WantsASecretOfEveryClient(Server):
    """Gives no token to a client that has neither secret nor key."""

    def authenticated_client(self, request: Request, parameters: dict[str, str]) -> Client:
        """Refuse public clients."""
        client = super().authenticated_client(request, parameters)
        if client.kind is ClientKind.PUBLIC:
            raise OAuthError("invalid_client", "Show a secret.", status=401)
        return client


@defect("launches", kills=_EVERY_CODE, flows=True)
class ComesBackWithoutACode(Server):
    """Sends the browser back to the app with the state and nothing else."""

    def back_to_client(
        self, redirect_uri: str, state: str | None, members: dict[str, str]
    ) -> Response:
        """Leave the code out."""
        kept = {name: value for name, value in members.items() if name != "code"}
        return super().back_to_client(redirect_uri, state, kept)


@defect("launches", kills=_EVERY_TOKEN, flows=True)
class AnswersWithoutAToken(Server):
    """Answers an app that shows its code with everything but the access token."""

    def token_response(
        self,
        request: Request,
        authorization: Authorization,
        scopes: tuple[str, ...],
        refreshed: RefreshToken | None,
    ) -> dict[str, Any]:
        """Leave the token out."""
        document = super().token_response(request, authorization, scopes, refreshed)
        if refreshed or not authorization.fhir_user:
            return document
        return {name: value for name, value in document.items() if name != "access_token"}


@defect("launches", kills=_EVERY_PATIENT, flows=True)
class OpensAnotherPatient(Server):
    """Puts another patient in context than the one that was chosen."""

    def allow(
        self,
        transaction: Transaction,
        user: User,
        asked: AuthorizationRequest,
        scopes: tuple[str, ...],
    ) -> Authorization:
        """Take the next patient."""
        authorization = super().allow(transaction, user, asked, scopes)
        return replace(authorization, patient="patient-3")
