"""Answer checks from a transcript instead of a server."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.core.errors import Errored, Skipped
from conformance.evidence.exchange import (
    Arrived,
    Exchange,
    Failure,
    Incoming,
    Probe,
    Request,
)
from conformance.evidence.lines import (
    DrawLine,
    IncomingLine,
    MintLine,
    ProbeLine,
    RequestLine,
    WitnessLine,
)
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
        self._mints: dict[str, str] = {}
        self._seen: dict[str, Any] = {}
        self._incoming: dict[str, IncomingLine] = {}
        for line in transcript.lines:
            if isinstance(line, RequestLine) and line.final:
                self._requests[line.key] = line
            elif isinstance(line, ProbeLine):
                self._probes[line.name] = line
            elif isinstance(line, DrawLine):
                self._draws[line.name] = line.value
            elif isinstance(line, MintLine):
                self._mints[line.name] = line.alias
            elif isinstance(line, WitnessLine):
                self._seen[line.name] = line.seen
            elif isinstance(line, IncomingLine):
                self._incoming[line.name] = line

    def ask(self, request: Request) -> Exchange:
        """Return the recorded answer to a request."""
        line = self._requests.get(request.key(self.epoch))
        if line is None:
            raise self._missing("this request")
        failure = line.failure
        return Exchange(
            number=line.n,
            at=line.at,
            method=line.method,
            url=line.url,
            status=line.status,
            headers=line.response,
            content=b"" if request.stream else self._body(line),
            blob=(line.content or "") if request.stream else "",
            failure=Failure(kind=failure.kind, detail=failure.detail) if failure else None,
        )

    def _body(self, line: RequestLine) -> bytes:
        return self._transcript.blob(line.content, line.n) if line.content else b""

    def lines(self, exchange: Exchange) -> Iterator[bytes]:
        """Yield the lines of a body that was streamed."""
        if exchange.blob:
            yield from self._transcript.blob_lines(exchange.blob, exchange.number)

    def pause(self, seconds: float) -> None:
        """Go on at once."""
        del seconds

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

    def mint(self, name: str, register: str, make: Callable[[], str]) -> str:
        """Return the alias of a credential that the recorded run made."""
        del register, make
        return self._minted(name)

    def basic(self, client_id: str, secret: str) -> str:
        """Return the alias of the HTTP Basic credentials that the recorded run made."""
        return self._minted(f"basic {client_id} {secret}")

    def witness(self, name: str, look: Callable[[Callable[[str], str]], Any]) -> Any:
        """Return what the recorded run saw."""
        del look
        if name not in self._seen:
            raise self._missing(f"the witness {name}")
        return self._seen[name]

    def receive(
        self, name: str, wait: Callable[[], Incoming | None], names: Mapping[str, str]
    ) -> Arrived:
        """Return the request that came in then."""
        del wait, names
        line = self._incoming.get(name)
        if line is None:
            raise self._missing(f"the request {name}")
        return Arrived(number=line.n, method=line.method, url=line.url)

    def _minted(self, name: str) -> str:
        if name not in self._mints:
            raise self._missing(f"the credential {name}")
        return self._mints[name]

    def _missing(self, what: str) -> Skipped | Errored:
        if self._transcript.complete:
            return Errored("harness", f"The transcript does not hold {what}.")
        return Skipped("bounded", f"The run was cut short before it recorded {what}.")
