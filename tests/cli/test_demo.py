"""The demo shows the whole way, ends in 0 where the documented verdict came out, and cleans up."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from tests.support.command import Command, Starter

PERSONAS = ["certified", "clinic", "closed"]


def servers() -> set[str]:
    """Return the processes that serve a demo now."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if b"conformance.run.reference_ehr" in words:
            found.add(process.name)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("persona", PERSONAS)
def test_the_documented_verdict_comes_out(command: Command, tmp_path: Path, persona: str) -> None:
    """Exit 0, whatever `run` would exit with, and the server is gone."""
    before = servers()
    done = command("demo", "--persona", persona, "--output", "run")
    last = done.stdout.splitlines()[-1]
    assert done.returncode == 0, done.stderr
    assert last.startswith(f"demo of {persona}: report run/report.html, exit 0 (")
    assert "no certification" in last
    assert servers() <= before
    assert (tmp_path / "run" / "results.json").is_file()


@pytest.mark.slow
def test_settings_for_other_servers_are_left_aside(command: Command, tmp_path: Path) -> None:
    """A target file, variables and proxies of the working place do not reach the demo."""
    (tmp_path / "conformance.toml").write_text("[target\n")
    settings = {
        "CONFORMANCE_URL": "https://ehr.example.org",
        "CONFORMANCE_KIND": "ehr",
        "CONFORMANCE_RATE": "0.1",
        "CONFORMANCE_US_CORE": "9.9.9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }
    done = command("demo", "--persona", "closed", "-o", "run", "-q", env=settings)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1
    results = json.loads((tmp_path / "run" / "results.json").read_bytes())
    assert results["target"]["kind"] == "ehr"
    assert results["verdict"]["rule"] == 3


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.3, 1.0, 2.0])
def test_ctrl_c_stops_the_server_too(start: Starter, tmp_path: Path, seconds: float) -> None:
    """Whenever it comes: exit 130, and no process stays behind."""
    before = servers()
    process = start("demo", "--output", tmp_path / "run")
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert servers() <= before


@pytest.mark.slow
def test_a_killed_demo_leaves_no_server(start: Starter, tmp_path: Path) -> None:
    """The server ends with whoever started it, even without a farewell."""
    before = servers()
    process = start("demo", "--output", tmp_path / "run")
    deadline = time.monotonic() + 20
    while servers() <= before:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    while not servers() <= before:
        assert time.monotonic() < deadline
        time.sleep(0.02)
