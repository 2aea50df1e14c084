"""A transcript judged elsewhere gives the same bytes, and others once it says something else."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.ehr.serve import serving
from tests.support.command import WORDS, plain_environment
from tests.support.echoing import Echoing
from tests.support.plugin_run import ROOT, Ended, run_live, run_replay
from tests.support.rechain import edit_body, lines_of

pytestmark = pytest.mark.slow

PLACES = (
    {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C"},
    {"TZ": "America/St_Johns", "PYTHONHASHSEED": "4242", "LC_ALL": "C.UTF-8"},
)

Live = Callable[..., Ended]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    with serving() as served:
        return run_live(served, tmp_path_factory.mktemp("sound") / "run", "-q")


def _judged_elsewhere(folder: Path, *words: str) -> bytes:
    """Judge a copy without its results, without network, in another place, time and order."""
    answers = []
    for number, place in enumerate(PLACES):
        copy = folder.parent / f"copy-{number}"
        shutil.copytree(folder, copy)
        for name in ("results.json", "report.html", "junit.xml"):
            (copy / name).unlink()
        paths = [
            "suites/security",
            "suites/patient_access",
            "suites/portability",
            "suites/fhir_api",
        ]
        paths = [path for path in paths if (ROOT / path).is_dir()]
        command = [sys.executable, "-m", "tests.support.elsewhere", *paths, "-q"]
        command += ["-p", "no:cacheprovider", "--target-replay", str(copy), *words]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=plain_environment(place),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (copy / "results.json").is_file(), done.stdout + done.stderr
        answers.append((copy / "results.json").read_bytes())
        shutil.rmtree(copy)
    assert len(set(answers)) == 1
    return answers[0]


def _same(ended: Ended) -> dict[str, Any]:
    live = (ended.folder / "results.json").read_bytes()
    assert _judged_elsewhere(ended.folder) == live
    document: dict[str, Any] = json.loads(live)
    return document


def test_of_a_sound_server(sound: Ended) -> None:
    document = _same(sound)
    assert len(document["checks"]) > 500
    assert document["transcript"]["complete"]


@pytest.mark.parametrize("words", [("-k", "searches and Observation"), ("-k", "tls"), ("-x",)])
def test_of_a_part(tmp_path: Path, words: tuple[str, ...]) -> None:
    with serving(server_class=Echoing) as served:
        document = _same(run_live(served, tmp_path / "run", "-q", *words))
    assert document["run"]["selection"]
    assert document["verdict"]["partial"]
    if words == ("-x",):
        outcomes = [check["outcome"] for check in document["checks"]]
        assert len([outcome for outcome in outcomes if outcome in ("FAIL", "ERROR")]) == 1


@pytest.mark.parametrize("persona", ["clinic", "closed"])
def test_of_the_other_personas(tmp_path: Path, persona: str) -> None:
    with serving(persona) as served:
        _same(run_live(served, tmp_path / "run", "-q"))


def test_of_a_server_that_is_not_there(tmp_path: Path) -> None:
    with serving("closed", tls=None) as served:
        pass
    document = _same(run_live(served, tmp_path / "run", "-q"))
    assert not document["target"]["reachable"]
    assert document["verdict"]["exit"] == 3


def test_only_a_part_of_a_replay_says_that_it_is_one(sound: Ended, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(sound.folder, copy)
    part = run_replay(copy, "-q", "-k", "paging").results
    assert part["run"]["selection"]
    assert part["verdict"]["partial"]


def test_an_edited_body_gives_another_outcome(sound: Ended, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(sound.folder, copy)
    name = "fhir-api.errors.errors-explain-themselves"
    looked_at = next(c for c in sound.results["checks"] if c["id"] == name)["exchanges"]

    def is_its_error(line: dict[str, Any]) -> bool:
        return line["n"] in looked_at and (line["status"] or 0) >= 400

    def with_another_type(body: bytes) -> bytes:
        return json.dumps({**json.loads(body), "resourceType": "Basic"}).encode()

    number = edit_body(copy, is_its_error, with_another_type)
    again = run_replay(copy, "-q")
    assert sound.outcomes[name] == ("PASS", None)
    assert again.outcomes[name] == ("WARN", "outcome.missing")
    finding = next(c for c in again.results["checks"] if c["id"] == name)["findings"][0]
    assert finding["exchange"] == number
    assert again.results["transcript"]["root"] != sound.results["transcript"]["root"]


def test_a_forged_body_that_is_not_chained_is_refused(sound: Ended, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(sound.folder, copy)
    line = next(line for line in lines_of(copy) if line.get("content"))
    blob = copy / "transcript" / "blobs" / line["content"]
    blob.write_bytes(blob.read_bytes().replace(b"4.0.1", b"4.0.0"))
    ended = run_replay(copy, "-q")
    assert ended.code == 4
    assert f"body of line {line['n']} was altered" in ended.stderr


@pytest.mark.skipif(shutil.which("unshare") is None, reason="no unshare on this machine")
def test_the_command_judges_where_no_network_exists(sound: Ended, tmp_path: Path) -> None:
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network namespace may be made here")
    copy = tmp_path / "run"
    shutil.copytree(sound.folder, copy)
    (copy / "results.json").unlink()
    done = subprocess.run(
        ["unshare", "-rn", *WORDS, "judge", str(copy)],
        cwd=tmp_path,
        env=plain_environment({"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "7"}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    live = (sound.folder / "results.json").read_bytes()
    assert (copy / "results.json").read_bytes() == live, done.stderr
