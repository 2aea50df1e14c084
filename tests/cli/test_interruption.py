"""A person who stops a run keeps what it saw, is told how to read it, and does not wait."""

import asyncio
import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from conformance.ehr.personas import build_app
from conformance.ehr.serve import Served, serving
from tests.support.command import TOKEN, Command, Starter

PATIENCE = 30.0
ANSWERED = 60
"""So many requests are answered at once; every later one takes longer than any test."""


def tiring(app: ASGIApp) -> ASGIApp:
    """Return an application that hangs after a while."""
    seen = 0

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal seen
        seen += 1
        if seen > ANSWERED:
            await asyncio.sleep(PATIENCE)
        await app(scope, receive, send)

    return answer


@pytest.fixture
def tired() -> Iterator[Served]:
    """Serve the certified persona until it hangs."""
    with serving("certified", app=tiring(build_app("certified", token=TOKEN))) as served:
        yield served


def asked(served: Served, run: Path) -> list[object]:
    """Return the words of a run against a server."""
    return [served.url, "--ca-file", served.ca_file, "--bearer-env", "TOKEN", "-o", run]


def lines_of(folder: Path) -> int:
    """Return how many lines a transcript has by now."""
    path = folder / "transcript" / "exchanges.ndjson"
    return path.read_bytes().count(b"\n") if path.is_file() else 0


def wait_for(folder: Path, lines: int) -> None:
    """Wait until so many lines are recorded."""
    deadline = time.monotonic() + PATIENCE
    while lines_of(folder) < lines:
        assert time.monotonic() < deadline, f"{lines_of(folder)} lines only"
        time.sleep(0.02)


def ended(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return what a process printed; it must end long before the server answers."""
    return process.communicate(timeout=PATIENCE / 2)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_was_seen_is_kept(
    start: Starter, command: Command, tired: Served, tmp_path: Path, number: signal.Signals
) -> None:
    """Exit 130, a sealed transcript, and `judge` reads it with the same result."""
    run = tmp_path / "run"
    process = start("run", *asked(tired, run))
    wait_for(run, ANSWERED - 10)
    process.send_signal(number)
    out, err = ended(process)
    assert process.returncode == 130
    assert "`conformance judge run` reads them again." in out
    assert "exit 130" in out.splitlines()[-1]
    assert "Traceback" not in err
    results = (run / "results.json").read_bytes()
    assert json.loads(results)["run"]["interrupted"] is True
    assert command("judge", "run", "-q").returncode == 130
    assert (run / "results.json").read_bytes() == results


@pytest.mark.slow
def test_a_second_wish_ends_it_at_once(start: Starter, tired: Served, tmp_path: Path) -> None:
    """Whatever the child is doing; what it recorded can still be read."""
    run = tmp_path / "run"
    process = start("run", *asked(tired, run))
    wait_for(run, 20)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    out, err = ended(process)
    assert process.returncode == 130
    assert "conformance judge run" in out + err


def test_before_anything_was_seen_nothing_is_claimed(start: Starter, tmp_path: Path) -> None:
    """A server that never answers: the run ends at once, and says what there is."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        run = tmp_path / "run"
        process = start("run", f"http://127.0.0.1:{silent.getsockname()[1]}/fhir", "-o", run)
        wait_for(run, 1)
        process.send_signal(signal.SIGINT)
        out, err = ended(process)
    assert process.returncode == 130
    assert out == ""
    assert "Interrupted before there was a verdict." in err
    assert "`conformance judge run` reads it" in err


@pytest.mark.slow
def test_a_killed_child_is_no_verdict(
    start: Starter, command: Command, tired: Served, tmp_path: Path
) -> None:
    """Exit 3, the signal and the folder named; `judge` reads it as incomplete."""
    run = tmp_path / "run"
    process = start("run", *asked(tired, run))
    wait_for(run, 20)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for child in children:
        subprocess.run(["kill", "-9", child], check=True)
    _, err = ended(process)
    assert process.returncode == 3
    assert "SIGKILL" in err
    assert "conformance judge run" in err
    assert command("judge", "run", "-q").returncode == 3


@pytest.mark.slow
def test_nobody_left_to_run_for_ends_the_run(start: Starter, tmp_path: Path) -> None:
    """The child of a killed command asks the server no further, and seals what it has."""
    app = build_app("certified", token=TOKEN)

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.05)
        await app(scope, receive, send)

    run = tmp_path / "run"
    with serving("certified", app=slow) as served:
        process = start("run", *asked(served, run))
        wait_for(run, 20)
        process.kill()
        process.wait()
        deadline = time.monotonic() + PATIENCE
        while not (run / "results.json").is_file():
            assert time.monotonic() < deadline
            time.sleep(0.05)
    document = json.loads((run / "results.json").read_bytes())
    assert document["run"]["interrupted"] is True
    assert len(document["checks"]) < 200
