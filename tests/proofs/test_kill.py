"""A run killed at any moment is read as incomplete, and what it had finished is judged alike."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.ehr.personas import build_app
from conformance.ehr.serve import Served, serving
from tests.support.command import called, plain_environment
from tests.support.echoing import Echoing
from tests.support.noise import slow
from tests.support.plugin_run import ROOT, Ended, live_words, run_live, run_replay

pytestmark = pytest.mark.slow

TOKEN = "token-of-the-kill-proof"
SEED = int(os.environ.get("KILL_SEED", "20261124"))
NO_API = ("SKIP", "prerequisite-failed")
Outcomes = dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A server on which some checks fail, so that second attempts are met too."""
    app = slow(build_app("certified", token=TOKEN, server_class=Echoing), 0.003)
    with serving(app=app, token=TOKEN) as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return run_live(served, tmp_path_factory.mktemp("whole") / "run", "-q")


def _killed(served: Served, folder: Path, exchanges: int) -> Outcomes:
    """Kill a run once so many lines are written; return what it had finished by then."""
    told = folder.parent / "stream.ndjson"
    lines = folder / "transcript" / "exchanges.ndjson"
    with told.open("wb") as stream:
        process = subprocess.Popen(
            live_words(served, folder, "--target-stream"),
            cwd=ROOT,
            env=plain_environment({"TOKEN": TOKEN}),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            if lines.is_file() and lines.read_bytes().count(b"\n") >= exchanges:
                break
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    return _finished(told.read_text())


def _finished(stream: str) -> Outcomes:
    finished = {}
    for line in stream.splitlines(keepends=True):
        _, begun, told = line.partition('{"event": "check"')
        if begun and told.endswith("\n"):
            event = json.loads(begun + told)
            finished[event["id"]] = (event["outcome"], event["code"])
    return finished


def _read_as_incomplete(folder: Path, finished: Outcomes, undisturbed: Ended) -> dict[str, Any]:
    again = run_replay(folder, "-q")
    assert "Traceback" not in again.stdout + again.stderr
    results = again.results
    assert results["transcript"]["complete"] is False
    assert results["transcript"]["root"] is None
    assert results["verdict"]["exit"] == 3
    assert "incomplete" in results["verdict"]["exit_reason"]
    judged = {id_: (outcome, code or "") for id_, (outcome, code) in again.outcomes.items()}
    whole = {id_: (outcome, code or "") for id_, (outcome, code) in undisturbed.outcomes.items()}
    assert {id_: judged[id_] for id_ in finished} == finished
    assert {id_: whole[id_] for id_ in finished} == finished
    unlike = {judged[id_] for id_ in judged if judged[id_] != whole[id_]}
    cut = {("SKIP", "bounded")}
    assert unlike <= (cut if results["target"]["fhir_api"] else cut | {NO_API})
    return results


@pytest.mark.parametrize("turn", range(4))
def test_at_a_random_exchange(
    served: Served, undisturbed: Ended, tmp_path: Path, turn: int
) -> None:
    chance = random.Random(SEED + turn)
    total = undisturbed.results["transcript"]["exchanges"]
    exchanges = chance.randint(2, total - 20)
    sys.stdout.write(f"KILL_SEED={SEED} turn {turn}: killed at line {exchanges} of {total}\n")
    finished = _killed(served, tmp_path / "run", exchanges)
    sys.stdout.write(f"{len(finished)} checks had finished\n")
    results = _read_as_incomplete(tmp_path / "run", finished, undisturbed)
    assert results["transcript"]["exchanges"] >= exchanges
    assert called(["judge", "run", "-q"], cwd=tmp_path).returncode == 3


@pytest.mark.parametrize(
    "place", ["line:0", "line:1", "blob:1", "blob:40", "named:41", "line:77", "seal"]
)
def test_in_the_midst_of_writing(
    served: Served, undisturbed: Ended, tmp_path: Path, place: str
) -> None:
    ended = run_live(
        served,
        tmp_path / "run",
        "--target-stream",
        *("-p", "tests.support.dying"),
        env={"DIE_AT": place, "PYTHONPATH": str(ROOT)},
    )
    assert ended.code == -signal.SIGKILL
    parts = list((tmp_path / "run").rglob("*.part"))
    assert bool(parts) == place.startswith(("blob", "seal"))
    _read_as_incomplete(tmp_path / "run", _finished(ended.stdout), undisturbed)
    if place in ("line:0", "blob:40"):
        assert called(["judge", "run", "-q"], cwd=tmp_path).returncode == 3


def test_after_the_seal_nothing_is_lost(served: Served, undisturbed: Ended, tmp_path: Path) -> None:
    ended = run_live(
        served,
        tmp_path / "run",
        "-q",
        *("-p", "tests.support.dying"),
        env={"DIE_AT": "results", "PYTHONPATH": str(ROOT)},
    )
    assert ended.code == -signal.SIGKILL
    assert not (tmp_path / "run" / "results.json").exists()
    again = run_replay(tmp_path / "run", "-q")
    assert again.results["transcript"]["complete"]
    assert again.outcomes == undisturbed.outcomes
