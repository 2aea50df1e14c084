"""The steps of a launch, judged: what has to come back of each."""

import re
from collections.abc import Mapping
from typing import Any

from conformance.checks.clocks import refuse_skew
from conformance.checks.fhir import Fhir
from conformance.checks.launches import Launched
from conformance.checks.reply import Reply
from conformance.checks.stops import Stops
from conformance.core.errors import Errored, NotApplicable, Skipped
from conformance.core.findings import Level
from conformance.smart.launch import Authorization

_SKIPPED = frozenset({"no-credentials", "needs-human", "foreign-host"})
NAMES_THE_PATIENT = "patient-access.standalone-launch.opens-the-chosen-patient"
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
OAUTH_ERRORS = frozenset(
    {
        "access_denied",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
    }
)
"""The error codes of RFC 6749 (4.1.2.1 and 5.2)."""


class Steps(Stops):
    """Each method is the body of the check about its step; the rest skips where it failed."""

    _fhir: Fhir

    def expect_handed_over(self, launched: Launched) -> None:
        """Expect the EHR to open the app with its own address as issuer, and a launch value."""
        launched.require_seen()
        assert launched.opened is not None
        reply = self._fhir.wrap(launched.opened)
        if not launched.handed:
            raise Skipped(
                "needs-human",
                f"The address that starts EHR launches started none (status {reply.status}).",
            )
        issuer = launched.handed.get("iss", "")
        same = issuer == self._fhir.base
        reply.expect(
            same,
            "launch.issuer",
            "The app is opened with another issuer than the FHIR base address.",
            expected=self._fhir.base,
            actual="another address" if issuer else "no iss",
            level=Level.TOLERATED if issuer.rstrip("/") == self._fhir.base.rstrip("/") else None,
        )
        reply.expect(
            bool(launched.handed.get("launch")),
            "launch.launch",
            "The app is opened without a launch value.",
            expected="launch",
            actual="none",
        )

    def expect_code(self, launched: Launched) -> None:
        """Expect a code at the redirect URI, with the state that was sent and no error."""
        half = launched.authorization
        if half is None or half.last is None:
            raise launched.unfinished()
        reply = self._fhir.wrap(half.last)
        if half.stuck:
            _stuck(reply, half)
        if "error" in half.parameters:
            reply.fail(
                "launch.error",
                "The app is sent back with an error in place of a code.",
                expected="a code",
                actual=oauth_error(half.parameters),
            )
        state = half.parameters.get("state")
        reply.expect(
            state == half.state,
            "launch.state",
            "The redirect does not carry the state that was sent.",
            expected="the state of the request, unchanged",
            actual="no state" if state is None else "another state",
        )
        reply.expect(
            bool(half.parameters.get("code")),
            "launch.code",
            "The redirect carries no code.",
            expected="a code",
            actual="none",
        )

    def expect_token(self, launched: Launched) -> Reply:
        """Expect an access token for the code, and return the answer that brought it."""
        launched.require_seen()
        if launched.token is None:
            raise launched.unfinished()
        reply = self._fhir.wrap(launched.token)
        if reply.status != 200:
            if launched.party.client.kind == "asymmetric":
                refuse_skew(launched.token)
            reply.fail(
                "token.status",
                "The code is not exchanged for a token.",
                expected="status 200",
                actual=f"status {reply.status}, {oauth_error(reply.response.resource)}",
            )
        if not launched.access_token:
            reply.require_json()
            reply.fail(
                "token.missing",
                "The token response holds no access token.",
                expected="access_token, a text",
                actual="none",
            )
        return reply

    def token_reply(self, launched: Launched) -> Reply:
        """Return the answer with the token, for a check that is about what else it holds."""
        launched.require_seen()
        launched.require_token()
        assert launched.token is not None
        return self._fhir.wrap(launched.token)

    def expect_patient(self, launched: Launched) -> None:
        """Expect the patient that was asked for in context, and to be readable."""
        reply = self.token_reply(launched)
        patient = launched.member("patient")
        if not _ID.fullmatch(patient):
            reply.fail(
                "context.patient",
                "The token response does not name the patient.",
                expected="patient, an id",
                actual="another value" if "patient" in launched.body else "none",
            )
        wanted = launched.party.patient
        reply.expect(
            wanted in ("", patient),
            "context.other-patient",
            "The launch ends in the record of another patient than was chosen.",
            expected=f"Patient/{wanted}",
            actual=f"Patient/{patient}",
        )
        self.expect_readable(launched, "Patient", patient)

    def expect_encounter(self, launched: Launched) -> None:
        """Expect an encounter in context, and to be readable."""
        reply = self.token_reply(launched)
        encounter = launched.member("encounter")
        if not _ID.fullmatch(encounter):
            reply.fail(
                "context.encounter",
                "The token response does not name the encounter on screen.",
                expected="encounter, an id",
                actual="another value" if "encounter" in launched.body else "none",
            )
        self.expect_readable(launched, "Encounter", encounter)

    def expect_readable(self, launched: Launched, type_: str, name: str) -> None:
        """Expect a resource of the launch's context to be readable with its token."""
        token = launched.require_token()
        reply = self._fhir.get(f"{type_}/{name}", credential=token)
        if reply.status != 200:
            reply.fail(
                "context.unreadable",
                f"The {type_} in context cannot be read with the token.",
                expected="status 200",
                actual=f"status {reply.status}",
            )
        resource = reply.require_resource(type_)
        reply.expect(
            resource.get("id") == name,
            "context.id",
            f"The {type_} that is read has another id than the one in context.",
            expected=f"{type_}/{name}",
            actual="another id" if resource.get("id") else "no id",
            path=f"{type_}.id",
        )

    def require_granted(self, launched: Launched, type_: str) -> str:
        """Return the patient in context; ends the check where the launch was not granted a type."""
        if not launched.member("patient"):
            self.prerequisite_failed("The token response names no patient", NAMES_THE_PATIENT)
        if not launched.grants(type_):
            # Whether it had to be is asked of the scopes (cover-the-required-types).
            raise NotApplicable("not-applicable", f"The token was not granted {type_}.")
        return launched.member("patient")


def oauth_error(members: Mapping[str, Any]) -> str:
    """Return the error that an answer names, in words that are safe to show."""
    error = members.get("error")
    if error is None:
        return "no error named"
    return f"error {error}" if error in OAUTH_ERRORS else "another error"


def _stuck(reply: Reply, half: Authorization) -> None:
    """End the check as fits what kept the walk from the redirect URI."""
    if half.stuck_code in _SKIPPED:
        raise Skipped(half.stuck_code, half.stuck)
    if half.stuck_code == "refused":
        reply.fail(
            "launch.refused",
            "The authorization server does not come back to the app.",
            expected="a redirect to the app",
            actual=f"status {reply.response.status}",
        )
    raise Errored(half.stuck_code, half.stuck)
