"""The plugin beside a project's own tests, other plugins and wrong calls."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.ehr.serve import serving
from conformance.resources import suites_root
from tests.support.command import plain_environment
from tests.support.plugin_run import run_live

SHUFFLE = """
import random

def pytest_collection_modifyitems(items):
    random.Random(7).shuffle(items)
"""
FOREIGN = """
import pytest
import sys

def test_nothing_of_ours_is_loaded():
    assert "conformance.plugin" in sys.modules
    ours = {name for name in sys.modules if name.startswith("conformance")}
    assert ours == {"conformance", "conformance.plugin"}
    for name in ("httpx", "httpcore", "jinja2", "msgspec", "fhir", "starlette", "cryptography"):
        assert name not in sys.modules, name

@pytest.mark.parametrize("name", ["fhir", "smart", "tls"])
def test_no_fixture_is_added(request, name):
    with pytest.raises(pytest.FixtureLookupError):
        request.getfixturevalue(name)

def test_no_marker_is_added(pytestconfig):
    assert not [m for m in pytestconfig.getini("markers") if "conformance" in m]
"""


def _pytest(folder: Path, *words: object, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, words)],
        cwd=folder,
        env=plain_environment(env),
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_without_a_target_nothing_of_ours_is_there(tmp_path: Path) -> None:
    (tmp_path / "test_foreign.py").write_text(FOREIGN)
    done = _pytest(tmp_path, "-p", "no:hypothesispytest", "-p", "no:allure_pytest")
    assert "5 passed" in done.stdout, done.stdout + done.stderr
    assert {path.name for path in tmp_path.iterdir()} <= {"test_foreign.py", "__pycache__"}


@pytest.mark.slow
def test_checks_without_a_target_are_refused(tmp_path: Path) -> None:
    done = _pytest(tmp_path, suites_root())
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "say of what with --target URL" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("words", [(), ("--target", "https://127.0.0.1:9/fhir")])
def test_collecting_sends_and_writes_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = _pytest(tmp_path, suites_root(), "--collect-only", "-q", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_give_that_resource[Patient]" in done.stdout
    # Hypothesis keeps what it reads of a checkout's modules in the folder where pytest stands.
    assert {path.name for path in tmp_path.iterdir()} <= {".hypothesis"}


@pytest.mark.slow
@pytest.mark.parametrize("words", [("-n", "2"), ("-n2",), ("--dist", "each", "--tx", "2*popen")])
def test_a_run_is_not_spread_over_workers(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = _pytest(tmp_path, *words, suites_root(), "--target", "https://127.0.0.1:9/fhir")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "cannot be spread over xdist workers" in done.stderr
    assert not (tmp_path / "reports").exists()


@pytest.mark.slow
def test_tests_of_a_foreign_project_may_be_spread(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n")
    done = _pytest(tmp_path, "-n", "2")
    assert "1 passed" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--target", "ehr.example/fhir"), "http"),
        (("--target", "https://127.0.0.1:9/fhir", "--target-us-core", "9.9.9"), "9.9.9"),
        (("--target", "https://127.0.0.1:9/fhir", "--target-require", "much"), "much"),
        (("--target", "https://127.0.0.1:9/fhir", "--target-bearer-env", "NO_SUCH"), "NO_SUCH"),
        (("--target", "https://127.0.0.1:9/fhir", "--target-ca-file", "no.pem"), "no.pem"),
        (("--target", "https://127.0.0.1:9/fhir", "--target-stream"), "--capture=no"),
        (("--target-replay", "nowhere"), "holds no transcript"),
    ],
)
def test_a_wrong_call_is_a_sentence_and_writes_nothing(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = _pytest(tmp_path, suites_root(), *words)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert said in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_another_order_of_items_is_the_same_run(tmp_path: Path) -> None:
    (tmp_path / "shuffle.py").write_text(SHUFFLE)
    with serving("clinic") as served:
        ordered = run_live(served, tmp_path / "ordered", "-q")
        words = ("-q", "-p", "shuffle")
        shuffled = run_live(served, tmp_path / "other", *words, env={"PYTHONPATH": str(tmp_path)})
    assert list(shuffled.outcomes.items()) == list(ordered.outcomes.items())
    assert shuffled.results["run"] == ordered.results["run"]


@pytest.mark.slow
def test_a_run_of_skips_alone_is_not_green(tmp_path: Path) -> None:
    with serving("closed") as served:
        ended = run_live(served, tmp_path / "run", "-q", "-k", "reads and Patient")
    assert set(ended.results["verdict"]["counts"]) >= {"SKIP"}
    assert {outcome for outcome, _ in ended.outcomes.values()} <= {"SKIP", "N/A"}
    assert ended.code == pytest.ExitCode.TESTS_FAILED
    assert ended.results["verdict"]["exit"] != 0


@pytest.mark.slow
def test_a_disk_that_is_full_ends_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "full.py").write_text(
        "import errno\n"
        "from conformance.evidence import transcript\n"
        "from conformance.plugin import finish\n"
        "def full(*_, **__):\n"
        "    raise OSError(errno.ENOSPC, 'No space left on device')\n"
        "finish.write_beside = full\n"
    )
    with serving("closed") as served:
        words = ("-q", "-k", "tls", "-p", "full")
        ended = run_live(served, tmp_path / "run", *words, env={"PYTHONPATH": str(tmp_path)})
    assert ended.code == pytest.ExitCode.INTERNAL_ERROR
    assert "No space left on device" in ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    manifest = json.loads((tmp_path / "run" / "transcript" / "manifest.json").read_bytes())
    assert manifest["root"]
