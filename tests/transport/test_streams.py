"""Files of an export pass through in constant memory, whole or not at all, and come back alike."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.evidence.exchange import Request
from conformance.evidence.read import read_transcript
from conformance.evidence.replay import Player
from conformance.transport.bounds import Bounds
from tests.support.raw_servers import OK, answering, hostile, resetting

Open = Callable[..., Any]
NDJSON = "Content-Type: application/fhir+ndjson"
MIB = 1 << 20

STREAMING = """
import json, sys
from pathlib import Path
from conformance.evidence.aliases import Aliases
from conformance.evidence.exchange import Request
from conformance.evidence.transcript import TranscriptWriter
from conformance.transport.bounds import Bounds
from conformance.transport.hosts import HostRule
from conformance.transport.pace import Pace
from conformance.transport.recorder import Recorder
from conformance.transport.sender import HttpSender

def peak():
    # Not ru_maxrss: it begins with the peak of the process that started this one.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024

url, folder = sys.argv[1:]
aliases = Aliases()
for number in range(20):
    aliases.register("token", f"a-token-that-is-held-{number:020d}")
recorder = Recorder(HttpSender(Bounds()), TranscriptWriter(Path(folder), {}), aliases,
                    HostRule(url), Pace(None, 8), credentials={})
before = peak()
exchange = recorder.ask(Request(method="GET", url=url, step="export/file-1", stream=True))
lines = sum(1 for _ in recorder.lines(exchange))
grown = peak() - before
held = bytearray(b"x" * (100 << 20))
noticed = peak() - before
print(json.dumps({"status": exchange.status, "lines": lines, "grown": grown, "noticed": noticed}))
"""


def _file(url: str) -> Request:
    return Request(method="GET", url=f"{url}/file", step="export/file-1", stream=True)


def _blobs(one: Any) -> list[str]:
    return sorted(path.name for path in (one.writer.folder / "blobs").iterdir())


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_a_file_of_200_mib_passes_in_constant_memory(tmp_path: Any) -> None:
    line = json.dumps({"resourceType": "Observation", "id": "x", "note": "n" * 9_900}).encode()
    chunk = (line + b"\n") * 20
    count = 200 * MIB // len(chunk) + 1

    def serve(connection: Any, head: bytes) -> None:
        connection.sendall(OK + f"Content-Length: {count * len(chunk)}\r\n\r\n".encode())
        connection.settimeout(300)
        for _ in range(count):
            connection.sendall(chunk)

    with hostile(serve) as server:
        done = subprocess.run(
            [sys.executable, "-c", STREAMING, f"{server.url}/file", str(tmp_path / "run")],
            capture_output=True,
            text=True,
            timeout=500,
            check=True,
        )
    found = json.loads(done.stdout)
    print(found)  # noqa: T201 - the figure is worth seeing with -s
    assert (found["status"], found["lines"]) == (200, count * 20)
    assert found["grown"] < 60
    assert found["noticed"] > 90, "the measure would not notice a file that is held"


def test_a_line_past_the_bound_is_unsafe_and_leaves_nothing(opened: Open) -> None:
    body = b'{"resourceType": "Binary", "data": "' + b"A" * (17 * MIB) + b'"}\n'
    with hostile(answering(body, NDJSON)) as server:
        one = opened(home=server.url, bounds=Bounds(attempts=1))
        answer = one.recorder.ask(_file(server.url))
    assert answer.failure.kind == "unsafe-response"
    assert "longer than 16777216 bytes" in answer.failure.detail
    assert (answer.blob, _blobs(one)) == ("", [])


def test_a_file_past_the_bound_is_unsafe(opened: Open) -> None:
    with hostile(answering(b"{}\n" * 1000, NDJSON)) as server:
        one = opened(home=server.url, bounds=Bounds(file=2000))
        answer = one.recorder.ask(_file(server.url))
    assert answer.failure.kind == "unsafe-response"
    assert _blobs(one) == []


@pytest.mark.parametrize(
    "cut",
    [
        resetting(OK + b'Content-Length: 1000\r\n\r\n{"id": "1"}\n{"id": "'),
        answering(b'{"id": "1"}\n{"id": "', NDJSON, length=1000),
    ],
    ids=["reset", "closed"],
)
def test_a_file_that_breaks_off_leaves_no_half_of_it(opened: Open, cut: Any) -> None:
    with hostile(cut) as server:
        one = opened(home=server.url)
        answer = one.recorder.ask(_file(server.url))
    assert answer.failure.kind == "reset"
    assert (answer.status, answer.blob, _blobs(one)) == (None, "", [])
    assert list(one.recorder.lines(answer)) == []


def test_a_file_that_breaks_off_once_is_asked_for_again(opened: Open) -> None:
    whole = b'{"id": "1"}\n{"id": "2"}\n'
    cut = answering(whole[:15], NDJSON, length=len(whole))
    with hostile(cut, answering(whole, NDJSON)) as server:
        one = opened(home=server.url)
        answer = one.recorder.ask(_file(server.url))
    assert list(one.recorder.lines(answer)) == whole.splitlines()
    assert _blobs(one) == [answer.blob]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_replay_reads_the_same_lines_and_no_credential(
    opened: Open, secret: str, packed: bool
) -> None:
    lines = [b'{"id": "1"}', f'{{"id": "{secret}"}}'.encode(), b"", '{"id": "é"}'.encode()]
    body = b"\n".join(lines)
    headers = [NDJSON, "Content-Encoding: gzip"] if packed else [NDJSON]
    with hostile(answering(gzip.compress(body) if packed else body, *headers)) as server:
        one = opened(home=server.url)
        answer = one.recorder.ask(_file(server.url))
    live = list(one.recorder.lines(answer))
    assert live == [line.replace(secret.encode(), "«bearer:default#1»".encode()) for line in lines]
    for path in one.writer.folder.rglob("*"):
        assert path.is_dir() or secret.encode() not in path.read_bytes()
    one.writer.seal()
    player = Player(read_transcript(one.writer.folder))
    assert list(player.lines(player.ask(_file(server.url)))) == live


def test_reading_a_transcript_finds_a_file_that_was_altered(opened: Open) -> None:
    from conformance.core.errors import EvidenceError

    with hostile(answering(b'{"id": "1"}\n', NDJSON)) as server:
        one = opened(home=server.url)
        answer = one.recorder.ask(_file(server.url))
    one.writer.seal()
    (one.writer.folder / "blobs" / answer.blob).write_bytes(b'{"id": "2"}\n')
    with pytest.raises(EvidenceError, match="was altered"):
        read_transcript(one.writer.folder)
