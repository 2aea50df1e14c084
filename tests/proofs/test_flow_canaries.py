"""Credentials of every kind travel in flows, and none is in a byte that a run leaves or prints."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from conformance.ehr.authorization.demo import Demo
from conformance.ehr.personas import build_app
from conformance.ehr.serve import Served, serving
from conformance.ehr.target_file import write_target_file
from tests.support.command import called
from tests.support.echoing_wire import EchoingWire, awkward_registry
from tests.support.haystack import Haystack, forms
from tests.support.plugin_run import Ended, run_live, run_replay
from tests.support.wire import Kinds, Wire, credentials

pytestmark = pytest.mark.slow

BEARER = "opens-all~+/0123456789=="
WRONG = "not-a-token-of-this-server"
"""The token that is meant to be refused: no secret, and shown as it is."""
LOUD = ("-vv", "-rA", "--showlocals", "--tb=long", "--full-trace", "--capture=no")
LOGGED = ("--log-level=DEBUG", "--log-cli-level=DEBUG", "-o", "log_cli=true")

TRAVELLED = (
    *("password", "client secret", "basic", "operator key", "bearer"),
    *("code", "code redeemed", "verifier", "assertion", "cookie", "cookie sent back"),
    *(f"access token ({way})" for way in ("standalone", "EHR launch", "refresh", "backend")),
    *(f"refresh token ({way})" for way in ("standalone", "EHR launch", "refresh")),
    *("id token (standalone)", "id token (EHR launch)", "refresh token shown"),
    *("introspection", "revocation", "token in a query"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A run that has ended, what went over the wire meanwhile, and the place of all it left."""

    ended: Ended
    wire: Wire
    registry: Demo
    place: Path

    @property
    def kinds(self) -> Kinds:
        """Every credential by its kind, those that never leave a machine included."""
        kinds = credentials(self.wire.passed)
        kinds["bearer"].discard(WRONG)
        return {
            **kinds,
            "private key": {
                str(key[part])
                for held in self.registry.private_keys.values()
                for key in held["keys"]
                for part in ("d", "p", "q")
                if part in key
            },
        }


@contextmanager
def _served(
    place: Path, around: Callable[[ASGIApp], ASGIApp]
) -> Iterator[tuple[Served, Wire, Path]]:
    """Serve the certified persona with awkward secrets, which lie beside what a run leaves."""
    registry = awkward_registry()
    wire = Wire(around(build_app("certified", token=BEARER, authorization=registry.setup)))
    secrets = place.with_name(place.name + "-secrets")
    secrets.mkdir()
    place.mkdir(exist_ok=True)
    with serving(folder=secrets, registry=registry, app=wire, token=BEARER) as served:
        yield served, wire, write_target_file(secrets, served)


def _judged(place: Path, around: Callable[[ASGIApp], ASGIApp], *words: str) -> Seen:
    """Judge with every option that makes pytest and its companions talk."""
    root = Path(__file__).resolve().parents[2]
    with _served(place, around) as (served, wire, file):
        (place / "tmp").mkdir()
        reports = (f"--junitxml={place / 'pytest.xml'}", f"--alluredir={place / 'allure'}")
        environment = {"PYTHONPATH": str(root), "TMPDIR": str(place / "tmp")}
        words = (*LOUD, *LOGGED, *reports, "--target-config", str(file), *words)
        ended = run_live(served, place / "run", *words, cwd=place, env=environment)
        assert served.registry is not None
        return Seen(ended=ended, wire=wire, registry=served.registry, place=place)


def _shown(seen: Seen, *texts: str) -> set[str]:
    haystack = Haystack(seen.kinds)
    said = {text for part in texts for text in haystack.shown(part.encode())}
    return said | haystack.leaks(seen.place)


def _plain(app: ASGIApp) -> ASGIApp:
    return app


@pytest.fixture(scope="module", params=[_plain, EchoingWire], ids=["sound", "echoing"])
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    place = tmp_path_factory.mktemp("flows") / "place"
    return _judged(place, request.param)


def test_the_proof_would_see_each_form(tmp_path: Path) -> None:
    made = awkward_registry().setup
    secrets = {user.password for user in made.users} | {made.operator_key, made.mint("code")}
    for secret in secrets:
        haystack = Haystack({"kind": {secret}})
        for name, form in forms(secret):
            assert haystack.shown(b"<" + form + b">"), name
        assert haystack.shown(b"<nothing of the kind>") == set()


@pytest.mark.parametrize("kind", TRAVELLED)
def test_each_kind_travelled(seen: Seen, kind: str) -> None:
    assert seen.kinds.get(kind), sorted(seen.kinds)


def test_the_same_values_went_out_and_came_back(seen: Seen) -> None:
    kinds, setup = seen.kinds, seen.registry.setup
    assert {setup.operator_key} <= kinds["operator key"]
    people = {user.password for user in setup.users if user.username != "frieda"}
    assert people <= kinds["password"]
    assert {client.secret for client in setup.clients if client.secret} <= kinds["client secret"]
    assert kinds["code redeemed"] & kinds["code"]
    assert kinds["cookie sent back"] & kinds["cookie"]
    for way in ("standalone", "EHR launch", "refresh", "backend"):
        assert kinds["bearer"] & kinds[f"access token ({way})"], way
    given = kinds["access token (standalone)"] | kinds["refresh token (standalone)"]
    assert kinds["introspection"] & given
    assert kinds["revocation"] & given


def test_no_byte_holds_one(seen: Seen) -> None:
    assert seen.ended.results["verdict"]["counts"]["PASS"] > 50
    assert _shown(seen, seen.ended.stdout, seen.ended.stderr) == set()


def test_no_byte_of_judging_again_holds_one(seen: Seen) -> None:
    before = (seen.ended.folder / "results.json").read_bytes()
    (seen.ended.folder / "results.json").unlink()
    again = run_replay(seen.ended.folder, *LOUD, *LOGGED, cwd=seen.place)
    assert (seen.ended.folder / "results.json").read_bytes() == before
    assert _shown(seen, again.stdout, again.stderr) == set()


def test_of_a_harness_that_breaks_while_it_holds_them(tmp_path: Path) -> None:
    words = ("-p", "tests.support.sabotage", "-k", "introspection or codes")
    seen = _judged(tmp_path / "place", EchoingWire, *words)
    broken = [c for c in seen.ended.results["checks"] if c["code"] == "harness"]
    assert broken
    assert _shown(seen, seen.ended.stdout, seen.ended.stderr) == set()


def test_of_the_command(tmp_path: Path) -> None:
    place = tmp_path / "place"
    with _served(place, _plain) as (served, wire, file):
        words = ["run", served.url, "--config", file, "--output", "run"]
        done = called(words, cwd=place)
        assert (place / "run" / "results.json").is_file(), done.stderr
        assert served.registry is not None
        ended = Ended(
            code=done.returncode, stdout=done.stdout, stderr=done.stderr, folder=place / "run"
        )
        seen = Seen(ended=ended, wire=wire, registry=served.registry, place=place)
    again = called(["judge", "run"], cwd=place)
    assert seen.kinds["password"]
    assert _shown(seen, done.stdout, done.stderr, again.stdout, again.stderr) == set()
