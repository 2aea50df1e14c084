"""`conformance token` prints a token on standard output, and everything else on standard error."""

import json
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.command import Command
from tests.support.login_pages import serving_pages


def test_the_token_and_nothing_else_is_printed(command: Command, tmp_path: Path) -> None:
    """One line that opens the API; nothing is left behind."""
    before = set(tmp_path.rglob("*"))
    with serving_pages(tmp_path, {}) as (served, _):
        written = set(tmp_path.rglob("*")) - before
        done = command("token", "patient-a")
        token = done.stdout.removesuffix("\n")
        with httpx.Client(trust_env=False) as client:
            url = f"{served.url}/Patient/patient-1"
            answer = client.get(url, headers={"Authorization": f"Bearer {token}"})
    assert (done.returncode, done.stderr) == (0, "")
    assert answer.status_code == 200
    assert set(tmp_path.rglob("*")) - before == written


@pytest.mark.slow
def test_a_target_file_names_it_as_a_command(command: Command, tmp_path: Path) -> None:
    """Plain requests of a run go out with what it printed."""
    signing_in, running = tmp_path / "signing-in", tmp_path / "running"
    signing_in.mkdir()
    running.mkdir()
    with serving_pages(signing_in, {}) as (served, file):
        program = running / "fresh-token"
        words = f"{json.dumps(sys.executable)} -P -m conformance.cli.main token system"
        program.write_text(f"#!/bin/sh\nexec {words} --config {file}\n")
        program.chmod(0o700)
        (running / "conformance.toml").write_text(
            f'[target]\nurl = "{served.url}"\n[persona.default]\n'
            f'bearer = {{ command = ["{program}"] }}\n'
        )
        done = command("run", "-q", "-k", "reads", "-o", "run", cwd=running)
    results = json.loads((running / "run" / "results.json").read_bytes())
    assert done.returncode == 3, done.stderr
    assert results["verdict"]["counts"]["PASS"] > 10
    assert results["verdict"]["counts"]["FAIL"] == 0


def test_a_failure_prints_nothing_on_standard_output(command: Command, tmp_path: Path) -> None:
    """The sentence names the step, and holds neither name nor password."""
    with serving_pages(tmp_path, {}):
        (tmp_path / "dora-password").write_text("not-the-password-of-dora")
        done = command("token", "patient-a")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: Login: The login page came back")
    assert "not-the-password" not in done.stderr


def test_the_help_says_that_it_prints_a_credential(command: Command) -> None:
    """And shows how it is named in a target file."""
    done = command("token", "--help")
    assert "the one verb that prints a credential" in " ".join(done.stdout.split())
    assert 'command = ["conformance", "token", "patient-a"]' in done.stdout
