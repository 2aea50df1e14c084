"""Defects of launches, begun by the app or by the record system."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conformance.ehr.authorization.answers import OAuthError, RedirectError
from conformance.ehr.authorization.records import (
    Authorization,
    AuthorizationRequest,
    Code,
    RefreshToken,
    Transaction,
)
from conformance.ehr.authorization.setup import Client, ClientKind, User
from conformance.ehr.defects.declare import defect
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.server import Server

_STANDALONE = "patient-access.standalone-launch."
_EHR = "patient-access.ehr-launch."
_PUBLIC = _STANDALONE + "serves-a-public-client"
_ASYMMETRIC = _STANDALONE + "serves-an-asymmetric-client"
_LIMITED = "patient-access.scopes.leave-out-what-was-refused"
_USER = "patient-access.openid.fhir-user-can-be-read"
_STATE = "security.codes.the-state-comes-back-exactly"
_REFRESHED = "patient-access.refresh.the-new-token-opens-the-same-record"
_OPEN = "patient-access.scopes.open-what-was-granted"
EVERY_CODE = (
    _STANDALONE + "gives-a-code",
    _STANDALONE + "takes-a-posted-request",
    _PUBLIC,
    _ASYMMETRIC,
    _EHR + "gives-a-code",
    _LIMITED,
)
EVERY_TOKEN = (
    _STANDALONE + "gives-a-token",
    _PUBLIC,
    _ASYMMETRIC,
    _EHR + "gives-a-token",
    _LIMITED,
)
EVERY_PATIENT = (
    _STANDALONE + "opens-the-chosen-patient",
    _PUBLIC,
    _ASYMMETRIC,
    _EHR + "opens-the-patient-on-screen",
)


class Telling(Server):
    """A server that tells an app something else with its first token; None leaves a member out."""

    changes: Mapping[str, Any] = {}

    def token_response(
        self,
        request: Request,
        authorization: Authorization,
        scopes: tuple[str, ...],
        refreshed: RefreshToken | None,
    ) -> dict[str, Any]:
        """Change members of what a person's app is told for its code."""
        document = super().token_response(request, authorization, scopes, refreshed)
        if refreshed or not authorization.fhir_user:
            return document
        changed = {**document, **self.changes}
        return {name: value for name, value in changed.items() if value is not None}


@defect("launches", kills=(*EVERY_CODE, _STATE), flows=True)
class ForgetsTheState(Server):
    """Sends the browser back to the app without the state of its request."""

    def back_to_client(
        self, redirect_uri: str, state: str | None, members: dict[str, str]
    ) -> Response:
        """Leave the state out."""
        return super().back_to_client(redirect_uri, None, members)


@defect("launches", kills=(*EVERY_CODE, _STATE), flows=True)
class ShortensTheState(Server):
    """Gives the app no more than the first eight characters of its state."""

    def back_to_client(
        self, redirect_uri: str, state: str | None, members: dict[str, str]
    ) -> Response:
        """Cut the state."""
        return super().back_to_client(redirect_uri, state and state[:8], members)


@defect("launches", kills=EVERY_CODE, flows=True)
class ComesBackWithoutACode(Server):
    """Sends the browser back to the app with the state and nothing else."""

    def back_to_client(
        self, redirect_uri: str, state: str | None, members: dict[str, str]
    ) -> Response:
        """Leave the code out."""
        kept = {name: value for name, value in members.items() if name != "code"}
        return super().back_to_client(redirect_uri, state, kept)


@defect("launches", kills=EVERY_CODE, flows=True)
class DeniesWhatWasAllowed(Server):
    """Tells the app that the person did not allow it, who did."""

    def new_code(self, authorization: Authorization, asked: AuthorizationRequest) -> str:
        """Deny."""
        raise RedirectError(asked.redirect_uri, asked.state, "access_denied", "Not allowed.")


@defect("launches", kills=EVERY_CODE, flows=True)
class BreaksAfterTheConsent(Server):
    """Answers the consent with an error of the server."""

    def new_code(self, authorization: Authorization, asked: AuthorizationRequest) -> str:
        """Break."""
        raise OAuthError("server_error", "Something went wrong.", status=500)


@defect("launches", kills=(_STANDALONE + "takes-a-posted-request",), flows=True)
class TakesNoPostedAuthorizationRequest(Server):
    """Answers at the authorization endpoint by GET only."""

    def authorization_endpoint(self, request: Request) -> Response:
        """Refuse a form."""
        if request.method == "POST":
            raise OAuthError("invalid_request", "Ask with GET.", status=405)
        return super().authorization_endpoint(request)


@defect("launches", kills=(_PUBLIC,), flows=True)
class WantsASecretOfEveryClient(Server):
    """Gives no token to a client that has neither secret nor key."""

    def authenticated_client(self, request: Request, parameters: dict[str, str]) -> Client:
        """Refuse public clients."""
        client = super().authenticated_client(request, parameters)
        if client.kind is ClientKind.PUBLIC:
            raise OAuthError("invalid_client", "Show a secret.", status=401)
        return client


@defect("launches", kills=(_ASYMMETRIC,), flows=True)
class TakesNoSignaturesOfApps(Server):
    """Gives no token to an app that signs with its key."""

    def authenticated_client(self, request: Request, parameters: dict[str, str]) -> Client:
        """Refuse apps with a key; a backend service has no redirect address."""
        client = super().authenticated_client(request, parameters)
        if client.kind is ClientKind.ASYMMETRIC and client.redirect_uris:
            raise OAuthError("invalid_client", "Show a secret.", status=401)
        return client


@defect("launches", kills=EVERY_TOKEN, flows=True)
class AnswersWithoutAToken(Telling):
    """Answers an app that shows its code with everything but the access token."""

    changes = {"access_token": None}  # noqa: RUF012


@defect("launches", kills=EVERY_TOKEN, flows=True)
class RefusesItsOwnCodes(Server):
    """Takes no code for a token, though it gave it."""

    def checked_code(self, client: Client, parameters: dict[str, str]) -> Code:
        """Know no code."""
        raise OAuthError("invalid_grant", "There is no such code.")


@defect("launches", kills=EVERY_PATIENT, flows=True)
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


@defect("launches", kills=EVERY_PATIENT, flows=True)
class NamesNoPatient(Server):
    """Tells the app nothing of the patient that was chosen."""

    def has_patient(self, authorization: Authorization) -> bool:
        """Tell nothing."""
        return False


@defect("launches", kills=(*EVERY_PATIENT, _USER, _OPEN, _REFRESHED), flows=True)
class HidesThePatientInContext(Server):
    """Finds no Patient for an app that was given one, whichever it reads."""

    def read(self, request: Request, call: Call) -> Response:
        """Find no Patient."""
        if call.type == "Patient" and self.reach(request).patient:
            raise Refusal(Fault.UNKNOWN_RESOURCE, "There is no such patient.")
        return super().read(request, call)
