"""A planted credential travels, and is in no byte that a run leaves or prints."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.ehr.serve import Served, serving
from tests.support.canary import dressed, leaks, shown
from tests.support.command import called
from tests.support.echoing import Echoing
from tests.support.plugin_run import Ended, run_live

BEARER = "cAnary~~~-5f9.c2b_7d0e"
API_KEY = 'clinic"key\\with/odd+chars==%41&#66;'
STATIC = "static~~~canary-0123"
LOUD = ("-vv", "-rA", "--showlocals", "--tb=long", "--full-trace", "--capture=no")
LOGGED = ("--log-level=DEBUG", "--log-cli-level=DEBUG", "-o", "log_cli=true")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def echoing() -> Iterator[Served]:
    with serving(server_class=Echoing, token=BEARER, keep_log=True) as served:
        yield served


def _loudly(served: Served, folder: Path, *words: str, cwd: Path) -> Ended:
    """Run with every option that makes pytest and its companions talk."""
    reports = (f"--junitxml={folder.parent / 'pytest.xml'}", f"--alluredir={folder.parent / 'al'}")
    root = Path(__file__).resolve().parents[2]
    return run_live(
        served,
        folder,
        *LOUD,
        *LOGGED,
        *reports,
        *words,
        cwd=cwd,
        env={"PYTHONPATH": str(root)},
    )


def _kept_secret(secret: str, ended: Ended, place: Path) -> None:
    assert leaks(secret, place) == []
    for text in (ended.stdout, ended.stderr):
        assert shown(secret, text.encode()) == []


def _travelled(served: Served, header: str, value: str) -> bool:
    return any((header, value) in request.headers for request in served.log)


def test_the_proof_would_see_each_dress(tmp_path: Path) -> None:
    for secret in (BEARER, API_KEY, STATIC):
        for name, form in dressed(secret).items():
            if name != "entities":
                assert shown(secret, f"<{form}>".encode()), name
        (tmp_path / "file").write_text(f"x{secret}")
        assert leaks(secret, tmp_path)


@pytest.mark.parametrize(
    ("persona", "secret", "header", "value"),
    [
        ("certified", BEARER, "authorization", f"Bearer {BEARER}"),
        ("clinic", API_KEY, "x-api-key", API_KEY),
    ],
)
def test_of_a_sound_server(
    tmp_path: Path, persona: str, secret: str, header: str, value: str
) -> None:
    with serving(persona, token=secret, keep_log=True) as served:
        ended = _loudly(served, tmp_path / "run", cwd=tmp_path)
        assert _travelled(served, header, value)
    assert ended.results["verdict"]["counts"]["PASS"] > 50
    _kept_secret(secret, ended, tmp_path)


@pytest.mark.parametrize(
    ("persona", "secret", "header", "value"),
    [
        ("certified", BEARER, "authorization", f"Bearer {BEARER}"),
        ("clinic", API_KEY, "x-api-key", API_KEY),
    ],
)
def test_of_a_server_that_echoes_it_in_every_dress(
    tmp_path: Path, persona: str, secret: str, header: str, value: str
) -> None:
    with serving(persona, server_class=Echoing, token=secret, keep_log=True) as served:
        ended = _loudly(served, tmp_path / "run", cwd=tmp_path)
        assert _travelled(served, header, value)
    counts = ended.results["verdict"]["counts"]
    assert counts["FAIL"], "there are findings that reports show"
    assert ended.results["target"]["software"].startswith("Echo of «")
    _kept_secret(secret, ended, tmp_path)


def test_of_a_harness_that_breaks_while_it_holds_it(tmp_path: Path, echoing: Served) -> None:
    ended = _loudly(echoing, tmp_path / "run", "-p", "tests.support.sabotage", cwd=tmp_path)
    broken = [c for c in ended.results["checks"] if c["code"] == "harness"]
    assert broken
    assert all("RuntimeError at sabotage.py" in c["message"] for c in broken)
    _kept_secret(BEARER, ended, tmp_path)


def test_of_a_fixed_header_of_the_target_file(tmp_path: Path) -> None:
    with serving(server_class=Echoing, token=BEARER, keep_log=True) as served:
        (tmp_path / "conformance.toml").write_text(
            f'[target]\nurl = "{served.url}"\n\n'
            '[target.headers]\nX-Tenant-Secret = { env = "TENANT" }\n'
        )
        reports = (f"--junitxml={tmp_path / 'pytest.xml'}", f"--alluredir={tmp_path / 'al'}")
        env = {"TENANT": STATIC}
        ended = run_live(served, tmp_path / "run", *LOUD, *reports, cwd=tmp_path, env=env)
        assert _travelled(served, "x-tenant-secret", STATIC), ended.stdout + ended.stderr
    for secret in (BEARER, STATIC):
        _kept_secret(secret, ended, tmp_path)


def test_of_the_command(tmp_path: Path, echoing: Served) -> None:
    words = ["run", echoing.url, "--ca-file", echoing.ca_file, "--bearer-env", "TOKEN"]
    done = called([*words, "--output", "run"], cwd=tmp_path, env={"TOKEN": BEARER})
    assert (tmp_path / "run" / "results.json").is_file(), done.stderr
    assert leaks(BEARER, tmp_path) == []
    assert shown(BEARER, (done.stdout + done.stderr).encode()) == []
    again = called(["judge", "run"], cwd=tmp_path, env={"TOKEN": BEARER})
    assert shown(BEARER, (again.stdout + again.stderr).encode()) == []
    assert leaks(BEARER, tmp_path) == []


def test_of_a_url_that_holds_it(tmp_path: Path, echoing: Served) -> None:
    folder = tmp_path / "run"
    ended = run_live(echoing, folder, env={"TOKEN": echoing.url.partition("//")[2]})
    assert ended.code == 4
    assert "written in the open" in ended.stderr
    assert not folder.exists()


def test_an_echo_is_judged_alike_in_replay(tmp_path: Path, echoing: Served) -> None:
    from tests.support.plugin_run import run_replay

    ended = run_live(echoing, tmp_path / "run", "-q")
    live = (ended.folder / "results.json").read_bytes()
    (ended.folder / "results.json").unlink()
    run_replay(ended.folder, "-q")
    assert (ended.folder / "results.json").read_bytes() == live
    assert json.loads(live)["verdict"]["counts"]["FAIL"]
