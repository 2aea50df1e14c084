"""
An answer of HTTP in the words of a check: `require_*` ends the check, `expect_*` notes and goes on.

Messages quote codes, paths, counts and logical ids only. What a server wrote elsewhere (texts,
diagnostics, values) stays in the transcript.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from conformance.checks.record import current, note
from conformance.core.errors import Errored, Failed, Skipped
from conformance.core.findings import Level
from conformance.evidence.response import GATEWAY, Response
from conformance.fhir.redirects import CIRCLE

ERROR_OF = {
    "timeout": "timeout",
    "unsafe-response": "unsafe-response",
    "refused": "network",
    "reset": "network",
    "certificate": "network",
    "tls": "network",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """
    What a reply asks its session: the curl line of its request, and two controls.

    `alive` tells whether a control request gets an answer, `trusted` whether the credential still
    opens what it opened before; both take the exchange number that gives the occasion.
    """

    curl: Callable[[Response], str]
    alive: Callable[[int], bool]
    trusted: Callable[[int], bool]


class Answer:
    """One answer of the server, as recorded, whatever its body."""

    def __init__(self, response: Response, surroundings: Surroundings) -> None:
        self.response = response
        self._around = surroundings
        record = current()
        record.exchanges.update(hop.number for hop in response.hops)
        record.exchanges.add(response.exchange.number)

    @property
    def status(self) -> int:
        """The HTTP status; ends the check where no answer came."""
        self.require_answer()
        assert self.response.status is not None
        return self.response.status

    @property
    def problem(self) -> str:
        """Why the body is no JSON object, "" when it is one; no usable answer ends the check."""
        self.require_answer()
        return self.response.parsed.problem

    @property
    def led_away(self) -> bool:
        """Whether a redirect leads to another host, to no address or in a circle."""
        failure = self.response.exchange.failure
        if failure is None or not self.response.hops:
            return False
        return failure.kind in ("foreign-host", "bad-url") or failure.detail == CIRCLE

    def header(self, name: str) -> str:
        """Return a response header, "" if absent."""
        return self.response.exchange.header(name.lower())

    def note(
        self,
        code: str,
        message: str,
        *,
        expected: str = "",
        actual: str = "",
        path: str = "",
        level: Level | None = None,
    ) -> None:
        """Note a finding about this answer."""
        note(
            code,
            message,
            expected=expected,
            actual=actual,
            path=path,
            level=level,
            exchange=self.response.exchange.number,
            curl=self._around.curl(self.response),
        )

    def fail(self, code: str, message: str, *, expected: str = "", actual: str = "") -> NoReturn:
        """Note a finding of the requirement's own level and end the check."""
        self.note(code, message, expected=expected, actual=actual)
        raise Failed(code, message)

    def expect(
        self,
        condition: bool,
        code: str,
        message: str,
        *,
        expected: str = "",
        actual: str = "",
        path: str = "",
        level: Level | None = None,
    ) -> bool:
        """Note a finding unless the condition holds, and go on; returns the condition."""
        if not condition:
            self.note(code, message, expected=expected, actual=actual, path=path, level=level)
        return condition

    def require_answer(self) -> None:
        """
        End the check where no answer came.

        A server that answers a control request but not this one has failed (`no-answer`); else the
        network or this harness is to blame, and nothing is said about the server.
        """
        failure = self.response.exchange.failure
        number = self.response.exchange.number
        busy = self.response.status == 429
        if busy or (self.response.status == 503 and self.header("retry-after")):
            raise Skipped("bounded", "The server asks to wait longer than this run waits.")
        gateway = self.response.status in GATEWAY
        if failure is None and not gateway:
            return
        kind = failure.kind if failure else "reset"
        if kind == "foreign-host":
            raise Skipped(
                kind, "The server points to another host; [hosts] allow lets the run follow it."
            )
        if kind == "bad-url":
            self.fail("link.url", "The server gave a URL that cannot be requested.")
        if kind in ("timeout", "reset") and self._around.alive(number):
            self.fail(
                "no-answer",
                "The server answers other requests, but not this one.",
                expected="an answer",
                actual=f"status {self.response.status}" if gateway else kind,
            )
        detail = failure.detail if failure else f"status {self.response.status}"
        raise Errored(ERROR_OF[kind], f"No usable answer: {detail}.")

    def require_authorized(self) -> None:
        """End the check where the run's own credential is what is missing or worn out."""
        if self.status not in (401, 403):
            return
        if not self.response.request.credential:
            raise Skipped(
                "no-credentials",
                f"The server wants authorization (status {self.status}); no credential was given.",
            )
        if not self._around.trusted(self.response.exchange.number):
            raise Skipped(
                "no-credentials",
                f"The server no longer accepts the credential (status {self.status}).",
            )

    def require_status(self, *allowed: int, code: str = "http.status", message: str = "") -> None:
        """End the check unless the status is one of those allowed."""
        if not (set(allowed) & {401, 403}):
            self.require_authorized()
        if self.status not in allowed:
            self.fail(
                code,
                message or "The server answers with another status than the specification asks.",
                expected=_either(allowed),
                actual=f"status {self.status}",
            )

    def expect_status(
        self, *allowed: int, code: str, message: str, level: Level | None = None
    ) -> bool:
        """Note a finding unless the status is one of those allowed."""
        return self.expect(
            self.status in allowed,
            code,
            message,
            expected=_either(allowed),
            actual=f"status {self.status}",
            level=level,
        )


def _either(allowed: tuple[int, ...]) -> str:
    return "status " + " or ".join(str(status) for status in allowed)
