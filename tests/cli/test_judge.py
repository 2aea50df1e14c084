"""`judge` gives the same bytes anywhere, and refuses what was touched."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Command

pytestmark = pytest.mark.slow


@pytest.fixture
def copy(sound_run: Any, tmp_path: Path) -> Path:
    """Copy the sound run, so that it may be judged and altered."""
    return Path(shutil.copytree(sound_run.folder, tmp_path / "copy"))


def test_the_results_are_the_same_bytes(command: Command, sound_run: Any, copy: Path) -> None:
    """In another folder, time zone, hash seed and locale, without the old results."""
    for name in ("results.json", "report.html", "junit.xml"):
        (copy / name).unlink()
    elsewhere = {
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "1",
        "LC_ALL": "C",
        "https_proxy": "http://127.0.0.1:9",
        "TOKEN": "another",
    }
    done = command("judge", copy, env=elsewhere)
    assert done.returncode == sound_run.done.returncode
    for name in ("results.json", "report.html", "junit.xml"):
        assert (copy / name).read_bytes() == (sound_run.folder / name).read_bytes()


def test_the_words_are_those_of_the_run(command: Command, sound_run: Any, copy: Path) -> None:
    """Verdict and last line are printed as the run printed them."""
    told = command("judge", "copy").stdout.replace("copy/", "run/")
    assert told == sound_run.done.stdout


def test_the_transcript_folder_will_do(command: Command, copy: Path) -> None:
    """Who names the evidence itself means the run."""
    assert command("judge", copy / "transcript", "-q").returncode == 3


def test_an_altered_line_is_named_and_refused(command: Command, copy: Path) -> None:
    """Exit 2, and the results stay as they are."""
    lines = copy / "transcript" / "exchanges.ndjson"
    data = lines.read_bytes().replace(b'"status":200', b'"status":201', 1)
    lines.write_bytes(data)
    before = (copy / "results.json").read_bytes()
    done = command("judge", "copy")
    assert done.returncode == 2
    assert "altered" in done.stderr
    assert (copy / "results.json").read_bytes() == before


def test_an_unsealed_run_is_incomplete(command: Command, copy: Path) -> None:
    """A run that was killed is read as far as it goes: exit 3."""
    manifest = copy / "transcript" / "manifest.json"
    facts = json.loads(manifest.read_bytes())
    del facts["root"]
    manifest.write_text(json.dumps(facts))
    lines = copy / "transcript" / "exchanges.ndjson"
    lines.write_bytes(lines.read_bytes()[:-100])
    done = command("judge", "copy", "-q")
    assert done.returncode == 3
    assert "incomplete" in done.stdout
