"""What the questions to an authorization server stand on, whichever they are about."""

import secrets
import time
from collections.abc import Mapping
from typing import NoReturn

from conformance.checks.fhir import Fhir
from conformance.checks.given import control
from conformance.checks.launches import Launched, Launches
from conformance.checks.record import current
from conformance.checks.reply import Reply
from conformance.checks.stops import Stops
from conformance.core.errors import Skipped
from conformance.evidence.exchange import Evidence
from conformance.evidence.response import Response
from conformance.smart.client import Client
from conformance.smart.flow import Flow
from conformance.smart.launch import Endpoints
from conformance.smart.party import Party


class Asking(Stops):
    """The parts of `Smart` that its topics share."""

    _fhir: Fhir
    _evidence: Evidence
    _parties: tuple[Party, ...]

    def endpoints(self) -> Endpoints:
        """Return the endpoints, those given by hand first; "" for what is not known."""
        raise NotImplementedError

    def configuration(self) -> Reply:
        """Ask for the SMART configuration below the FHIR base URL, without a credential."""
        raise NotImplementedError

    def standalone(self, *, number: int = 0) -> Launched:
        """Return the standalone launch of a patient."""
        raise NotImplementedError

    def party(self, role: str, *, kind: str = "", number: int = 0) -> Party:
        """Return a persona by role, and by the kind of its client if named."""
        raise NotImplementedError

    def people(self, role: str) -> tuple[Party, ...]:
        """Return every persona of a role, as the target file orders them."""
        raise NotImplementedError

    def launch(self, party: Party) -> Launched:
        """Return a persona's launch, run once for all checks."""
        raise NotImplementedError

    def throw_away(
        self,
        party: Party,
        name: str,
        *,
        changes: Mapping[str, str | None] | None = None,
        method: str = "GET",
        client: Client | None = None,
    ) -> Launched:
        """Begin a launch for one negative check; its code is redeemed by that check alone."""
        raise NotImplementedError

    def _begun(self) -> Launches:
        raise NotImplementedError

    def flow(self, name: str) -> Flow:
        """Return a flow of the running check alone."""
        return Flow(evidence=self._evidence, name=f"{name}{self._again}")

    def reply(self, response: Response) -> Reply:
        """Return an answer of a flow in the words of a check."""
        return self._fhir.wrap(response)

    def token_endpoint(self) -> Endpoints:
        """Return the endpoints with that for tokens; ends the check where none is known."""
        known = self._begun().endpoints
        if not known.token:
            raise Skipped(
                "prerequisite-failed",
                "No token endpoint is announced (patient-access.discovery.members-are-complete).",
            )
        return known

    def token_of(self, launched: Launched) -> str:
        """
        Return the token of a launch, for a check that asks no more of it.

        One that is given in place of a login is tried again first, since it may run out at any
        time; one that opens nothing ends the check.
        """
        token = launched.require_token()
        if launched.token is not None:
            self.reply(launched.token)
        if launched.held:
            party = launched.party
            flow = self.flow(f"given:{party.name}:{current().check_id}")
            answer = self.reply(control(flow, self._fhir.base, party.patient, token))
            if answer.response.status != 200:
                self.not_granted(f"The token that is given for {party.name} has run out meanwhile.")
        return token

    def prerequisite(self, check: str) -> NoReturn:
        """End the check: what it rests on failed, which is the finding of another check."""
        raise Skipped("prerequisite-failed", f"What this rests on failed ({check}).")

    def not_granted(self, reason: str) -> NoReturn:
        """End the check: the launch was not granted what this is about."""
        raise Skipped("no-credentials", reason)

    def invent(self, name: str) -> str:
        """Return the alias of a credential that no server ever gave."""
        return self._evidence.mint(
            f"invented:{name}{self._again}", f"invented:{name}", lambda: secrets.token_urlsafe(48)
        )

    def _now(self) -> int:
        """Return the time for what is made live only; a replay makes nothing."""
        return int(time.time())

    @property
    def _again(self) -> str:
        """What tells the flows of a second attempt from those of the first."""
        return f"#{current().occurrence}" if current().occurrence else ""
