"""Questions about the life of tokens: renewed, and asked about."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from conformance.checks.given import unseen
from conformance.checks.granted import Granted
from conformance.checks.launches import OPENS_PATIENT, Launched
from conformance.checks.record import rest_on_witness
from conformance.checks.refusals import Refusals
from conformance.checks.reply import Reply
from conformance.core.errors import Skipped
from conformance.smart.client import Proof, prove
from conformance.smart.jose import shape_of
from conformance.smart.launch import redeem, refresh
from conformance.smart.party import Party

ABOUT_REFRESH = "patient-access.refresh.a-refresh-token-brings-an-access-token"
ABOUT_OFFLINE = "patient-access.refresh.a-refresh-token-comes-with-offline-access"


class Tokens(Refusals):
    """What a check can ask about tokens once they are there."""

    _separate: dict[str, Launched]
    _renewed: dict[str, Granted]

    # --- launches of their own ------------------------------------------------------------------

    def separate(self, name: str, party: Party | None = None) -> Launched:
        """Return a patient's whole launch whose tokens may be spent or ended."""
        party = party or self.party("patient")
        full = f"{name}:{party.name}{self._again}"
        if full not in self._separate:
            begun = self.throw_away(party, name)
            half = begun.authorization
            token = redeem(half, begun.endpoints) if half and begun.code else None
            self._separate[full] = replace(begun, token=token)
        launched = self._separate[full]
        if launched.token is not None:
            self.reply(launched.token)
        return launched

    # --- refresh --------------------------------------------------------------------------------

    def renewed(self, *, scope: bool = False) -> Granted:
        """
        Return what a refresh token brought, on a launch of its own.

        With `scope` it is a second refresh, with the new refresh token if there is one, that asks
        for the scopes that were granted. Where a refresh token is given in place of a login, it is
        what that one brought.
        """
        party = self.party("patient")
        if party.given and not scope:
            return self._brought(self.launch(party))
        name = f"renewed-{'again' if scope else 'once'}{self._again}"
        if name not in self._renewed:
            launched = self.refreshable("refresh")
            token, before = launched.member("refresh_token"), self.renewed() if scope else None
            if before is not None:
                before.require_token()
                token = before.member("refresh_token") or token
            response = refresh(
                launched.flow,
                launched.party.client,
                launched.endpoints,
                token,
                step="refresh-again" if scope else "refresh",
                scope=" ".join(launched.scopes) if scope else "",
            )
            self._renewed[name] = Granted(response=response, about=ABOUT_REFRESH)
        return self._renewed[name]

    def _brought(self, launched: Launched) -> Granted:
        if launched.closed:
            raise launched.unfinished()
        if launched.token is None:
            raise unseen(launched.party)
        return Granted(response=launched.token, about=ABOUT_REFRESH)

    def refreshable(self, name: str) -> Launched:
        """Return a launch of its own that brought a refresh token; without one the check ends."""
        launched = self.separate(name)
        launched.require_token()
        if not launched.member("refresh_token"):
            raise Skipped("prerequisite-failed", f"No refresh token came ({ABOUT_OFFLINE}).")
        return launched

    def refreshed(
        self,
        launched: Launched,
        token: str,
        *,
        step: str,
        changes: Mapping[str, str | None] | None = None,
    ) -> Reply:
        """Ask for a new access token with a refresh token, for the running check alone."""
        return self.reply(
            refresh(
                launched.flow,
                launched.party.client,
                launched.endpoints,
                token,
                step=step,
                changes=changes,
            )
        )

    # --- introspection --------------------------------------------------------------------------

    def confidential(self) -> Launched:
        """Return the launch of a patient whose client can prove itself; any, where none can."""
        known = {party.client.kind: party for party in reversed(self._parties_of("patient"))}
        kinds = [kind for kind in ("symmetric", "asymmetric", "public") if kind in known]
        return self.launch(known[kinds[0]] if kinds else self.party("patient"))

    def _parties_of(self, role: str) -> list[Party]:
        return [party for party in self._parties if party.role == role]

    def introspected(self, launched: Launched, token: str, name: str) -> Reply:
        """
        Ask what a token is good for, as the launch's client.

        No address, announced or given by hand, ends the check; so does one that the client may not
        ask, since SMART leaves open who may.
        """
        url = launched.endpoints.introspect
        if not url:
            raise Skipped(
                "not-configured",
                "No introspection endpoint is announced; name one under [endpoint] introspection.",
            )
        flow = self.flow(f"introspection:{name}")
        proof = self._proof(launched, f"{flow.name}/ask", bearer=True)
        reply = self.reply(
            flow.ask(
                "ask", "POST", url, headers=proof.headers, fields=[("token", token), *proof.fields]
            )
        )
        if reply.status in (401, 403):
            raise Skipped(
                "no-credentials",
                f"The introspection endpoint does not answer this client (status {reply.status}).",
            )
        return reply

    def _proof(self, launched: Launched, name: str, *, bearer: bool = False) -> Proof:
        """Return what proves the client; one without a secret may show its own token instead."""
        client = launched.party.client
        if bearer and client.kind in ("public", ""):
            return Proof(headers={"Authorization": f"Bearer {launched.require_token()}"}, fields=())
        return prove(self._evidence, client, launched.endpoints.token, name, self._now())

    # --- the record and the person --------------------------------------------------------------

    def own_record(self, launched: Launched, token: str) -> Reply:
        """Read the patient of a launch with a token."""
        patient = launched.member("patient") or launched.party.patient
        if not patient:
            raise Skipped("no-data", "No patient stands in the token response.")
        return self._fhir.get(f"Patient/{patient}", credential=token)

    def turned_away(self, launched: Launched, token: str, *, opened: bool = False) -> Reply:
        """Read a launch's patient with a token that must open nothing, and may have `opened` it."""
        reply = self.own_record(launched, token)
        if opened:
            return self._fhir.refusal(reply)
        plain = self.launch(launched.party)
        return self._fhir.refusal(reply, lambda: self.own_record(plain, plain.access_token))

    def identity_of(self, launched: Launched) -> dict[str, object]:
        """Return issuer and subject of a launch's id_token; ends the check where none came."""
        token = launched.member("id_token")
        if not token:
            raise Skipped("no-data", "The launch brought no id_token.")

        def look(reveal: Callable[[str], str]) -> dict[str, object]:
            claims = shape_of(reveal(token)).get("claims", {})
            return {name: claims.get(name) for name in ("iss", "sub")}

        name = f"{launched.flow.name}/identity"
        rest_on_witness(name)
        seen: dict[str, object] = self._evidence.witness(name, look)
        if not any(seen.values()):
            self.prerequisite("patient-access.openid.an-id-token-comes-along")
        return seen

    def require_record(self, launched: Launched) -> None:
        """End the check unless a launch's token opens the record of its patient."""
        if self.own_record(launched, launched.require_token()).response.status != 200:
            self.prerequisite(OPENS_PATIENT[launched.kind])

    def in_the_query(self, launched: Launched) -> Reply:
        """Read the patient of a launch with its token in the query, and in no header."""
        token, patient = launched.require_token(), launched.member("patient")
        flow = self.flow(f"query:{launched.party.name}")
        url = f"{self._fhir.base}/Patient/{patient or launched.party.patient}?access_token={token}"
        return self.reply(flow.ask("read", "GET", url))
