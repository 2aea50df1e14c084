"""`conformance validate` among other programs: pipes, terminals, signals, several processes."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.command import WORDS, plain_environment
from tests.support.validating import patient, written

PATIENCE = 30.0


def begun(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start the command as the head of a group of its own, as a shell does."""
    return subprocess.Popen(
        [*WORDS, "validate", *words],
        cwd=folder,
        env=plain_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def processes(group: int) -> list[int]:
    """Return the processes of a group that are alive."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, own = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if int(own) == group and state not in "ZX":
                found.append(int(entry.name))
    return found


def wait_for(many: int, group: int) -> None:
    """Wait until a group has so many processes: this one, Python's own helper, and those asked."""
    deadline = time.monotonic() + PATIENCE
    while len(processes(group)) < many:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def wait_until_gone(group: int) -> None:
    """Wait until a group has no process left."""
    deadline = time.monotonic() + PATIENCE
    while processes(group):
        assert time.monotonic() < deadline, processes(group)
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize(("jobs", "working"), [("1", True), ("2", True), ("2", False)])
def test_ctrl_c_ends_all_of_it_at_once(tmp_path: Path, jobs: str, working: bool) -> None:
    """While it works, and while processes start: 130, and not a word of Python's."""
    name = written(tmp_path / "a.ndjson", *[patient(gender="F")] * 30_000)
    process = begun(tmp_path, "--format", "ndjson", "--jobs", jobs, name)
    assert process.stdout is not None
    if working:
        process.stdout.readline()
    else:
        wait_for(3, process.pid)
    os.killpg(process.pid, signal.SIGINT)
    started = time.monotonic()
    _, err = process.communicate(timeout=PATIENCE)
    assert time.monotonic() - started < 10
    assert process.returncode == 130
    assert err == b"Interrupted.\n"
    wait_until_gone(process.pid)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_who_ends_the_parent_ends_the_others(tmp_path: Path, how: signal.Signals) -> None:
    process = begun(tmp_path, "--quiet", "--jobs", "2", "-")
    assert process.stdin is not None
    process.stdin.write((json.dumps(patient()).encode() + b"\n") * 2000)
    process.stdin.flush()
    wait_for(3, process.pid)
    process.send_signal(how)
    process.communicate(timeout=PATIENCE)
    wait_until_gone(process.pid)


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_reader_that_leaves_is_no_error(tmp_path: Path, jobs: str) -> None:
    name = written(tmp_path / "a.ndjson", *[patient(gender="F")] * 20_000)
    words = [*WORDS, "validate", "--format", "ndjson", "--jobs", jobs, name]
    done = subprocess.run(
        ["bash", "-c", f"{' '.join(words)} | head -1"],
        cwd=tmp_path,
        env=plain_environment(),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert json.loads(done.stdout)["line"] == 1
    assert done.stderr == b""


def test_results_come_before_the_input_ends(tmp_path: Path) -> None:
    """A program that waits for one result after the other is served."""
    process = begun(tmp_path, "--format", "ndjson", "-")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write((json.dumps(patient()).encode() + b"\n") * 450)
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["line"] == 1
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
