"""Defects and variations of renewing access."""

from typing import Any

from conformance.ehr.authorization.answers import OAuthError
from conformance.ehr.authorization.records import Authorization, RefreshToken
from conformance.ehr.authorization.scopes import limited, split
from conformance.ehr.authorization.setup import Client
from conformance.ehr.defects.declare import defect, variation
from conformance.ehr.messages import Request, Response
from conformance.ehr.server import Server

_HERE = "patient-access.refresh."


@defect("refresh", kills=(_HERE + "a-refresh-token-comes-with-offline-access",), flows=True)
class GivesNoRefreshToken(Server):
    """Grants offline_access and gives no refresh token."""

    def refresh_token(
        self, authorization: Authorization, refreshed: RefreshToken | None
    ) -> str | None:
        """Give none."""
        return None


@defect("refresh", kills=(_HERE + "a-refresh-token-brings-an-access-token",), flows=True)
class RefusesEveryRefresh(Server):
    """Gives refresh tokens that nothing can be done with."""

    def by_refresh_token(
        self, request: Request, client: Client, parameters: dict[str, str]
    ) -> Response:
        """Refuse."""
        raise OAuthError("invalid_grant", "The refresh token is no longer valid.")


@defect("refresh", kills=(_HERE + "the-same-scopes-can-be-asked-for",), flows=True)
class RefusesARefreshWithScopes(Server):
    """Refuses a refresh that names scopes, those that were granted too."""

    def refreshed_scopes(self, token: RefreshToken, parameters: dict[str, str]) -> tuple[str, ...]:
        """Refuse the parameter."""
        if "scope" in parameters:
            raise OAuthError("invalid_scope", "A refresh takes no scope.")
        return super().refreshed_scopes(token, parameters)


@defect("refresh", kills=(_HERE + "the-same-scopes-can-be-asked-for",), flows=True)
class RefreshesOnce(Server):
    """Takes the new refresh token of a refresh for no further one."""

    def checked_refresh_token(self, client: Client, parameters: dict[str, str]) -> RefreshToken:
        """Refuse a token that came of a refresh."""
        token = super().checked_refresh_token(client, parameters)
        if any(t.used for t in self.records.refresh.values() if self._together(t, token)):
            raise OAuthError("invalid_grant", "The refresh token was used before.")
        return token

    def _together(self, one: RefreshToken, other: RefreshToken) -> bool:
        return one.authorization is other.authorization


@defect("refresh", kills=(_HERE + "the-answer-is-complete",), flows=True)
class TellsNoScopeOnRefresh(Server):
    """Leaves the scope out of its answer to a refresh."""

    def token_response(
        self,
        request: Request,
        authorization: Authorization,
        scopes: tuple[str, ...],
        refreshed: RefreshToken | None,
    ) -> dict[str, Any]:
        """Drop the scope."""
        document = super().token_response(request, authorization, scopes, refreshed)
        if refreshed is not None:
            del document["scope"]
        return document


@defect("refresh", kills=(_HERE + "the-scope-is-no-wider",), flows=True)
class WidensScopesOnRefresh(Server):
    """Grants more with every refresh."""

    def refreshed_scopes(self, token: RefreshToken, parameters: dict[str, str]) -> tuple[str, ...]:
        """Add a scope that nobody granted."""
        scopes = super().refreshed_scopes(token, parameters)
        return scopes if "scope" in parameters else (*scopes, "user/*.rs")


@defect("refresh", kills=(_HERE + "a-wider-scope-is-not-granted",), flows=True)
class GrantsWhatARefreshAsksFor(Server):
    """Grants whatever scopes a refresh names."""

    def refreshed_scopes(self, token: RefreshToken, parameters: dict[str, str]) -> tuple[str, ...]:
        """Grant what is asked."""
        return tuple(split(parameters.get("scope", ""))) or token.authorization.scopes


@defect("refresh", kills=(_HERE + "the-new-token-opens-the-same-record",), flows=True)
class RefreshesToADeadToken(Server):
    """Answers a refresh with an access token that it does not know afterwards."""

    def token_response(
        self,
        request: Request,
        authorization: Authorization,
        scopes: tuple[str, ...],
        refreshed: RefreshToken | None,
    ) -> dict[str, Any]:
        """Forget the token."""
        document = super().token_response(request, authorization, scopes, refreshed)
        if refreshed is not None:
            del self.records.access[document["access_token"]]
        return document


@defect("refresh", kills=(_HERE + "the-new-token-opens-the-same-record",), flows=True)
class NamesAnotherPatientOnRefresh(Server):
    """Tells another patient's id in its answer to a refresh."""

    def token_response(
        self,
        request: Request,
        authorization: Authorization,
        scopes: tuple[str, ...],
        refreshed: RefreshToken | None,
    ) -> dict[str, Any]:
        """Name another patient."""
        document = super().token_response(request, authorization, scopes, refreshed)
        return {**document, "patient": "patient-3"} if refreshed is not None else document


@defect(
    "refresh",
    kills=(
        _HERE + "an-invented-refresh-token-is-refused",
        _HERE + "the-refusal-names-invalid-grant",
    ),
    flows=True,
)
class TakesInventedRefreshTokens(Server):
    """Takes any refresh token that it does not know for the client's last one."""

    def checked_refresh_token(self, client: Client, parameters: dict[str, str]) -> RefreshToken:
        """Take the client's last token instead."""
        if parameters.get("refresh_token") not in self.records.refresh:
            for token in reversed(self.records.refresh.values()):
                if token.authorization.client_id == client.id:
                    return token
        return super().checked_refresh_token(client, parameters)


@defect("refresh", kills=(_HERE + "the-refusal-names-invalid-grant",), flows=True)
class CallsABadRefreshTokenABadClient(Server):
    """Refuses a refresh token that it does not know with the error invalid_client."""

    def checked_refresh_token(self, client: Client, parameters: dict[str, str]) -> RefreshToken:
        """Name another error."""
        if parameters.get("refresh_token") not in self.records.refresh:
            raise OAuthError("invalid_client", "Who are you?", status=401)
        return super().checked_refresh_token(client, parameters)


@variation("refresh", flows=True)
class KeepsTheRefreshToken(Server):
    """Gives no new refresh token with a refresh: the old one stays good."""

    def refresh_token(
        self, authorization: Authorization, refreshed: RefreshToken | None
    ) -> str | None:
        """Give none beside the first."""
        return None if refreshed is not None else super().refresh_token(authorization, refreshed)

    def spend_refresh_token(self, token: RefreshToken) -> None:
        """Keep the token."""


@variation("refresh", flows=True)
class GrantsTheOldScopesOnly(Server):
    """Answers a refresh for more scopes with those that were granted, and no error."""

    def refreshed_scopes(self, token: RefreshToken, parameters: dict[str, str]) -> tuple[str, ...]:
        """Leave out what was not granted."""
        granted = token.authorization.scopes
        wanted = split(parameters.get("scope", ""))
        return tuple(kept for scope in wanted if (kept := limited(scope, granted))) or granted


@variation("refresh", flows=True)
class NamesInvalidRequestForForeignTokens(Server):
    """Refuses a refresh token that has not the form of its own with invalid_request."""

    def checked_refresh_token(self, client: Client, parameters: dict[str, str]) -> RefreshToken:
        """Name the form."""
        if parameters.get("refresh_token") not in self.records.refresh:
            raise OAuthError("invalid_request", "This is no refresh token.")
        return super().checked_refresh_token(client, parameters)
