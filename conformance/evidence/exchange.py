"""One question to a server and what came back, in the form that is recorded."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

FORMAT = 1
"""Version of the transcript's format."""


@dataclass(frozen=True, slots=True)
class Yield:
    """
    A credential that an answer brings, and the name to register it under.

    `place` is `json` (a member of the body), `location` (a parameter of the redirect) or `cookie`
    (the value of every Set-Cookie); `member` names the member or parameter.
    """

    place: str
    member: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    A plain request, before it is sent.

    `credential` names a registered credential ("" sends none); its value is put in by the recorder
    and by nobody else. `shown_url` is the URL with patient values as names (`<Patient.name>`), fit
    for a report. `occurrence` tells deliberate repetitions of one request apart. A `repeatable`
    request changes nothing whatever its method, so that it may be sent again when an answer breaks.

    A step of a flow has a `step` name, and is looked up by that alone. Its URL, headers and form
    `fields` may hold aliases of credentials, for which the recorder puts the values in; `yields`
    are the credentials that its answer brings. The body of a `stream` is kept line by line and
    never held in memory; `Evidence.lines` reads it.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    credential: str = ""
    occurrence: int = 0
    shown_url: str = ""
    shown_body: str = ""
    repeatable: bool = False
    step: str = ""
    fields: tuple[tuple[str, str], ...] | None = None
    yields: tuple[Yield, ...] = ()
    stream: bool = False

    def key(self, epoch: int) -> str:
        """Return what this request is looked up by in a transcript."""
        if self.step:
            return f"step {self.step}"
        wanted = [
            self.method,
            self.url,
            sorted((name.lower(), value) for name, value in self.headers.items()),
            hashlib.sha256(self.body).hexdigest() if self.body is not None else None,
            self.credential,
            epoch,
            self.occurrence,
        ]
        return hashlib.sha256(json.dumps(wanted).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """
    Why there is no usable answer.

    `kind` is `refused` (nothing listens, no such host), `reset`, `timeout`, `certificate`, `tls`,
    `unsafe-response` (a bound was passed), `bad-url`, or `foreign-host` (not sent: the host rule
    does not permit it); `detail` is our own sentence.
    """

    kind: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """
    A request and its answer as recorded: credentials are aliases in every part of it.

    `number` is the line in `exchanges.ndjson`, `at` the instant of the answer (ISO 8601, UTC).
    Header names are lower case. `status` is None and `failure` is set where no answer came.
    """

    number: int
    at: str
    method: str
    url: str
    status: int | None
    headers: tuple[tuple[str, str], ...]
    content: bytes
    failure: Failure | None
    blob: str = ""

    def header(self, name: str) -> str:
        """Return a response header, several joined by a comma as HTTP allows; "" if absent."""
        return ", ".join(value for key, value in self.headers if key == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A question below HTTP (a TLS handshake): its name, what was observed, and the line number."""

    number: int
    name: str
    observed: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A request that came in to us, as it came: method and URL, credentials included."""

    method: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A request that came in, as recorded: its parameters, credentials as aliases; "" if none."""

    number: int
    method: str
    url: str


Names = Mapping[str, str]


class Evidence(Protocol):
    """Where checks get their answers from: a live recorder, or a transcript."""

    epoch: int

    def ask(self, request: Request) -> Exchange:
        """Answer a request, once for each key."""

    def lines(self, exchange: Exchange) -> Iterator[bytes]:
        """Yield the lines of a streamed body, without their ends."""

    def pause(self, seconds: float) -> None:
        """Wait, as a server asked for; a replay does not."""

    def probe(self, name: str) -> Probe:
        """Answer a named question below HTTP, once."""

    def draw(self, name: str, candidate: Any) -> Any:
        """Return the value drawn under `name`: the candidate live, the recorded one in replay."""

    def mint(self, name: str, register: str, make: Callable[[], str]) -> str:
        """Return the alias of a credential of our own making; it is made live only."""

    def basic(self, client_id: str, secret: str) -> str:
        """Return the alias of HTTP Basic credentials; `secret` is an alias."""

    def witness(self, name: str, look: Callable[[Callable[[str], str]], Any]) -> Any:
        """
        Return plain JSON that was seen of credentials.

        Live, `look` gets a function that turns text with aliases into text with their values; what
        it returns is recorded, and is what a replay returns.
        """

    def receive(self, name: str, wait: Callable[[], Incoming | None], names: Names) -> Arrived:
        """
        Return a request that came in to us (a redirect, an EHR launch, a fetch of our keys).

        `names` are the query parameters that are credentials, with the names to register them
        under. None came when `wait` returns None.
        """

    def drawn(self, name: str) -> Any:
        """Return what was drawn under `name` in the transcript that is replayed; None live."""
