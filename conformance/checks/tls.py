"""What a check can ask below HTTP."""

from conformance.checks.record import current, note
from conformance.core.errors import Errored, Failed, Skipped
from conformance.core.findings import Level
from conformance.evidence.exchange import Evidence, Probe
from conformance.transport.hosts import is_loopback

CURRENT = ("1.2", "1.3")
AGAIN = "again"
"""What is added to the name of a probe that is sent once more before a FAIL counts."""


class Tls:
    """Questions to the server's TLS endpoint."""

    def __init__(self, evidence: Evidence, base: str) -> None:
        self._evidence = evidence
        self._base = base
        self._last = 0

    def require_https(self) -> None:
        """
        Fail a check for a plain http address.

        On loopback nothing can be said of the system's real address.
        """
        if self._is_plain():
            note("tls.plain-http", "The API is served over plain http.", expected="https")
            raise Failed("tls.plain-http", "The API is served over plain http.")

    def require_tls(self) -> None:
        """End a check where the address is plain http, which is the finding of another check."""
        if self._is_plain():
            raise _no_handshake()

    def spoken(self, *versions: str) -> dict[str, str]:
        """Offer each version (`1.0` to `1.3`) alone and return what the server answered."""
        probes = {version: self._probe(f"tls:{version}") for version in versions}
        return {version: str(probe.observed.get("answer")) for version, probe in probes.items()}

    def current(self) -> dict[str, str]:
        """
        Offer the current versions and return what the server answered.

        A server that lets the time pass at all of them has not been seen, and ends the check.
        """
        answers = self.spoken(*CURRENT)
        if set(answers.values()) == {"no-answer"}:
            raise Errored("timeout", "The server does not answer a TLS handshake in time.")
        return answers

    def require_current(self) -> None:
        """End the check where no current version is spoken: it says nothing of others then."""
        if "accepted" not in self.current().values():
            raise _no_handshake()

    def certificate(self) -> Probe:
        """
        Do a handshake that verifies the certificate against the configured trust store.

        A handshake that does not come to a certificate ends the check.
        """
        probe = self._probe("certificate")
        answer = probe.observed.get("answer")
        if answer == "no-answer":
            raise Errored("timeout", "The server does not answer a TLS handshake in time.")
        if answer not in ("accepted", "refused"):
            raise _no_handshake()
        return probe

    def expect(
        self,
        condition: bool,
        code: str,
        message: str,
        *,
        expected: str,
        actual: str,
        level: Level | None = None,
    ) -> None:
        """Note a finding about the last probe unless the condition holds."""
        if not condition:
            note(code, message, expected=expected, actual=actual, level=level, exchange=self._last)

    def _is_plain(self) -> bool:
        plain = not self._base.startswith("https:")
        if plain and is_loopback(self._base):
            raise Skipped("not-checkable", "The address is plain http on this machine.")
        return plain

    def _probe(self, name: str) -> Probe:
        probe = self._evidence.probe(f"{name} {AGAIN}" if current().occurrence else name)
        current().exchanges.add(probe.number)
        self._last = probe.number
        if probe.observed.get("answer") in ("unreachable", "not-probed"):
            raise Errored("network", "No connection for a TLS handshake could be made.")
        return probe


def _no_handshake() -> Skipped:
    return Skipped(
        "prerequisite-failed",
        "No TLS handshake comes about (security.tls.a-current-version-is-spoken).",
    )
