"""The plugin alone and the command are the same run, but for what two runs never share."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.ehr.serve import Served
from conformance.resources import suites_root
from tests.support.command import plain_environment
from tests.support.normalise import normalised_line, normalised_results, normalised_transcript

pytestmark = pytest.mark.slow


def pytest_alone(folder: Path, served: Served, *words: str) -> subprocess.CompletedProcess[str]:
    """Run pytest over the suites, as someone does who knows pytest only."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", str(suites_root()), f"--target={served.url}"),
            *(f"--target-ca-file={served.ca_file}", "--target-bearer-env=TOKEN"),
            *("--target-output=run", *words),
        ],
        cwd=folder,
        env=plain_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def alone(
    certified: Served, tmp_path_factory: pytest.TempPathFactory
) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Run the plugin alone against the same server."""
    folder = tmp_path_factory.mktemp("alone")
    return pytest_alone(folder, certified), folder / "run"


def test_the_results_are_the_same(sound_run: Any, alone: Any) -> None:
    """Every outcome, finding, gate and the verdict."""
    document = json.loads((alone[1] / "results.json").read_bytes())
    assert normalised_results(document) == normalised_results(sound_run.results)


def test_the_transcripts_are_the_same(sound_run: Any, alone: Any) -> None:
    """Every request with its answer."""
    assert normalised_transcript(alone[1]) == normalised_transcript(sound_run.folder)


def test_the_verdict_line_is_the_same(sound_run: Any, alone: Any) -> None:
    """The command's last line stands in pytest's summary too."""
    last = normalised_line(sound_run.done.stdout.splitlines()[-1])
    assert last in [normalised_line(line) for line in alone[0].stdout.splitlines()]


def test_another_server_is_not_the_same(sound_run: Any, clinic: Served, tmp_path: Path) -> None:
    """The comparison can tell runs apart."""
    pytest_alone(tmp_path, clinic, "-k", "capabilities")
    document = json.loads((tmp_path / "run" / "results.json").read_bytes())
    assert normalised_results(document) != normalised_results(sound_run.results)
