"""`ehr serve` prints what one needs to judge it, answers, and stops cleanly."""

import json
import shlex
import signal
import ssl
from pathlib import Path
from subprocess import Popen

import httpx
import pytest

from tests.support.command import TOKEN, Starter, called

STOPS = [signal.SIGINT, signal.SIGTERM]


def told(process: Popen[str]) -> list[str]:
    """Return what it prints up to the line that judges it."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if "conformance run" in line:
            return lines
    raise AssertionError(process.communicate())


def value(lines: list[str], name: str) -> str:
    """Return what stands behind a name."""
    return next(line.partition(":")[2].strip() for line in lines if line.startswith(name))


@pytest.mark.slow
@pytest.mark.parametrize("number", STOPS)
def test_it_answers_and_stops(start: Starter, number: signal.Signals) -> None:
    """The URL and the CA file are good, and Ctrl-C is no traceback."""
    process = start("ehr", "serve")
    lines = told(process)
    trusting = ssl.create_default_context(cafile=value(lines, "CA file"))
    with httpx.Client(verify=trusting, trust_env=False, follow_redirects=True) as client:
        assert client.get(f"{value(lines, 'URL')}/metadata").status_code == 200
        assert "Sign in" in client.get(value(lines, "Launch")).text
    assert value(lines, "Sign in").startswith("dora, Patient/patient-1, password ")
    ca_file, target_file = (Path(value(lines, name)) for name in ("CA file", "Target"))
    assert target_file.stat().st_mode & 0o077 == 0
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert err.splitlines()[-1] == "Stopped."
    assert not ca_file.exists()
    assert not target_file.parent.exists()


@pytest.mark.slow
@pytest.mark.parametrize("persona", ["certified", "open-sandbox", "clinic", "closed"])
def test_the_line_that_it_prints_works(start: Starter, tmp_path: Path, persona: str) -> None:
    """As a person types it: the target file, and what has to be declared besides."""
    process = start("ehr", "serve", "--persona", persona)
    line = shlex.split(told(process)[-1])
    assert line[:3] == ["conformance", "run", "--config"]
    part = ["-k", "tls or gives_a_code", "-q", "-o", "run"]
    done = called([*line[1:], *part], cwd=tmp_path)
    assert done.returncode in (1, 3), done.stderr
    results = json.loads((tmp_path / "run" / "results.json").read_bytes())
    passed = {check["id"] for check in results["checks"] if check["outcome"] == "PASS"}
    assert "security.tls.certificate-is-trusted" in passed
    launched = "patient-access.standalone-launch.gives-a-code" in passed
    assert launched is (persona == "certified")


@pytest.mark.slow
def test_a_given_token_opens_it_and_is_not_printed(start: Starter) -> None:
    """The variable is named in its place."""
    process = start("ehr", "serve", "--plain-http", "--token-env", "TOKEN")
    lines = told(process)
    assert value(lines, "URL").startswith("http://127.0.0.1:")
    assert value(lines, "Token") == "in $TOKEN"
    assert TOKEN not in "\n".join(lines)
    url = f"{value(lines, 'URL')}/Patient"
    with httpx.Client(trust_env=False) as client:
        assert client.get(url).status_code == 401
        authorized = client.get(url, headers={"Authorization": f"Bearer {TOKEN}"})
    assert authorized.status_code == 200
