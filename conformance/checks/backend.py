"""Questions of a backend service: its token, and assertions that nobody may accept."""

from collections.abc import Mapping

from conformance.checks.clocks import refuse_skew
from conformance.checks.granted import Granted
from conformance.checks.refusals import Refusals
from conformance.checks.reply import Reply
from conformance.checks.steps import oauth_error
from conformance.core.errors import Skipped
from conformance.smart.backend import GOOD, Departure, ask_for_token, assertion
from conformance.smart.party import Party

ABOUT_BACKEND = "security.assertions.a-good-assertion-brings-a-token"
SCOPES = "system/*.rs"


class Backend(Refusals):
    """What a check can ask as a system, which nobody signs in for."""

    _backend: dict[str, Granted]

    def backend_token(self, party: Party | None = None, *, purpose: str = "") -> str:
        """
        Return the alias of a system's token, asked for once; ends the check where none comes.

        One that the target file gives is the same for every purpose.
        """
        party = party or self.party("system")
        if party.token:
            return party.token
        return self.backend_answer(party, purpose=purpose).require_token()

    def backend_answer(self, party: Party | None = None, *, purpose: str = "") -> Granted:
        """
        Return the answer to a system's token request; the first system's unless one is named.

        A `purpose` of its own brings a token of its own: those of systems live for minutes only.
        """
        party = party or self.party("system")
        if party.given:
            raise Skipped(
                "no-credentials",
                f"{party.name} asks for no token, since it is given one: this needs a persona of "
                "role system with a client.",
            )
        about = f"backend:{party.name}" + (f":{purpose}" if purpose else "")
        name = f"{about}{self._again}"
        if name not in self._backend:
            flow = self.flow(about)
            endpoints = self.token_endpoint()
            shown = assertion(flow, party.client, endpoints)
            response = ask_for_token(flow, endpoints, shown, party.scopes or SCOPES)
            self._backend[name] = Granted(response=response, about=ABOUT_BACKEND)
        return self._backend[name]

    def expect_system_token(
        self, party: Party | None = None, *, code: str = "backend.no-token", signed: str = ""
    ) -> Reply:
        """Expect a good assertion to bring a token; `signed` says how it was signed."""
        granted = self.backend_answer(party)
        reply = self.reply(granted.response)
        if not granted.access_token:
            error = "" if reply.status == 200 else f", {oauth_error(granted.response.resource)}"
            refuse_skew(granted.response)
            reply.fail(
                code,
                f"A good assertion{signed} brings no token.",
                expected="status 200 with an access_token",
                actual=f"status {reply.status}{error}",
            )
        return reply

    def system_signing(self, algorithm: str) -> Party:
        """Return the system persona whose key is for an algorithm; none ends the check."""
        self.party("system")
        for party in self._parties:
            if party.role == "system" and not party.given and party.client.algorithm == algorithm:
                return party
        raise Skipped(
            "no-credentials",
            f"This needs a persona of role system with a key for {algorithm} in the target file.",
        )

    def assert_client(
        self,
        name: str,
        departure: Departure = GOOD,
        *,
        times: int = 1,
        changes: Mapping[str, str | None] | None = None,
    ) -> Reply:
        """
        Ask for a system's token with an assertion that departs from a good one.

        A good one is known to bring a token, else the check ends. With `times` 2 the very same
        assertion is shown again, and the answer is the last one. `changes` replace form fields.
        """
        party = self.party("system")
        self.backend_answer(party).require_token()
        flow = self.flow(f"assertion:{name}")
        endpoints = self.token_endpoint()
        shown = assertion(flow, party.client, endpoints, departure)
        replies = [
            self.reply(
                ask_for_token(
                    flow,
                    endpoints,
                    shown,
                    party.scopes or SCOPES,
                    step=f"token-{number}",
                    changes=changes,
                )
            )
            for number in range(1, times + 1)
        ]
        if any(reply.status not in (200, 201) for reply in replies[:-1]):
            raise Skipped("prerequisite-failed", f"No token came ({ABOUT_BACKEND}).")
        return replies[-1]
