"""Defects and variations of introspection."""

from typing import Any

from conformance.ehr.authorization.records import AccessToken, Authorization
from conformance.ehr.defects.declare import defect, variation
from conformance.ehr.messages import Request
from conformance.ehr.server import Server

_HERE = "patient-access.introspection."


@defect("introspection", kills=(_HERE + "a-good-token-is-active",), flows=True)
class SaysThatNothingIsActive(Server):
    """Says of every token that it is not active."""

    def introspection(self, request: Request, token: str) -> dict[str, Any]:
        """Tell nothing."""
        return {"active": False}


@defect("introspection", kills=(_HERE + "a-good-token-is-active",), flows=True)
class SaysActiveInAText(Server):
    """Tells a text where a boolean belongs, for tokens that are good."""

    def told_of_access_token(self, request: Request, token: AccessToken) -> dict[str, Any]:
        """Write the boolean as a text."""
        return {**super().told_of_access_token(request, token), "active": "true"}


@defect(
    "introspection",
    kills=(
        _HERE + "an-invented-token-is-not-active",
        "patient-access.revocation.a-dead-token-is-not-active",
    ),
    flows=True,
)
class SaysThatEverythingIsActive(Server):
    """Says of tokens that it does not know that they are active."""

    def introspection(self, request: Request, token: str) -> dict[str, Any]:
        """Call any token active."""
        return {**super().introspection(request, token), "active": True}


@defect("introspection", kills=(_HERE + "scope-and-client-are-those-of-the-token",), flows=True)
class TellsAnotherClient(Server):
    """Names another client than the token's."""

    def told_of_authorization(
        self, request: Request, authorization: Authorization
    ) -> dict[str, Any]:
        """Name another."""
        told = super().told_of_authorization(request, authorization)
        return {**told, "client_id": "another-client"}


@defect("introspection", kills=(_HERE + "scope-and-client-are-those-of-the-token",), flows=True)
class TellsFewerScopes(Server):
    """Tells only the first scope of a token."""

    def told_of_access_token(self, request: Request, token: AccessToken) -> dict[str, Any]:
        """Cut the scopes."""
        return {**super().told_of_access_token(request, token), "scope": token.scopes[0]}


@defect("introspection", kills=(_HERE + "the-context-is-that-of-the-launch",), flows=True)
class TellsNoPatient(Server):
    """Does not tell whose chart a token is about."""

    def told_of_authorization(
        self, request: Request, authorization: Authorization
    ) -> dict[str, Any]:
        """Leave the patient out."""
        told = super().told_of_authorization(request, authorization)
        return {name: value for name, value in told.items() if name != "patient"}


@defect("introspection", kills=(_HERE + "the-person-is-that-of-the-id-token",), flows=True)
class TellsAnotherSubject(Server):
    """Names the person by another name than the id_token does."""

    def told_of_authorization(
        self, request: Request, authorization: Authorization
    ) -> dict[str, Any]:
        """Name the user as the system does."""
        told = super().told_of_authorization(request, authorization)
        return {**told, "sub": authorization.subject}


@variation("introspection", flows=True)
class AnnouncesNoIntrospection(Server):
    """Does not announce where tokens can be asked about."""

    def smart_configuration(self, request: Request) -> dict[str, Any]:
        """Leave the address out."""
        told = super().smart_configuration(request)
        return {name: value for name, value in told.items() if name != "introspection_endpoint"}


@variation("introspection", flows=True)
class WritesScopesInAnotherWay(Server):
    """Tells scopes in another order, `.rs` as `.r` and `.s`."""

    def told_of_access_token(self, request: Request, token: AccessToken) -> dict[str, Any]:
        """Split and turn around."""
        words: list[str] = []
        for scope in reversed(token.scopes):
            stem = scope.removesuffix(".rs")
            words += [scope] if stem == scope else [f"{stem}.r", f"{stem}.s"]
        return {**super().told_of_access_token(request, token), "scope": " ".join(words)}


@variation("introspection", flows=True)
class TellsMoreThanItMust(Server):
    """Adds members of its own, to answers about dead tokens too."""

    def introspection(self, request: Request, token: str) -> dict[str, Any]:
        """Add members."""
        return {**super().introspection(request, token), "username": "someone", "x-zone": 7}
