"""Questions about tokens whose life is over: revoked, or run out."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from conformance.checks.launches import Launched
from conformance.checks.reply import Reply
from conformance.checks.rows import PatientData, patient_data_types
from conformance.checks.searches import searches_of
from conformance.checks.tokens import Tokens
from conformance.core.errors import Skipped
from conformance.evidence.response import Response
from conformance.fhir.client import Parameter
from conformance.smart.party import Party

ABOUT_REVOCATION = "patient-access.revocation.revocation-is-answered-with-200"
ABOUT_EXPIRY = "security.ended-tokens.an-expired-token-is-refused"
ABOUT_ACCESS = "patient-access.revocation.the-access-token-is-dead"
LONGEST = 20
"""The most seconds that a token may live, for a run to wait for its end."""
_GRACE = 1
_LEEWAY = 300
"""Seconds for which clocks may differ, by RFC 7519 4.1.4 "no more than a few minutes"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """
    A launch whose tokens were revoked one after the other, and the server's answers to that.

    `held` are the searches that brought data while the access token was good, by type.
    """

    launched: Launched
    access: Response
    refresh: Response | None
    held: Mapping[str, Sequence[Parameter]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """A launch whose token has run out, and the searches that brought data before, by type."""

    launched: Launched
    held: Mapping[str, Sequence[Parameter]]


class Ending(Tokens):
    """What a check can ask about tokens after their end. Nothing else uses these launches."""

    _ended: dict[str, Ended]
    _expired: Expired | None

    def ended(self) -> Ended:
        """Revoke both tokens of a launch of its own, the access token first; the epoch rises."""
        name = f"ended{self._again}"
        if name not in self._ended:
            launched = self.separate("revocation")
            url = launched.endpoints.revoke
            if not url:
                raise Skipped(
                    "not-configured",
                    "No revocation endpoint is announced; name one under [endpoint] revocation.",
                )
            launched.require_token()
            held = self._held(launched)
            renewing = launched.member("refresh_token")
            access = self._revoke(launched, launched.access_token, "access_token")
            refresh = self._revoke(launched, renewing, "refresh_token") if renewing else None
            self._evidence.epoch += 1
            self._ended[name] = Ended(launched=launched, access=access, refresh=refresh, held=held)
        return self._ended[name]

    def require_ended(self) -> Launched:
        """Return the launch whose tokens were revoked; ends the check where that went wrong."""
        ended = self.ended()
        if self.reply(ended.refresh or ended.access).status != 200:
            self.prerequisite(ABOUT_REVOCATION)
        return ended.launched

    def revoked_record(self) -> Reply:
        """Read the patient with the access token that was revoked."""
        launched = self.require_ended()
        opened = bool(self.ended().held)
        return self.turned_away(launched, launched.access_token, opened=opened)

    def with_revoked_token(self, data: PatientData) -> Reply:
        """
        Search for a type with a revoked token that opened it before.

        The check ends where there was nothing of the type, and where the token still opens the
        patient, which is the finding of another check.
        """
        launched = self.require_ended()
        if self._still_opens(self.revoked_record()):
            self.prerequisite(ABOUT_ACCESS)
        parameters = self.ended().held.get(data.type)
        if parameters is None:
            self.no_data(f"The token opened no {data.type} while it was good.")
        reply = self._fhir.search(data.type, parameters, credential=launched.access_token)
        return self._fhir.refusal(reply)

    def expired(self) -> Expired:
        """
        Return a launch whose access token has run out; ends the check where none runs out soon.

        Clocks may differ: a token that still opens the record is looked at again after minutes, so
        that a server which is only lenient is not blamed.
        """
        if self._expired is None:
            party = self._short_lived()
            # What a given refresh token brought is asked for by nothing that comes after this.
            launched = self.launch(party) if party.given else self.separate("expiry", party)
            told = self._seconds(launched)
            until = time.monotonic() + told + _GRACE
            self.require_record(launched)
            held = self._held(launched)
            self._evidence.pause(max(until - time.monotonic(), 0))
            self._evidence.epoch += 1
            self._expired = Expired(launched=launched, held=held)
            if self.own_record(launched, launched.access_token).response.resource_type == "Patient":
                self._evidence.pause(_LEEWAY)
                self._evidence.epoch += 1
        return self._expired

    def expired_record(self) -> Reply:
        """Read the patient with the access token that has run out."""
        launched = self.expired().launched
        return self.turned_away(launched, launched.access_token, opened=True)

    def with_expired_token(self, data: PatientData) -> Reply:
        """
        Search for a type with a token that opened it before it ran out.

        The check ends where there was nothing of the type, and where the token still opens the
        patient, which is the finding of another check.
        """
        expired = self.expired()
        token = expired.launched.access_token
        if self._still_opens(self.expired_record()):
            self.prerequisite(ABOUT_EXPIRY)
        parameters = expired.held.get(data.type)
        if parameters is None:
            self.no_data(f"The token opened no {data.type} while it was good.")
        return self._fhir.refusal(self._fhir.search(data.type, parameters, credential=token))

    def _still_opens(self, reply: Reply) -> bool:
        reply.require_answer()
        return reply.response.resource_type == "Patient"

    def _short_lived(self) -> Party:
        """Return the first patient's persona whose tokens run out soon."""
        self.party("patient")
        for party in self.people("patient"):
            if 0 < self._seconds(self.launch(party)) <= LONGEST:
                return party
        raise Skipped(
            "bounded",
            f"No token is known to run out within {LONGEST} seconds; a persona of role patient "
            "whose client gets such tokens would show it.",
        )

    def _seconds(self, launched: Launched) -> float:
        """Return for how long a token is good, 0 where nothing or no number is said."""
        told = launched.body.get("expires_in")
        if launched.token is not None:
            self.reply(launched.token)
        if not isinstance(told, int | float) or isinstance(told, bool):
            return 0.0
        return float(told) if 0 < told < inf else 0.0

    def _held(self, launched: Launched) -> dict[str, list[Parameter]]:
        patient = launched.member("patient") or launched.party.patient
        held = {}
        for type_ in patient_data_types(self._fhir.rulebook):
            for parameters in searches_of(self._fhir.rulebook, type_, patient):
                reply = self._fhir.search(type_, parameters, credential=launched.access_token)
                if reply.response.status == 200 and reply.matches(type_):
                    held[type_] = parameters
                    break
        return held

    def _revoke(self, launched: Launched, token: str, kind: str) -> Response:
        step = f"revoke-{kind.replace('_', '-')}"
        proof = self._proof(launched, f"{launched.flow.name}/{step}")
        fields = [("token", token), ("token_type_hint", kind), *proof.fields]
        return launched.flow.ask(
            step, "POST", launched.endpoints.revoke, headers=proof.headers, fields=fields
        )
