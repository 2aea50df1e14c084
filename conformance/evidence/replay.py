"""Answer checks from a transcript instead of a server."""

from typing import Any

from conformance.core.errors import Errored, Skipped
from conformance.evidence.exchange import (
    Exchange,
    Failure,
    Probe,
    Request,
)
from conformance.evidence.lines import DrawLine, ProbeLine, RequestLine
from conformance.evidence.read import Transcript


class Player:
    """
    The recorded run as evidence.

    What was not recorded ends the check: SKIP `bounded` where the run was cut short, ERROR
    `harness` where a whole transcript does not hold what this version asks for.
    """

    def __init__(self, transcript: Transcript) -> None:
        self.epoch = 0
        self._transcript = transcript
        self._requests: dict[str, RequestLine] = {}
        self._probes: dict[str, ProbeLine] = {}
        self._draws: dict[str, Any] = {}
        for line in transcript.lines:
            if isinstance(line, RequestLine) and line.final:
                self._requests[line.key] = line
            elif isinstance(line, ProbeLine):
                self._probes[line.name] = line
            elif isinstance(line, DrawLine):
                self._draws[line.name] = line.value

    def ask(self, request: Request) -> Exchange:
        """Return the recorded answer to a request."""
        line = self._requests.get(request.key(self.epoch))
        if line is None:
            raise self._missing("this request")
        content, failure = line.content, line.failure
        return Exchange(
            number=line.n,
            at=line.at,
            method=line.method,
            url=line.url,
            status=line.status,
            headers=line.response,
            content=self._transcript.blob(content, line.n) if content else b"",
            failure=Failure(kind=failure.kind, detail=failure.detail) if failure else None,
        )

    def probe(self, name: str) -> Probe:
        """Return what a probe observed."""
        line = self._probes.get(name)
        if line is None:
            raise self._missing(f"the probe {name}")
        return Probe(number=line.n, name=name, observed=line.observed)

    def draw(self, name: str, candidate: Any) -> Any:
        """Return the recorded draw; the candidate is for live runs."""
        if name not in self._draws:
            raise self._missing(f"the draw {name}")
        return self._draws[name]

    def drawn(self, name: str) -> Any:
        """Return the recorded draw, or raise as `draw` does."""
        return self.draw(name, None)

    def _missing(self, what: str) -> Skipped | Errored:
        if self._transcript.complete:
            return Errored("harness", f"The transcript does not hold {what}.")
        return Skipped("bounded", f"The run was cut short before it recorded {what}.")
