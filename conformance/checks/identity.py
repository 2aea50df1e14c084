"""Who signed in: id_tokens as they were seen, and what lets others verify them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conformance.checks.asking import Asking
from conformance.checks.clocks import seconds_ahead
from conformance.checks.launches import Launched
from conformance.checks.record import rest_on_witness
from conformance.checks.reply import Reply
from conformance.checks.steps import Steps
from conformance.core.errors import Skipped
from conformance.evidence.exchange import Evidence
from conformance.smart.identity import (
    id_token_witness,
    rsa_keys,
    signature_name,
    signature_witness,
)

COMES_ALONG = "patient-access.openid.an-id-token-comes-along"
CONFIGURED = "patient-access.openid-discovery.configuration-is-served"
COMPLETE = "patient-access.openid-discovery.configuration-is-complete"
KEYS = "patient-access.openid-discovery.keys-are-served"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdToken:
    """
    What was seen of an id_token; see `conformance.smart.identity`.

    `at` is the time of the answer that brought it, in seconds since 1970, by the server's clock:
    that one wrote the times in the token, and whose is wrong is not ours to say.
    """

    header: dict[str, Any]
    claims: dict[str, Any]
    at: float
    name: str
    alias: str
    evidence: Evidence

    def verified_by(self, key_set: dict[str, Any]) -> bool:
        """Tell whether a key of a set verifies the signature."""
        name = signature_name(self.name, key_set)
        rest_on_witness(name)
        return signature_witness(self.evidence, name, id_token=self.alias, key_set=key_set)


class Identity(Steps, Asking):
    """Questions about OpenID Connect."""

    def id_token(self, launched: Launched) -> IdToken | None:
        """Return what was seen of a launch's id_token, None where it is no JSON Web Token."""
        alias, token = launched.member("id_token"), launched.token
        assert token is not None
        half = launched.authorization
        name = f"{launched.flow.name}/id-token"
        rest_on_witness(name)
        seen = id_token_witness(
            self._evidence,
            name,
            id_token=alias,
            access_token=launched.access_token,
            nonce=half.nonce if half else "",
        )
        if seen["kind"] != "jws":
            return None
        return IdToken(
            header=seen["header"],
            claims=seen["claims"],
            at=datetime.fromisoformat(token.exchange.at).timestamp() + seconds_ahead(token),
            name=name,
            alias=alias,
            evidence=self._evidence,
        )

    def require_id_token(self, launched: Launched) -> IdToken:
        """Return what was seen of a launch's id_token; ends the check where there is none."""
        self.require_openid(launched)
        seen = self.id_token(launched) if launched.member("id_token") else None
        if seen is None:
            raise Skipped("prerequisite-failed", f"No id_token came along ({COMES_ALONG}).")
        return seen

    def require_openid(self, launched: Launched) -> None:
        """End the check where the launch did not ask who signs in."""
        launched.require_seen()
        launched.require_token()
        if "openid" not in launched.party.scopes.split():
            raise Skipped(
                "not-configured", f"The scopes of {launched.party.name} do not ask for openid."
            )

    def issuer(self) -> str:
        """Return who issues id_tokens: as the SMART configuration says, else as a token says."""
        announced = self.configuration().response.resource.get("issuer")
        if isinstance(announced, str) and announced:
            return announced
        told = self.require_id_token(self.standalone()).claims["iss"]
        if not isinstance(told, str) or not told:
            raise Skipped("prerequisite-failed", "Nothing names the issuer of id_tokens.")
        return told

    def openid_configuration(self) -> Reply:
        """Ask the issuer for its OpenID configuration."""
        return self._fhir.fetch(f"{self.issuer().rstrip('/')}/.well-known/openid-configuration")

    def require_openid_configuration(self) -> Reply:
        """Return the answer with the OpenID configuration; ends the check where none is served."""
        reply = self.openid_configuration()
        if reply.status != 200 or reply.problem:
            raise Skipped(
                "prerequisite-failed", f"No OpenID configuration is served ({CONFIGURED})."
            )
        return reply

    def keys(self) -> Reply:
        """Ask for the keys that the OpenID configuration names."""
        reply = self.require_openid_configuration()
        address = reply.resource.get("jwks_uri")
        if not isinstance(address, str) or not address:
            raise Skipped("prerequisite-failed", f"No address of keys is told ({COMPLETE}).")
        return self._fhir.fetch(address)

    def require_keys(self) -> dict[str, Any]:
        """Return the key set; ends the check where none with an RSA key is served."""
        reply = self.keys()
        if reply.status != 200 or not any(rsa_keys(reply.response.resource)):
            raise Skipped("prerequisite-failed", f"No keys are served ({KEYS}).")
        return reply.resource
