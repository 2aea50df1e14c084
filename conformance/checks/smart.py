"""What a check can ask of SMART App Launch: here, discovery."""

from typing import NoReturn

from conformance.checks.fhir import Fhir
from conformance.checks.reply import Reply
from conformance.core.errors import Skipped

WELL_KNOWN = ".well-known/smart-configuration"


class Smart:
    """Questions to the authorization side of a server."""

    def __init__(self, fhir: Fhir) -> None:
        self._fhir = fhir

    def configuration(self) -> Reply:
        """Ask for the SMART configuration below the FHIR base URL, without a credential."""
        return self._fhir.get(WELL_KNOWN, headers={"Accept": "application/json"}, credential="")

    def require_configuration(self) -> Reply:
        """Return the answer with the configuration; ends the check where none is served."""
        reply = self.configuration()
        reply.require_answer()
        if reply.status != 200 or reply.response.parsed.problem:
            raise Skipped(
                "prerequisite-failed",
                "No SMART configuration is served "
                "(patient-access.discovery.configuration-is-served).",
            )
        return reply

    def not_applicable(self, reason: str) -> NoReturn:
        """End the check: the requirement does not bind this server."""
        self._fhir.not_applicable(reason)
