"""What a check can ask of SMART App Launch: discovery, launches, tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from conformance.checks.backend import Backend
from conformance.checks.codes import Codes
from conformance.checks.ended import Ending
from conformance.checks.fhir import Fhir
from conformance.checks.identity import Identity
from conformance.checks.isolation import Isolation
from conformance.checks.launches import Launched, Launches
from conformance.checks.record import current, rest_on_witness
from conformance.checks.reply import Reply
from conformance.checks.rows import LaunchKind
from conformance.core.errors import Skipped
from conformance.evidence.exchange import Evidence
from conformance.smart.client import Client
from conformance.smart.launch import Endpoints
from conformance.smart.party import Operator, Party

WELL_KNOWN = ".well-known/smart-configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """
    What the target file gives for flows.

    `parties` are the personas that can be played, `by_hand` the endpoints that it names: they win
    over what the server announces.
    """

    parties: tuple[Party, ...] = ()
    operator: Operator = field(default_factory=Operator)
    by_hand: Endpoints = field(default_factory=Endpoints)


class Smart(Identity, Backend, Ending, Codes, Isolation):
    """
    Questions to the authorization side of a server.

    `version` is the major version of SMART App Launch that goes with the edition of the run.
    """

    def __init__(self, fhir: Fhir, evidence: Evidence, flows: Flows, *, version: str) -> None:
        self.version = version
        self._fhir = fhir
        self._evidence = evidence
        # Who logs in comes first: what is about a launch is seen by them alone.
        self._parties = tuple(sorted(flows.parties, key=lambda party: party.given))
        self._operator = flows.operator
        self._by_hand = flows.by_hand
        self._launches: Launches | None = None
        self._backend = {}
        self._separate = {}
        self._expired = None
        self._renewed = {}
        self._ended = {}

    # --- discovery ------------------------------------------------------------------------------

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

    def endpoints(self) -> Endpoints:
        """
        Return the endpoints, those given by hand first; "" for what is not known.

        Relative ones are made absolute by the FHIR base URL, as SMART App Launch 2.2 tells clients.
        """
        reply = self.require_configuration()

        def announced(member: str, by_hand: str) -> str:
            value = reply.resource.get(member)
            if by_hand or not isinstance(value, str):
                return by_hand
            try:
                return urljoin(self._fhir.base, value)
            except ValueError:
                return ""

        return Endpoints(
            authorize=announced("authorization_endpoint", self._by_hand.authorize),
            token=announced("token_endpoint", self._by_hand.token),
            introspect=announced("introspection_endpoint", self._by_hand.introspect),
            revoke=announced("revocation_endpoint", self._by_hand.revoke),
        )

    # --- launches -------------------------------------------------------------------------------

    def party(self, role: str, *, kind: str = "", number: int = 0) -> Party:
        """
        Return a persona by role, and by the kind of its client if named.

        SKIP `no-credentials` where the target file has none: the report says what to provide.
        """
        fitting = [party for party in self.people(role) if kind in ("", party.client.kind)]
        if len(fitting) <= number:
            article = "an" if kind == "asymmetric" else "a"
            which = f"{role} with {article} {kind} client" if kind else role
            count = "a second persona" if number else "a persona"
            raise Skipped(
                "no-credentials", f"This needs {count} of role {which} in the target file."
            )
        return fitting[number]

    def people(self, role: str) -> tuple[Party, ...]:
        """Return every persona of a role, as the target file orders them."""
        return tuple(party for party in self._parties if party.role == role)

    def launch(self, party: Party) -> Launched:
        """Return a persona's launch, run once for all checks."""
        return self._begun().get(party, current().occurrence)

    def standalone(self, *, number: int = 0) -> Launched:
        """Return the standalone launch of a patient."""
        return self.launch(self.party("patient", number=number))

    def ehr(self) -> Launched:
        """Return the EHR launch of a practitioner."""
        return self.launch(self.party("practitioner"))

    def launched(self, kind: LaunchKind) -> Launched:
        """Return the launch of a kind."""
        return self.ehr() if kind.kind == "ehr" else self.standalone()

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
        full = f"{name}:{party.name}{self._again}"
        return self._begun().begin(party, full, changes=changes, method=method, client=client)

    def witness(self, name: str, look: object) -> object:
        """Return what was seen of credentials; see `Evidence.witness`."""
        rest_on_witness(name)
        return self._evidence.witness(name, look)  # type: ignore[arg-type]

    def _begun(self) -> Launches:
        if self._launches is None:
            self._launches = Launches(
                self._evidence, self._fhir.base, self.endpoints, self._operator
            )
        return self._launches
