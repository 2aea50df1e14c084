"""A recorder over scripted answers, or over sockets."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from conformance.evidence.aliases import Aliases
from conformance.evidence.exchange import Request
from conformance.evidence.transcript import TranscriptWriter
from conformance.transport.bounds import Bounds
from conformance.transport.hosts import HostRule
from conformance.transport.pace import Pace
from conformance.transport.recorder import Credential, Recorder
from conformance.transport.sender import HttpSender

HOME = "https://ehr.example/fhir"
SECRET = "canary-of-the-transport"


@dataclass(slots=True)
class Script(httpx.BaseTransport):
    """Answers in the order in which they are needed; the last one is repeated."""

    answers: list[httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]]
    seen: list[httpx.Request] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.seen.append(request)
        answer = self.answers[min(len(self.seen), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        given = answer(request) if callable(answer) else answer
        stream = httpx.ByteStream(given.read())
        return httpx.Response(given.status_code, headers=given.headers.raw, stream=stream)


class Opened:
    """A recorder with what it is made of."""

    def __init__(
        self, folder: Path, transport: httpx.BaseTransport | None, **settings: Any
    ) -> None:
        self.aliases = Aliases()
        self.writer = TranscriptWriter(
            folder / "transcript",
            {
                "tool": {"name": "ehr-conformance", "version": "0"},
                "target": {},
                "run": {"require": "determined", "baseline": None},
                "started": "2026-11-24T08:00:00Z",
            },
        )
        alias = self.aliases.register("bearer:default", SECRET)
        bounds: Bounds = settings.pop("bounds", Bounds())
        self.sender = HttpSender(bounds, transport=transport, ca_file=settings.pop("ca_file", None))
        self.pace: Pace = settings.pop("pace", Pace(None, 8))
        home = settings.pop("home", HOME)
        self.recorder = Recorder(
            self.sender,
            self.writer,
            self.aliases,
            HostRule(home, settings.pop("allowed", ())),
            self.pace,
            credentials={
                "bearer:default": Credential(
                    header="Authorization", value=f"Bearer {SECRET}", alias=alias
                )
            },
            bounds=bounds,
            **settings,
        )

    def close(self) -> None:
        self.sender.close()
        self.writer.close()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open a recorder: `opened(transport, bounds=…, pace=…, home=…, allowed=…, …)`."""
    made: list[Opened] = []

    def make(transport: httpx.BaseTransport | None = None, **settings: Any) -> Opened:
        made.append(Opened(tmp_path / f"run{len(made)}", transport, **settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def script() -> type[Script]:
    return Script


@pytest.fixture
def get() -> Callable[..., Request]:
    """Make a GET below the home: `get("Patient/1", credential=…)`."""

    def make(path: str = "Patient/1", **members: Any) -> Request:
        url = path if "://" in path else f"{HOME}/{path}"
        return Request(method="GET", url=url, **members)

    return make


@pytest.fixture
def lines() -> Callable[[Opened], list[Mapping[str, Any]]]:
    """Read what a recorder has written so far."""
    import json

    def read(one: Opened) -> list[Mapping[str, Any]]:
        whole = (one.writer.folder / "exchanges.ndjson").read_bytes().splitlines()
        return [json.loads(line) for line in whole]

    return read


@pytest.fixture
def secret() -> str:
    return SECRET
