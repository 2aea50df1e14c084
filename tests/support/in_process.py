"""Run checks in this process, against an ASGI application driven by hand: no socket, no pytest."""

import hashlib
import importlib.util
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any, cast

import httpx

from conformance.checks.context import WRONG, Context, argument_names, build_context
from conformance.checks.declare import declaration_of
from conformance.checks.execute import Check, run_check
from conformance.checks.rows import Row
from conformance.core.ids import function_id
from conformance.core.outcomes import CheckResult
from conformance.evidence.aliases import Aliases
from conformance.ig.rulebook import load_rulebook
from conformance.resources import suites_root
from conformance.transport.bounds import Bounds
from conformance.transport.hosts import HostRule
from conformance.transport.pace import Pace
from conformance.transport.recorder import Credential, Recorder
from conformance.transport.sender import HttpSender

App = Callable[..., Awaitable[None]]
Answered = tuple[int, list[tuple[bytes, bytes]], bytes]
Probes = Callable[[str], Mapping[str, Any]]

BASE = "https://ehr.test/fhir"
TOKEN = "in-process-token-0123456789"
SOUND_PROBES: Mapping[str, Mapping[str, Any]] = {
    "tls:1.0": {"answer": "alert", "alert": 70},
    "tls:1.1": {"answer": "alert", "alert": 70},
    "tls:1.2": {"answer": "accepted"},
    "tls:1.3": {"answer": "accepted"},
    "certificate": {"answer": "accepted", "version": "TLSv1.3"},
}


class AsgiTransport(httpx.BaseTransport):
    """
    Drive an ASGI application synchronously.

    Works only while the application never really awaits, which the reference EHR promises.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request in this thread."""
        status, headers, content = self.answer(request)
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(content))

    def answer(self, request: httpx.Request) -> Answered:
        """Return status, headers and body of the answer."""
        body = request.read()
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": request.url.raw_path.partition(b"?")[0],
            "query_string": request.url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "server": (request.url.host, request.url.port or 443),
            "client": ("127.0.0.1", 1),
        }
        coroutine = cast(Coroutine[Any, Any, None], self._app(scope, receive, send))
        try:
            coroutine.send(None)
        except StopIteration:
            pass
        else:
            raise RuntimeError("the application awaited something")
        start = next(message for message in sent if message["type"] == "http.response.start")
        content = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
        return start["status"], list(start["headers"]), content


class QuickAliases(Aliases):
    """
    Aliases that find credentials as they stand, and in no dress.

    A matrix makes thousands of exchanges with a hundred credentials each; that they are found in
    every dress is proved elsewhere.
    """

    def scrub(self, data: bytes) -> bytes:
        """Replace what stands there as it is, the longest first."""
        for secret in self._order:
            raw = secret.encode()
            if raw in data:
                data = data.replace(raw, self._alias_of[secret].encode())
        return data

    def scrub_name(self, name: str) -> str:
        """Return a header's name as it is."""
        return name


class MemoryWriter:
    """A transcript writer that keeps nothing but the count: defects need no evidence on disk."""

    def __init__(self) -> None:
        self.count = 0
        self.lines: list[dict[str, Any]] = []
        self.streams: dict[str, list[bytes]] = {}

    def blob(self, data: bytes) -> str:
        """Return a stand-in for the digest."""
        return str(hash(data))

    def pour(self, lines: Iterable[bytes]) -> str:
        """Keep a streamed body under its digest."""
        kept = list(lines)
        name = hashlib.sha256(b"\n".join(kept)).hexdigest()
        self.streams[name] = kept
        return name

    def poured(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a streamed body."""
        return iter(self.streams[name])

    def append(self, kind: str, content: dict[str, Any]) -> int:
        """Count a line."""
        self.count += 1
        self.lines.append({"kind": kind, **content})
        return self.count


@dataclass(slots=True, kw_only=True)
class InProcessRun:
    """A context over an application, and the lines that its recorder wrote."""

    context: Context
    writer: MemoryWriter

    def run(self, checks: Iterable[Check]) -> dict[str, CheckResult]:
        """Run checks one after the other."""
        return {check.id: run_check(check, self.context) for check in checks}


def open_run(
    app: App,
    *,
    header: str = "Authorization",
    scheme: str = "Bearer ",
    token: str | None = TOKEN,
    probes: Probes = SOUND_PROBES.__getitem__,
    base: str = BASE,
    patients: tuple[str, ...] = (),
    transport: httpx.BaseTransport | None = None,
    aliases: Aliases | None = None,
    allowed: tuple[str, ...] = (),
    edition: str | None = None,
) -> InProcessRun:
    """
    Open a run against an application; the token None sends no credential.

    `edition` is the US Core edition to judge by, None what the server names. `allowed` are URLs
    whose hosts may be asked beside the base's; the application answers for all. `probes` answers
    what is asked below HTTP, by name. Nobody waits, whatever a server asks for.
    """
    writer = MemoryWriter()
    credentials = {WRONG: Credential(header=header, value=scheme + "not-a-token", alias="«wrong»")}
    if token is not None:
        value = Credential(header=header, value=scheme + token, alias="«bearer:default#1»")
        credentials["bearer:default"] = value
    recorder = Recorder(
        HttpSender(Bounds(), transport=transport or AsgiTransport(app)),
        writer,  # type: ignore[arg-type]
        aliases or Aliases(),
        HostRule(base, allowed),
        Pace(None, 8),
        credentials=credentials,
        probes=lambda name: probes(name.partition(" ")[0]),
    )
    recorder.pause = lambda seconds: None  # type: ignore[method-assign]
    context = build_context(
        recorder,
        base,
        credential="" if token is None else "bearer:default",
        credential_headers={"bearer:default": f"{header}: {scheme}$TOKEN", WRONG: f"{header}: no"},
        patients=patients,
        edition=edition,
    )
    return InProcessRun(context=context, writer=writer)


@cache
def all_checks(edition: str = "6.1.0") -> tuple[Check, ...]:
    """Return every check of the suites, one for each row."""
    rulebook = load_rulebook(edition)
    checks: list[Check] = []
    for path in sorted(suites_root().glob("*/test_*.py")):
        module = _imported(path)
        for name, function in vars(module).items():
            declaration = declaration_of(function)
            if declaration is None or not name.startswith("test_"):
                continue
            identifier = function_id(PurePosixPath(path.as_posix()), name)
            rows: list[Row | None] = [*declaration.rows(rulebook)]
            checks.extend(
                Check(function=function, declaration=declaration, function_id=identifier, row=row)
                for row in rows or [None]
            )
    return tuple(sorted(checks, key=lambda check: check.declaration.turn))


def is_flow(check: Check) -> bool:
    """Tell whether a check is about a launch, a token or an export: what needs parties."""
    asks = {"smart", "bulk"} & set(argument_names(check.function))
    return check.declaration.serial and bool(asks)


def _imported(path: Path) -> ModuleType:
    name = f"suites_in_process.{path.parent.name}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
