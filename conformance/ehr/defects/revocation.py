"""Defects and variations of the end of tokens: revoked, or run out."""

from typing import Any

from conformance.ehr.authorization.answers import OAuthError
from conformance.ehr.authorization.records import AccessToken, Authorization
from conformance.ehr.authorization.setup import Client
from conformance.ehr.defects.declare import defect, variation
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.server import Server

_HERE = "patient-access.revocation."
_ENDED = "security.ended-tokens."


class _Remembering(Server):
    """Remembers the access tokens that were ended."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.gone: dict[str, AccessToken] = {}

    def end_access_token(self, token: str) -> None:
        """Remember a token when it ends."""
        if token in self.records.access:
            self.gone[token] = self.records.access[token]
        super().end_access_token(token)


@defect("revocation", kills=(_HERE + "revocation-is-answered-with-200",), flows=True)
class HasNothingToRevokeWith(Server):
    """Announces a revocation endpoint that answers nothing but 404."""

    def revoke(self, request: Request) -> Response:
        """Find nothing."""
        return Response(status=404)


@defect(
    "revocation",
    kills=(_HERE + "the-access-token-is-dead", _HERE + "a-dead-token-is-not-active"),
    flows=True,
)
class KeepsAccessTokensAlive(Server):
    """Ends refresh tokens only, and says that access tokens are ended too."""

    def revoke_token(self, client: Client, token: str) -> None:
        """Spend the refresh token."""
        if refresh := self.records.refresh.get(token):
            refresh.used = True

    def is_live(self, token: str) -> bool:
        """Keep access tokens whatever came of the refresh token they came with."""
        known = self.records.access.get(token)
        return known is not None and not self.has_expired(known)


@defect("revocation", kills=(_HERE + "the-refresh-token-is-dead",), flows=True)
class KeepsRefreshTokensAlive(Server):
    """Ends access tokens only."""

    def end(self, authorization: Authorization) -> None:
        """End what is there, and let it be renewed."""
        access = self.records.access
        for token in [name for name, held in access.items() if held.authorization is authorization]:
            del access[token]


@defect("revocation", kills=(_HERE + "a-dead-token-is-not-active",), flows=True)
class CallsRevokedTokensActive(_Remembering):
    """Says of a token that was revoked that it is active."""

    def introspection(self, request: Request, token: str) -> dict[str, Any]:
        """Tell what was true of the token."""
        if token in self.gone:
            return self.told_of_access_token(request, self.gone[token])
        return super().introspection(request, token)


@defect("revocation", kills=("security.ended-tokens.a-revoked-token-opens-no-type",), flows=True)
class ClosesThePatientOnly(_Remembering):
    """Lets a revoked token search for everything but patients."""

    def accepts_credential(self, credential: str, call: Call) -> bool:
        """Let the token in."""
        revoked = credential in self.gone and call.type != "Patient"
        return revoked or super().accepts_credential(credential, call)


@defect("revocation", kills=(_ENDED + "an-expired-token-is-refused",), flows=True)
class NeverLooksAtTheClock(Server):
    """Tells a short lifetime of its tokens, and takes them for ever."""

    def has_expired(self, token: AccessToken) -> bool:
        """Say no."""
        return False


@defect("revocation", kills=(_ENDED + "an-expired-token-opens-no-type",), flows=True)
class LooksAtTheClockForPatientsOnly(Server):
    """Lets an expired token search for everything but patients."""

    def accepts_credential(self, credential: str, call: Call) -> bool:
        """Let the token in."""
        known = self.records.access.get(credential)
        late = known is not None and self.has_expired(known) and not self.was_ended(known)
        return (late and call.type != "Patient") or super().accepts_credential(credential, call)


@variation("revocation", flows=True)
class AllowsForClocksThatDiffer(Server):
    """Takes a token for two minutes more, as RFC 7519 4.1.4 lets servers do."""

    def has_expired(self, token: AccessToken) -> bool:
        """Compare with the time of two minutes ago."""
        return token.expires + 120 <= self.now()


@variation("revocation", flows=True)
class EndsRefreshTokensOnly(Server):
    """Says that it cannot revoke access tokens, which end with the refresh token."""

    def revoke_token(self, client: Client, token: str) -> None:
        """Refuse an access token."""
        if token in self.records.access:
            raise OAuthError("unsupported_token_type", "Revoke the refresh token.")
        super().revoke_token(client, token)


@variation("revocation", flows=True)
class AnnouncesNoRevocation(Server):
    """Does not announce where tokens can be ended."""

    def smart_configuration(self, request: Request) -> dict[str, Any]:
        """Leave the address out."""
        told = super().smart_configuration(request)
        return {name: value for name, value in told.items() if name != "revocation_endpoint"}
