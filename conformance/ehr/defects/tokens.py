"""Defects of token responses, and of what a token opens."""

from conformance.ehr.authorization.records import Authorization
from conformance.ehr.defects.declare import defect
from conformance.ehr.defects.launches import Telling
from conformance.ehr.messages import Headers, Request
from conformance.ehr.permissions import Reach
from conformance.ehr.server import Server

_TOKENS = "patient-access.tokens."
_SAY = _TOKENS + "say-what-they-are"
_CACHE = _TOKENS + "may-not-be-cached"
_SHORT = _TOKENS + "access-tokens-are-short-lived"
_CONTEXT = _TOKENS + "further-context-has-its-form"
_OPEN = _TOKENS + "open-what-was-granted"
_LIMITED_OPEN = "patient-access.scopes.open-what-was-granted"
_OFFLINE = "patient-access.refresh.a-refresh-token-comes-with-offline-access"


@defect("tokens", kills=(_SAY,), flows=True)
class GivesTokensOfAnotherType(Telling):
    """Calls its tokens mac."""

    changes = {"token_type": "mac"}  # noqa: RUF012


@defect("tokens", kills=(_SAY,), flows=True)
class DoesNotNameTheType(Telling):
    """Leaves token_type out."""

    changes = {"token_type": None}  # noqa: RUF012


@defect("tokens", kills=(_SAY,), flows=True)
class WritesTheLifetimeAsAText(Telling):
    """Gives expires_in as a text."""

    changes = {"expires_in": "3600"}  # noqa: RUF012


@defect("tokens", kills=(_SAY,), flows=True)
class TellsNoLifetime(Telling):
    """Leaves expires_in out, which WARNs."""

    changes = {"expires_in": None}  # noqa: RUF012


@defect("tokens", kills=(_SAY,), flows=True)
class DoesNotTellTheScopes(Telling):
    """Leaves scope out, which means all that was asked for."""

    changes = {"scope": None}  # noqa: RUF012


@defect("tokens", kills=(_SAY,), flows=True)
class ListsTheScopes(Telling):
    """Gives scope as a list of texts."""

    changes = {"scope": ["openid", "patient/*.rs"]}  # noqa: RUF012


@defect("tokens", kills=(_SAY, _OFFLINE), flows=True)
class GivesANumberForARefreshToken(Telling):
    """Gives refresh_token as a number."""

    changes = {"refresh_token": 7}  # noqa: RUF012


@defect("tokens", kills=(_CACHE,), flows=True)
class LetsTokensBeKept(Server):
    """Says nothing against keeping a token response."""

    def no_store(self, request: Request) -> Headers:
        """Say nothing."""
        return ()


@defect("tokens", kills=(_CACHE,), flows=True)
class ForgetsOldCaches(Server):
    """Leaves Pragma out of a token response."""

    def no_store(self, request: Request) -> Headers:
        """Say it to new caches only."""
        return (("Cache-Control", "no-store"),)


@defect("tokens", kills=(_SHORT,), flows=True)
class LetsTokensLiveForADay(Server):
    """Gives access tokens that are good for a day."""

    def lifetime(self, authorization: Authorization) -> int:
        """Return a day."""
        return 86400 if authorization.fhir_user else super().lifetime(authorization)


@defect("tokens", kills=(_CONTEXT,), flows=True)
class NumbersFurtherContext(Telling):
    """Gives a number for a further resource in context."""

    changes = {"fhirContext": [7]}  # noqa: RUF012


@defect("tokens", kills=(_CONTEXT,), flows=True)
class NamesNothingInFurtherContext(Telling):
    """Gives an empty object for a further resource in context."""

    changes = {"fhirContext": [{}]}  # noqa: RUF012


@defect("tokens", kills=(_OPEN, _LIMITED_OPEN), flows=True)
class ClosesWhatWasGranted(Server):
    """Refuses conditions to every app that was given a patient."""

    def permits_type(self, reach: Reach, type_: str, permission: str) -> bool:
        """Refuse conditions."""
        if type_ == "Condition" and reach.patient:
            return False
        return super().permits_type(reach, type_, permission)
