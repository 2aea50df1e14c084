"""A small sealed transcript to cut, alter and re-order."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.evidence.exchange import Request
from conformance.evidence.transcript import TranscriptWriter

MANIFEST: dict[str, Any] = {
    "tool": {"name": "ehr-conformance", "version": "0"},
    "target": {"url": "https://ehr.example/fhir"},
    "run": {"require": "determined", "baseline": None},
    "started": "2026-11-24T08:00:00.000Z",
}


def _written(writer: TranscriptWriter, request: Request, content: bytes, **other: Any) -> int:
    line: dict[str, Any] = {
        "key": request.key(0),
        "at": "2026-11-24T08:00:01.000Z",
        "method": request.method,
        "url": request.url,
        "headers": [],
        "body": None,
        "credential": "",
        "epoch": 0,
        "occurrence": request.occurrence,
        "attempt": 1,
        "final": True,
        "status": 200,
        "response": [["content-type", "application/fhir+json"]],
        "content": writer.blob(content) if content else None,
        "failure": None,
        "ms": 1,
    }
    return writer.append("request", {**line, **other})


@pytest.fixture
def written() -> Callable[..., int]:
    """Append a request line: `written(writer, request, content, **members)`."""
    return _written


@pytest.fixture
def asked() -> list[Request]:
    """The requests of the sealed run, in order."""
    return [Request(method="GET", url=f"https://ehr.example/fhir/Patient/{n}") for n in range(5)]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[TranscriptWriter]:
    writer = TranscriptWriter(tmp_path / "run" / "transcript", dict(MANIFEST))
    yield writer
    writer.close()


@pytest.fixture
def run(tmp_path: Path, writer: TranscriptWriter, asked: list[Request]) -> Path:
    """A sealed run: a header, five requests, a draw, a probe, the seal."""
    for number, request in enumerate(asked):
        _written(writer, request, b'{"number": %d}' % number)
    writer.append("draw", {"name": "state", "value": ["a", 1]})
    writer.append("probe", {"name": "tls:1.2", "observed": {"answer": "accepted"}})
    writer.seal(ended="2026-11-24T08:00:02.000Z")
    return tmp_path / "run"


@pytest.fixture
def unseal() -> Callable[[Path], None]:
    """Take the root from a run's manifest, as if the run had been killed."""

    def take(run: Path) -> None:
        path = run / "transcript" / "manifest.json"
        manifest = json.loads(path.read_bytes())
        path.write_text(json.dumps({k: v for k, v in manifest.items() if k != "root"}))

    return take
