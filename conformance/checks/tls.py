"""What a check can ask below HTTP."""

from conformance.checks.record import current, note
from conformance.core.errors import Errored, Failed, Skipped
from conformance.core.findings import Level
from conformance.evidence.exchange import Evidence, Probe
from conformance.transport.hosts import is_loopback


class Tls:
    """Questions to the server's TLS endpoint."""

    def __init__(self, evidence: Evidence, base: str) -> None:
        self._evidence = evidence
        self._base = base
        self._last = 0

    def require_https(self) -> None:
        """
        End the check for a plain http address.

        On loopback nothing can be said of the system's real address; elsewhere it is a failure.
        """
        if self._base.startswith("https:"):
            return
        if is_loopback(self._base):
            raise Skipped("not-checkable", "The address is plain http on this machine.")
        note("tls.plain-http", "The API is served over plain http.", expected="https")
        raise Failed("tls.plain-http", "The API is served over plain http.")

    def offer(self, version: str) -> Probe:
        """Offer exactly one TLS version (`1.0` to `1.3`) and return what the server did."""
        return self._probe(f"tls:{version}")

    def certificate(self) -> Probe:
        """Do a handshake that verifies the certificate against the configured trust store."""
        return self._probe("certificate")

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

    def _probe(self, name: str) -> Probe:
        probe = self._evidence.probe(name)
        current().exchanges.add(probe.number)
        self._last = probe.number
        if probe.observed.get("answer") in ("unreachable", "not-probed"):
            raise Errored("network", "No connection for a TLS handshake could be made.")
        return probe
