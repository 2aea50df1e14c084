"""
The live side of the evidence: send each question once, record it, hand out the recorded form.

Checks run in many threads and ask for the same things; the first to ask sends, the others wait for
the same answer. What a check gets is what was written, so that a replay cannot differ.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from conformance.evidence.aliases import HIDDEN, Aliases
from conformance.evidence.exchange import Exchange, Failure, Probe, Request
from conformance.evidence.transcript import TranscriptWriter, encode
from conformance.transport.bounds import Bounds
from conformance.transport.flows import Minting
from conformance.transport.hosts import HostRule
from conformance.transport.pace import Pace
from conformance.transport.retries import Patience
from conformance.transport.sender import Answer, HttpSender

_SECRET_HEADERS = frozenset({"set-cookie", "set-cookie2"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A value for a header; `alias` stands for it wherever anything is written."""

    header: str
    value: str = field(repr=False)
    alias: str


class Recorder(Minting):
    """Evidence from a live server. See `conformance.evidence.exchange.Evidence`."""

    def __init__(
        self,
        sender: HttpSender,
        writer: TranscriptWriter,
        aliases: Aliases,
        hosts: HostRule,
        pace: Pace,
        *,
        credentials: Mapping[str, Credential],
        headers: Mapping[str, str] | None = None,
        probes: Callable[[str], Mapping[str, Any]] | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        self.epoch = 0
        self._sender = sender
        self._writer = writer
        self._aliases = aliases
        self._hosts = hosts
        self._pace = pace
        self._credentials = credentials
        self._headers = dict(headers or {})
        self._probe = probes
        self._bounds = bounds or Bounds()
        self._lock = threading.Lock()
        self._flights: dict[str, Future[Any]] = {}

    def ask(self, request: Request) -> Exchange:
        """Answer a request, once for each key; never raises for what a server does."""
        key = request.key(self.epoch)
        exchange: Exchange = self._once(key, lambda: self._fetch(request, key))
        return exchange

    def probe(self, name: str) -> Probe:
        """Answer a named question below HTTP, once."""
        probe: Probe = self._once(f"probe {name}", lambda: self._observe(name))
        return probe

    def draw(self, name: str, candidate: Any) -> Any:
        """Record a drawn value and return it."""
        return self._once(f"draw {name}", lambda: self._drawn(name, candidate))

    def drawn(self, name: str) -> Any:
        """Return None: a live run draws anew."""
        del name

    def _once(self, key: str, answer: Callable[[], Any]) -> Any:
        with self._lock:
            flight = self._flights.get(key)
            mine = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if mine:
            try:
                flight.set_result(answer())
            except BaseException as error:  # noqa: BLE001 - handed to every waiting thread
                flight.set_exception(error)
        return flight.result()

    def _fetch(self, request: Request, key: str) -> Exchange:
        try:
            permitted = self._hosts.permits(request.url)
            trusted = self._hosts.trusts(request.url)
        except ValueError:
            return self._unsent(request, key, "bad-url", "the URL cannot be requested")
        if not permitted:
            return self._unsent(request, key, "foreign-host", "the URL is on another host")
        url, own, body = self._sent(request) if request.step else _plain(request)
        # What the target file adds to every request is meant for the target, and may be a secret.
        headers = {**(self._headers if trusted else {}), **own}
        if request.credential and trusted:
            credential = self._credential(request.credential)
            headers[credential.header] = credential.value
        patience, attempt = Patience(request, self._bounds), 0
        kept: list[str] = []
        keep = self._keeper(kept) if request.stream else None
        while True:
            attempt += 1
            kept.clear()
            started = time.monotonic()
            with self._pace.turn():
                answer = self._sender.send(request.method, url, headers, body, keep=keep)
            answer = self._take(request, answer)
            pause = patience.pause(answer)
            exchange = self._record(
                request,
                key,
                headers,
                answer,
                body=_written(request),
                kept="".join(kept),
                attempt=attempt,
                final=pause is None,
                spent=time.monotonic() - started,
            )
            if pause is None:
                return exchange
            if pause.for_all:
                self._pace.hold(pause.seconds)
            else:
                time.sleep(pause.seconds)

    def _unsent(self, request: Request, key: str, kind: str, detail: str) -> Exchange:
        answer = Answer(failure=Failure(kind=kind, detail=detail))
        return self._record(request, key, {}, answer, attempt=1, final=True, spent=0.0)

    def _keeper(self, kept: list[str]) -> Callable[[Iterator[bytes]], None]:
        """Return what keeps the lines of a streamed body, and notes the digest."""
        scrub = self._aliases.scrub
        return lambda lines: kept.append(self._writer.pour(scrub(line) for line in lines))

    def lines(self, exchange: Exchange) -> Iterator[bytes]:
        """Yield the lines of a body that was streamed."""
        if exchange.blob:
            yield from self._writer.poured(exchange.blob)

    def pause(self, seconds: float) -> None:
        """Wait as long as a server asked for."""
        time.sleep(seconds)

    def _credential(self, name: str) -> Credential:
        """Return a registered credential, or the bearer token that an alias stands for."""
        if name in self._credentials:
            return self._credentials[name]
        value = f"Bearer {self._aliases.reveal(name)}"
        return Credential(header="Authorization", value=value, alias=name)

    def _record(
        self,
        request: Request,
        key: str,
        headers: Mapping[str, str],
        answer: Answer,
        *,
        attempt: int,
        final: bool,
        spent: float,
        body: bytes | None = None,
        kept: str = "",
    ) -> Exchange:
        if self._forged(answer):
            answer = Answer(failure=_FORGES)
        content = self._aliases.scrub(answer.content)
        if content == HIDDEN:
            answer, content = Answer(failure=_HIDES), b""
        clean, named = self._aliases.scrub_text, self._aliases.scrub_name
        cookies = any(wanted.place == "cookie" for wanted in request.yields)
        response = tuple(
            (named(name), "«cookie»" if name in _SECRET_HEADERS and not cookies else clean(value))
            for name, value in answer.headers
        )
        line = {
            "key": key,
            "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "method": request.method,
            # As it will be read back: half surrogates that meet are one character then.
            "url": json.loads(encode(clean(request.url))),
            "headers": [[name, clean(value)] for name, value in headers.items()],
            "body": None if body is None else self._writer.blob(self._aliases.scrub(body)),
            "credential": self._credential(request.credential).alias if request.credential else "",
            "epoch": self.epoch,
            "occurrence": request.occurrence,
            "attempt": attempt,
            "final": final,
            "status": answer.status,
            "response": [list(pair) for pair in response],
            "content": kept or (self._writer.blob(content) if content else None),
            "failure": None
            if answer.failure is None
            else {"kind": answer.failure.kind, "detail": answer.failure.detail},
            "ms": round(spent * 1000),
        }
        number = self._writer.append("request", line)
        return Exchange(
            number=number,
            at=str(line["at"]),
            method=request.method,
            url=str(line["url"]),
            status=answer.status,
            headers=response,
            content=content,
            failure=answer.failure,
            blob=kept,
        )

    def _forged(self, answer: Answer) -> bool:
        headers = "\n".join(value for _, value in answer.headers)
        return any(map(self._aliases.forged, (answer.content, headers.encode(), _raw(headers))))

    def _observe(self, name: str) -> Probe:
        seen = self._probe(name) if self._probe else {"answer": "not-probed"}
        observed = self._recorded(seen)
        number = self._writer.append("probe", {"name": name, "observed": observed})
        return Probe(number=number, name=name, observed=observed)

    def _drawn(self, name: str, candidate: Any) -> Any:
        value = self._recorded(candidate)
        self._writer.append("draw", {"name": name, "value": value})
        return value

    def _recorded(self, value: Any) -> Any:
        """Return a value as it will be read back from the transcript."""
        return json.loads(encode(self._aliases.scrub_value(value)))


def _written(request: Request) -> bytes | None:
    """Return a body as it is kept: a form with the aliases that stand in it."""
    if request.step and request.fields is not None:
        written = "&".join(f"{name}={value}" for name, value in request.fields)
        return written.encode("utf-8", "surrogatepass")
    return request.body


def _plain(request: Request) -> tuple[str, dict[str, str], bytes | None]:
    return request.url, dict(request.headers), request.body


def _raw(headers: str) -> bytes:
    """Return the bytes that came as headers."""
    return headers.encode("latin-1", "replace")


_FORGES = Failure(
    kind="unsafe-response",
    detail="the answer names a credential of this run as the evidence does and is not kept",
)
_HIDES = Failure(
    kind="unsafe-response",
    detail="the body hides a credential of this run and is not kept",
)
