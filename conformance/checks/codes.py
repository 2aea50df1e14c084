"""Launches that are begun for one negative check, and codes that must bring nothing."""

from collections.abc import Mapping
from dataclasses import replace

from conformance.checks.launches import Launched
from conformance.checks.refusals import Refusals
from conformance.checks.reply import Reply
from conformance.core.errors import Errored, Skipped
from conformance.evidence.response import GATEWAY
from conformance.smart.client import Client
from conformance.smart.launch import redeem

_LOST = frozenset({"no-credentials", "needs-human"})


class Codes(Refusals):
    """What a check can do with an authorization request and its code that no good app does."""

    def half(
        self,
        name: str,
        *,
        kind: str = "",
        changes: Mapping[str, str | None] | None = None,
    ) -> Launched:
        """
        Begin a patient's launch for one negative check.

        The same persona's plain launch is known to bring a token, else the check ends: what is
        refused is then refused for what was changed. `changes` replace parameters of the request.
        """
        party = self.party("patient", kind=kind)
        plain = self.launch(party)
        plain.require_seen()
        self.token_of(plain)
        return self.throw_away(party, name, changes=changes)

    def redeemed(
        self,
        launched: Launched,
        *,
        step: str = "token",
        changes: Mapping[str, str | None] | None = None,
        client: Client | None = None,
    ) -> Reply:
        """Redeem a launch's code with changed form fields or as another client."""
        half = launched.authorization
        if half is None or not launched.code:
            raise Skipped(
                "prerequisite-failed",
                f"No code came this time. {half.stuck if half else ''}".strip(),
            )
        return self.reply(
            redeem(half, launched.endpoints, step=step, changes=changes, client=client)
        )

    def challenge_of(self, launched: Launched) -> str:
        """Return the challenge that a launch's request carried."""
        return launched.authorization.challenge if launched.authorization else ""

    def expect_no_code(self, launched: Launched, code: str, message: str) -> None:
        """Note a finding where an authorization request brought a code, whatever was refused."""
        half = launched.authorization
        if half is None or half.last is None:
            raise launched.unfinished()
        reply = self.reply(half.last)
        if half.stuck:
            if reply.response.status in GATEWAY:
                raise Errored("network", f"No usable answer: status {reply.response.status}.")
            reply.require_answer()
            # The plain launch knew its way through the forms; one that it is lost in is no refusal.
            if half.stuck_code in _LOST and b"<form" in half.last.exchange.content:
                raise Skipped(half.stuck_code, half.stuck)
        reply.expect(
            not launched.code, code, message, expected="an error, no code", actual="a code"
        )

    def expect_state(self, launched: Launched, state: str) -> None:
        """Expect the state of the request at the redirect URI, unchanged."""
        half = launched.authorization
        if half is None or half.last is None or half.stuck:
            raise launched.unfinished()
        came = half.parameters.get("state")
        self.reply(half.last).expect(
            came == state,
            "launch.state",
            "The redirect does not carry the state that was sent.",
            expected="the state of the request, unchanged",
            actual="no state" if came is None else "another state",
        )

    def look_alike(self) -> str:
        """Return an address that begins with this server's base and is not it."""
        return f"{self._fhir.base}.elsewhere.example"

    def client_besides(self, client: Client) -> Client:
        """Return another registered client; the check ends where there is none."""
        for party in self._parties:
            if party.client.id not in ("", client.id) and party.role != "system":
                return party.client
        raise Skipped("no-credentials", "This needs a persona with another client.")

    def unknown_client(self, client: Client) -> Client:
        """Return a client like this one under a name that nobody registered."""
        return replace(client, id="no-such-client")

    def with_wrong_secret(self, client: Client) -> Client:
        """Return a client with a secret that is not its own; the check ends without a secret."""
        if client.kind != "symmetric":
            raise Skipped(
                "no-credentials", "This needs a patient persona whose client has a secret."
            )
        return replace(client, secret=self.invent(f"secret:{client.id}"))
