"""Let in who shows the credential, and say to the others what to show."""

from hmac import compare_digest

from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Headers, Interaction, Request
from conformance.ehr.permissions import Permissions
from conformance.ehr.setup import Protection

API_KEY_HEADER = "X-API-Key"
OPEN = frozenset({Interaction.CAPABILITIES, Interaction.SMART_CONFIGURATION})


class Access(Permissions):
    """Guard every interaction but those that tell a client how to get in."""

    def authorize(self, request: Request, call: Call) -> None:
        """Refuse a call that is not open to all and comes without the credential."""
        if self.is_open(call):
            return
        credential = self.credential(request)
        if credential is None:
            raise Refusal(
                Fault.UNAUTHENTICATED,
                "This request needs a credential.",
                headers=self.challenge(request, presented=False),
            )
        if not self.accepts_credential(credential, call):
            raise Refusal(
                Fault.UNAUTHENTICATED,
                "The credential is not valid.",
                headers=self.challenge(request, presented=True),
            )

    def is_open(self, call: Call) -> bool:
        """Tell whether a call needs no credential."""
        if call.interaction is Interaction.EXPORT_FILE and not self.requires_access_token():
            return True
        return call.interaction in OPEN or self.setup.protection is Protection.NONE

    def requires_access_token(self) -> bool:
        """Tell whether the files of an export are given only with a token."""
        return True

    def credential(self, request: Request) -> str | None:
        """Return the credential that a request carries, or None."""
        if self.setup.protection is Protection.API_KEY:
            return request.headers.get(API_KEY_HEADER.lower())
        return self.token_of(request)

    def accepts_credential(self, credential: str, call: Call) -> bool:
        """Tell whether a credential opens this call."""
        if compare_digest(credential.encode(), self.token.encode()):
            return True
        return self.setup.protection is Protection.BEARER and self.is_live(credential)

    def challenge(self, request: Request, *, presented: bool) -> Headers:
        """Return the headers that say what a refused client should show."""
        if self.setup.protection is Protection.API_KEY:
            return (("WWW-Authenticate", f'ApiKey realm="fhir", header="{API_KEY_HEADER}"'),)
        error = ', error="invalid_token"' if presented else ""
        return (("WWW-Authenticate", f'Bearer realm="fhir"{error}'),)
