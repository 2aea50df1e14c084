"""Nothing of a foreign project's settings, plugins and modules gets into a run."""

import json
from pathlib import Path

import pytest

from conformance.ehr.serve import Served
from tests.support.command import Command

TRAP = 'import sys\nsys.stderr.write("TRAP")\nraise SystemExit("trapped")\n'
MODULES = ("conftest", "conformance", "pytest", "rich", "json", "msgspec", "sitecustomize")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project whose every setting and module breaks whoever reads it."""
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text(TRAP)
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites" / "conftest.py").write_text(TRAP)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option -p no_such\n")
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "--nope"\n')
    (tmp_path / "tox.ini").write_text("[pytest]\naddopts = --nope\n")
    (tmp_path / "setup.cfg").write_text("[tool:pytest]\naddopts = --nope\n")
    return tmp_path


SETTINGS = {
    "PYTEST_ADDOPTS": "--no-such-option",
    "PYTEST_PLUGINS": "no_such_plugin",
    "FORCE_COLOR": "1",
}


@pytest.mark.slow
def test_a_run_is_as_everywhere(command: Command, project: Path, closed: Served) -> None:
    """Same outcomes, and no file but those of the run appears."""
    before = set(project.rglob("*"))
    words = ["run", closed.url, "--ca-file", closed.ca_file, "-k", "tls", "-o", "run"]
    done = command(*words, env=SETTINGS)
    assert done.returncode == 3, done.stderr
    assert "TRAP" not in done.stderr
    outcomes = {c["id"]: c["outcome"] for c in results_in(project)["checks"]}
    assert set(outcomes.values()) == {"PASS"}
    after = set(project.rglob("*"))
    assert {path.relative_to(project).parts[0] for path in after - before} == {"run"}
    assert command("judge", "run", "-q", env=SETTINGS).returncode == 3


@pytest.mark.slow
def test_the_demo_is_as_everywhere(command: Command, project: Path) -> None:
    """The server's process is as sheltered as the run's."""
    done = command("demo", "--persona", "closed", "-o", "run", env=SETTINGS)
    assert done.returncode == 0, done.stderr
    assert "TRAP" not in done.stderr


@pytest.mark.slow
def test_the_other_verbs_are_as_everywhere(command: Command, project: Path) -> None:
    """Checks are told about by the suites that ship, not by a folder of that name."""
    done = command("list", "checks", "--json", env=SETTINGS)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) > 30


def results_in(project: Path) -> dict[str, list[dict[str, str]]]:
    """Return the results document of the run."""
    document: dict[str, list[dict[str, str]]] = json.loads(
        (project / "run" / "results.json").read_bytes()
    )
    return document
