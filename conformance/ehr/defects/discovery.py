"""Defects of how a server announces SMART App Launch."""

from typing import Any

from conformance.ehr.defects.answers import a_crash, a_page
from conformance.ehr.defects.declare import defect
from conformance.ehr.discovery import SMART_CAPABILITIES
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.server import Server

_D = "patient-access.discovery."
SERVED = _D + "configuration-is-served"
MEMBERS = _D + "members-are-complete"
S256 = _D + "s256-is-offered-and-plain-is-not"
OPENID = _D + "openid-connect-names-issuer-and-keys"

Configuration = dict[str, Any]


class Announcing(Server):
    """A server whose configuration differs in some members; None leaves one out."""

    changes: Configuration = {}  # noqa: RUF012 - never changed, and each subclass has its own

    def smart_configuration(self, request: Request) -> Configuration:
        """Change the members."""
        changed = {**super().smart_configuration(request), **self.changes}
        return {name: value for name, value in changed.items() if value is not None}


@defect("discovery", kills=(SERVED,))
class AnnouncesNothing(Server):
    """Has no SMART configuration."""

    def show_smart_configuration(self, request: Request, call: Call) -> Response:
        """Find nothing."""
        raise Refusal(Fault.UNKNOWN_PATH, "There is nothing at this address.")


@defect("discovery", kills=(SERVED,))
class ShowsAPageForTheConfiguration(Server):
    """Answers with a page for people when it is asked for the SMART configuration."""

    def show_smart_configuration(self, request: Request, call: Call) -> Response:
        """Show a page."""
        return a_page(200)


@defect("discovery", kills=(SERVED,))
class CrashesOnTheConfiguration(Server):
    """Crashes when it is asked for the SMART configuration."""

    def show_smart_configuration(self, request: Request, call: Call) -> Response:
        """Crash."""
        return a_crash()


@defect("discovery", kills=(SERVED,))
class AnnouncesToClientsOnly(Server):
    """Wants a token from whoever asks how to get one."""

    def is_open(self, call: Call) -> bool:
        """Close the configuration as well."""
        return call.interaction is Interaction.CAPABILITIES


@defect("discovery", kills=(SERVED,))
class LabelsTheConfigurationAsText(Server):
    """Labels the SMART configuration as plain text."""

    def smart_content_type(self, request: Request) -> str:
        """Name plain text."""
        return "text/plain"


@defect("discovery", kills=(MEMBERS,))
class NamesNoTokenEndpoint(Announcing):
    """Leaves the token endpoint out."""

    changes = {"token_endpoint": None}  # noqa: RUF012


@defect("discovery", kills=(MEMBERS,))
class NamesNoAuthorizationEndpoint(Announcing):
    """Leaves the authorization endpoint out."""

    changes = {"authorization_endpoint": None}  # noqa: RUF012


@defect("discovery", kills=(MEMBERS,))
class ListsEndpoints(Announcing):
    """Gives the token endpoint as a list."""

    changes = {"token_endpoint": ["https://ehr.example/token"]}  # noqa: RUF012


@defect("discovery", kills=(MEMBERS,))
class NamesAPathForAnEndpoint(Announcing):
    """Gives the token endpoint as a path."""

    changes = {"token_endpoint": "/auth/token"}  # noqa: RUF012


@defect("discovery", kills=(MEMBERS,))
class ListsNoCapabilities(Announcing):
    """Leaves the capabilities out."""

    changes = {"capabilities": None}  # noqa: RUF012


@defect("discovery", kills=(MEMBERS,))
class WritesCapabilitiesAsAText(Announcing):
    """Gives the capabilities as one text."""

    changes = {"capabilities": "launch-ehr launch-standalone"}  # noqa: RUF012


@defect("discovery", kills=(MEMBERS,))
class ListsNoGrantTypes(Announcing):
    """Leaves the grant types out."""

    changes = {"grant_types_supported": None}  # noqa: RUF012


@defect("discovery", kills=(MEMBERS,))
class ListsOtherGrantTypes(Announcing):
    """Leaves authorization_code out of the grant types."""

    changes = {"grant_types_supported": ["client_credentials"]}  # noqa: RUF012


@defect("discovery", kills=(S256,))
class OffersPlainProofKeys(Announcing):
    """Offers the challenge method plain beside S256."""

    changes = {"code_challenge_methods_supported": ["S256", "plain"]}  # noqa: RUF012


@defect("discovery", kills=(S256,))
class OffersNoProofKeys(Announcing):
    """Leaves the challenge methods out."""

    changes = {"code_challenge_methods_supported": None}  # noqa: RUF012


@defect("discovery", kills=(OPENID,))
class NamesNoIssuer(Announcing):
    """Lists OpenID Connect and leaves the issuer out."""

    changes = {"issuer": None}  # noqa: RUF012


@defect("discovery", kills=(OPENID,))
class NamesNoKeys(Announcing):
    """Lists OpenID Connect and leaves the address of the keys out."""

    changes = {"jwks_uri": None}  # noqa: RUF012


@defect("discovery", kills=(_D + "capabilities-are-listed",))
class OffersNoSignOn(Server):
    """Offers no sign-on with OpenID Connect, as SMART allows and certification does not."""

    def smart_configuration(self, request: Request) -> Configuration:
        """Leave out the capability, the issuer and the keys."""
        configuration = super().smart_configuration(request)
        offered = [name for name in SMART_CAPABILITIES if name != "sso-openid-connect"]
        kept = {k: v for k, v in configuration.items() if k not in ("issuer", "jwks_uri")}
        return {**kept, "capabilities": offered}
