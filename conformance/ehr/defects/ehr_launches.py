"""Defects of launches from within the record system, and of the capabilities for both kinds."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from conformance.ehr.authorization.answers import OAuthError
from conformance.ehr.authorization.records import Authorization
from conformance.ehr.defects.declare import defect
from conformance.ehr.messages import Request, Response
from conformance.ehr.server import Server

_EHR = "patient-access.ehr-launch."
_HANDS_OVER = _EHR + "hands-over-issuer-and-launch"
_ENCOUNTER = _EHR + "opens-the-encounter-on-screen"
_STYLE = _EHR + "tells-its-style"
_BANNER = _EHR + "says-whether-a-banner-is-needed"
_LISTED = "patient-access.discovery.capabilities-are-listed"


class TellingContext(Server):
    """A server that tells an app from inside the record something else of where it was opened."""

    changes: Mapping[str, Any] = {}

    def launch_context(self, request: Request, authorization: Authorization) -> dict[str, Any]:
        """Change members of the context of an EHR launch."""
        context = super().launch_context(request, authorization)
        if not authorization.from_ehr:
            return context
        changed = {**context, **self.changes}
        return {name: value for name, value in changed.items() if value is not None}


@defect("launches", kills=(_HANDS_OVER,), flows=True)
class OpensTheAppWithoutAnIssuer(Server):
    """Opens the app without saying at which server it is wanted."""

    def launch_address(self, request: Request, launch_uri: str, launch: str) -> str:
        """Leave the issuer out."""
        return f"{launch_uri}?{urlencode({'launch': launch})}"


@defect("launches", kills=(_HANDS_OVER,), flows=True)
class OpensTheAppWithTheAuthorizationServer(Server):
    """Opens the app with the address of its authorization server as issuer."""

    def launch_address(self, request: Request, launch_uri: str, launch: str) -> str:
        """Name the authorization server."""
        named = {"iss": self.authorization_server(request), "launch": launch}
        return f"{launch_uri}?{urlencode(named)}"


@defect("launches", kills=(_HANDS_OVER,), flows=True)
class OpensTheAppWithASlash(Server):
    """Opens the app with a slash at the end of its base address, which WARNs."""

    def launch_address(self, request: Request, launch_uri: str, launch: str) -> str:
        """End with a slash."""
        return f"{launch_uri}?{urlencode({'iss': f'{request.base}/', 'launch': launch})}"


@defect("launches", kills=(_HANDS_OVER,), flows=True)
class OpensTheAppWithoutALaunch(Server):
    """Opens the app without a launch value."""

    def launch_address(self, request: Request, launch_uri: str, launch: str) -> str:
        """Leave the launch value out."""
        return f"{launch_uri}?{urlencode({'iss': request.base})}"


@defect("launches", kills=(_ENCOUNTER,), flows=True)
class ForgetsTheEncounter(TellingContext):
    """Tells the app nothing of the encounter on screen."""

    changes = {"encounter": None}  # noqa: RUF012


@defect("launches", kills=(_ENCOUNTER,), flows=True)
class NamesAnEncounterThatIsNone(TellingContext):
    """Tells the app an encounter that cannot be read."""

    changes = {"encounter": "no-such-encounter"}  # noqa: RUF012


@defect("launches", kills=(_ENCOUNTER,), flows=True)
class NamesTheEncounterByReference(TellingContext):
    """Tells the app a reference in place of the encounter's id."""

    changes = {"encounter": "Encounter/patient-1-encounter-1"}  # noqa: RUF012


@defect("launches", kills=(_STYLE,), flows=True)
class TellsNoStyle(TellingContext):
    """Does not say where its style is."""

    changes = {"smart_style_url": None}  # noqa: RUF012


@defect("launches", kills=(_STYLE,), flows=True)
class ServesNoStyle(Server):
    """Finds nothing where its style should be."""

    def show_style(self, request: Request) -> Response:
        """Find nothing."""
        raise OAuthError("invalid_request", "There is nothing here.", status=404)


@defect("launches", kills=(_STYLE,), flows=True)
class ServesItsStyleAsAStylesheet(Server):
    """Serves a stylesheet where JSON is asked for."""

    def show_style(self, request: Request) -> Response:
        """Serve a stylesheet."""
        return Response(status=200, headers=(("Content-Type", "text/css"),), body=b"body {}")


@defect("launches", kills=(_BANNER,), flows=True)
class LeavesTheBannerToChance(TellingContext):
    """Does not say whether a banner is needed."""

    changes = {"need_patient_banner": None}  # noqa: RUF012


@defect("launches", kills=(_BANNER,), flows=True)
class WritesTheBannerAsAText(TellingContext):
    """Says whether a banner is needed in a text."""

    changes = {"need_patient_banner": "true"}  # noqa: RUF012


@defect("discovery", kills=(_LISTED,))
class ListsNoBanner(Server):
    """Leaves context-banner out of its capabilities."""

    def smart_capabilities(self) -> list[str]:
        """Leave it out."""
        return [name for name in super().smart_capabilities() if name != "context-banner"]
