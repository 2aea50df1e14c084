"""The demo shows the whole way, ends in 0 where the documented verdict came out, and cleans up."""

import json
import os
import re
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from conformance.run.demos import DEMOS
from conformance.run.reference_ehr import reference_ehr
from tests.support.command import Command, Starter

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
PERSONAS = ["certified", "expired", "open-sandbox", "open-undeclared", "clinic", "closed"]


def servers(folder: Path) -> set[str]:
    """Return the processes that serve a demo which was started in a folder."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            here = (process / "cwd").readlink() == folder
        except OSError:
            continue
        if here and b"conformance.run.reference_ehr" in words:
            found.add(process.name)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("persona", PERSONAS)
def test_the_documented_verdict_comes_out(command: Command, tmp_path: Path, persona: str) -> None:
    """Exit 0, whatever `run` would exit with, and the server is gone."""
    done = command("demo", "--persona", persona, "--output", "run")
    last = done.stdout.splitlines()[-1]
    assert done.returncode == 0, done.stderr
    assert last.startswith(f"demo of {persona}: report run/report.html, exit 0 (")
    assert "no certification" in last
    assert not servers(tmp_path)
    assert (tmp_path / "run" / "results.json").is_file()
    document = json.loads((tmp_path / "run" / "results.json").read_bytes())
    judged_by = "3.1.1" if persona == "expired" else "6.1.0"
    assert document["rulebook"]["version"] == judged_by
    assert document["target"]["us_core"]["edition"] == judged_by
    if persona in ("certified", "expired"):
        _all_flows_were_played(document)


def _all_flows_were_played(document: dict[str, Any]) -> None:
    """Nothing failed, no persona was missing, and each flow showed its gate."""
    checks = document["checks"]
    assert not [c["id"] for c in checks if c["outcome"] in ("FAIL", "ERROR", "WARN")]
    assert not [c["id"] for c in checks if c["code"] in ("no-credentials", "prerequisite-failed")]
    states = {gate["id"]: gate["state"] for gate in document["verdict"]["gates"]}
    shown = {"standalone-launch", "bad-requests-refused", "refresh", "introspection", "isolation"}
    assert {gate for gate in shown if states[gate] != "shown"} == set()


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


def _wait_for_our_code(pid: int) -> None:
    """Return when the interpreter stands, and the command has begun to load its libraries."""
    deadline = time.monotonic() + 60
    while "/site-packages/" not in Path(f"/proc/{pid}/maps").read_text():
        assert time.monotonic() < deadline, "no library was loaded"
        time.sleep(0.01)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.0, 0.7, 1.7])
def test_ctrl_c_stops_the_server_too(start: Starter, tmp_path: Path, seconds: float) -> None:
    """Whenever it comes: exit 130, and no process stays behind."""
    process = start("demo", "--output", tmp_path / "run")
    _wait_for_our_code(process.pid)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert not servers(tmp_path)


def test_no_secret_is_in_an_environment_or_on_a_command_line() -> None:
    """What opens the server lies in files of its private folder, and goes with it."""
    with reference_ehr("certified") as server:
        folder = server.target_file.parent
        assert folder.stat().st_mode & 0o077 == 0
        held = {path.name: path for path in folder.iterdir()}
        secrets = [held[name].read_bytes() for name in ("token", "dora-password", "operator-key")]
        exposed = {name for name, path in held.items() if path.stat().st_mode & 0o077}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                seen = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            except OSError:
                continue
            assert not any(secret in seen for secret in secrets)
        assert exposed == {"ca.pem", "server.pem"}, "certificates are public, and nothing else is"
    assert not folder.exists()


@pytest.mark.slow
def test_a_killed_demo_leaves_no_server(start: Starter, tmp_path: Path) -> None:
    """The server ends with whoever started it, even without a farewell."""
    process = start("demo", "--output", tmp_path / "run")
    deadline = time.monotonic() + 60
    while not servers(tmp_path):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    while servers(tmp_path):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_front_page_names_the_personas() -> None:
    """All that there are, and no other."""
    assert sorted(PERSONAS) == sorted(DEMOS)
    assert sorted(re.findall(r"^\| `([a-z-]+)` \|", README, flags=re.MULTILINE)) == sorted(DEMOS)
