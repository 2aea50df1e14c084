"""Bad input is one sentence and a hint on standard error, exit 2, and nothing is written."""

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from _pytest.mark import ParameterSet

from tests.support.command import Command, called

URL = "https://ehr.example.org/fhir"


NO_NEW = ["--require", "no-new-failures"]
AT_ONCE = 3


def _furnish(folder: Path) -> None:
    (folder / "taken").mkdir()
    (folder / "file").write_text("")
    (folder / "typo.toml").write_text('[target]\nurl = "https://e.example/fhir"\nkindd = "ehr"\n')
    (folder / "literal.toml").write_text('[persona.a]\nbearer = "abc.def.ghi"\n')
    (folder / "broken.toml").write_text("[target\n")
    (folder / "persona.toml").write_text('[persona.nurse]\nbearer = { env = "TOKEN" }\n')
    (folder / "plain.toml").write_text(
        '[target]\nurl = "https://e.example/fhir"\n[persona.nurse]\nbearer = { env = "TOKEN" }\n'
    )
    (folder / "baseline.json").write_text("{}")


BAD: list[tuple[str, list[str], str, str]] = [
    ("no-url", ["run"], "No server URL is given.", "conformance run https://"),
    ("no-scheme", ["run", "ehr.example.org"], "has no scheme", "https://ehr."),
    ("ftp", ["run", "ftp://e.example"], "neither https nor http", "https://HOST"),
    ("userinfo", ["run", "https://u:p@e.example"], "a user or password", "--bearer-env"),
    ("unknown-key", ["run", "--config", "typo.toml"], "kindd", "kind"),
    ("literal-secret", ["run", URL, "--config", "literal.toml"], "literal", "env"),
    ("broken-file", ["run", URL, "--config", "broken.toml"], "broken.toml", ""),
    ("no-file", ["run", URL, "--config", "absent.toml"], "absent.toml", ""),
    ("unset-secret", ["run", URL, "--bearer-env", "UNSET"], "UNSET", "Set it"),
    (
        "unknown-persona",
        ["run", URL, "--config", "persona.toml", "--persona", "nurze"],
        "nurze",
        "nurse",
    ),
    ("patient", ["run", URL, "--patient", "a/b"], "--patient", ""),
    ("kind", ["run", URL, "--kind", "ehrr"], "--kind", ""),
    ("access", ["run", URL, "--access", "open"], "--access", ""),
    ("rate", ["run", URL, "--rate", "0"], "--rate", ""),
    ("rate-nan", ["run", URL, "--rate", "nan"], "--rate", ""),
    ("threads", ["run", URL, "--threads", "-1"], "--threads", ""),
    ("timeout", ["run", URL, "--timeout", "0"], "--timeout", "35"),
    ("timeout-inf", ["run", URL, "--timeout", "inf"], "--timeout", "35"),
    ("edition", ["run", URL, "--us-core", "9.9.9"], "9.9.9", "6.1.0"),
    ("ca-file", ["run", URL, "--ca-file", "absent.pem"], "absent.pem", ""),
    ("taken", ["run", URL, "--output", "taken"], "exists already", "--output"),
    ("below-a-file", ["run", URL, "-o", "file/run"], "is not a folder", "--output"),
    ("unwritable", ["run", URL, "-o", "/proc/run"], "/proc/run", "--output"),
    ("long-name", ["run", URL, "-o", "a" * 300], "cannot be made", "--output"),
    ("suite", ["run", URL, "--suite", "fhir_apy"], "fhir_apy", "fhir_api"),
    ("keyword", ["run", URL, "-k", "paging and"], "-k", "and, or, not"),
    ("require", ["run", URL, "--require", "certified"], "certified", "level"),
    ("no-baseline", ["run", URL, "--require", "no-new-failures"], "baseline", "--baseline"),
    ("idle-baseline", ["run", URL, "--baseline", "baseline.json"], "compared", "no-new-failures"),
    (
        "other-baseline",
        ["run", URL, *NO_NEW, "--baseline", "baseline.json"],
        "baseline.json",
        "results.json",
    ),
    ("insecure", ["run", URL, "--insecure"], "--insecure", "--ca-file"),
    ("unknown-option", ["run", URL, "--colour"], "--colour", ""),
    ("unknown-verb", ["rnu", URL], "rnu", "run"),
    ("demo-persona", ["demo", "--persona", "clinik"], "clinik", "clinic"),
    ("demo-taken", ["demo", "--output", "taken"], "exists already", "--output"),
    ("serve-persona", ["ehr", "serve", "--persona", "x"], "persona x", "clinic"),
    ("serve-token", ["ehr", "serve", "--token-env", "UNSET"], "UNSET", "Set it"),
    ("serve-port", ["ehr", "serve", "--port", "70000"], "70000", "another"),
    ("no-run", ["judge", "nowhere"], "holds no transcript", "conformance run"),
    ("judge-a-file", ["judge", "file"], "holds no transcript", ""),
    ("judge-nothing", ["judge"], "RUN", ""),
    ("explain", ["explain", "serches"], "serches", "searches"),
    ("list", ["list", "chekcs"], "chekcs", "checks"),
    ("register-idle", ["register", "--algorithm", "RS384"], "--new-key", "new key"),
    ("register-algorithm", ["register", "--new-key", "k", "--algorithm", "HS256"], "HS256", "RS"),
    ("register-taken", ["register", "--new-key", "file"], "written over", "another name"),
    ("register-nowhere", ["register", "--new-key", "file/key"], "cannot be written", "folder"),
    ("register-both", ["register", "--new-key", "k", "--config", "c"], "--config", "first"),
    ("register-none", ["register", "--config", "persona.toml"], "No server URL", ""),
    ("register-no-client", ["register", "--config", "plain.toml"], "no client", "init"),
    ("token-nobody", ["token"], "PERSONA", ""),
    ("token-no-file", ["token", "a", "--config", "absent.toml"], "absent.toml", ""),
    ("token-unknown", ["token", "nurze", "--config", "plain.toml"], "nurze", "init"),
    ("token-given", ["token", "nurse", "--config", "plain.toml"], "does not sign in", "role"),
    ("format", ["trace", "--format", "xml"], "xml", "json"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A call that has ended, and the files that it left."""

    done: CompletedProcess[str]
    before: list[Path]
    after: list[Path]


QUICK = frozenset(
    {"no-url", "no-scheme", "unknown-key", "literal-secret", "unset-secret", "unknown-persona"}
    | {"unwritable", "taken", "suite", "unknown-option", "no-run", "explain", "token-given"}
)


def _cases() -> list[ParameterSet]:
    marks = {True: (), False: (pytest.mark.slow,)}
    return [
        pytest.param(place, id=case[0], marks=marks[case[0] in QUICK])
        for place, case in enumerate(BAD)
    ]


@pytest.fixture(scope="module")
def calls(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[int, Future[Called]]]:
    """Make the calls of this session, a few at once: most of their time is a start of Python."""
    above = tmp_path_factory.mktemp("calls")

    def call(place: int) -> Called:
        folder = above / BAD[place][0]
        folder.mkdir()
        _furnish(folder)
        before = sorted(folder.rglob("*"))
        done = called(BAD[place][1], cwd=folder)
        return Called(done=done, before=before, after=sorted(folder.rglob("*")))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        chosen = [
            place
            for item in request.session.items
            if isinstance(item, pytest.Function)
            and item.originalname == test_it_is_a_sentence_and_a_hint.__name__
            and isinstance(place := item.callspec.params["place"], int)
        ]
        yield {place: pool.submit(call, place) for place in chosen}


@pytest.mark.parametrize("place", _cases())
def test_it_is_a_sentence_and_a_hint(calls: dict[int, Future[Called]], place: int) -> None:
    """What is wrong is named, how to mend it is said, and no file appears."""
    _, words, named, hint = BAD[place]
    call = calls[place].result()
    said = call.done.stderr
    assert call.done.returncode == 2, words
    assert call.done.stdout == ""
    assert named in said
    assert hint in said
    assert "Traceback" not in said
    assert "\x1b" not in said
    assert "abc.def.ghi" not in said
    assert call.after == call.before


def test_control_characters_are_shown_and_not_sent(command: Command) -> None:
    """What a person pasted cannot drive the terminal either."""
    done = command("run", "https://e.example/\x1b[31m\x07")
    assert done.returncode == 2
    assert "\x1b" not in done.stderr
    assert "\x07" not in done.stderr


def test_a_transcript_of_another_format_is_refused(command: Command, tmp_path: Path) -> None:
    """The version it needs is said, and its results stay as they are."""
    run = tmp_path / "run"
    (run / "transcript").mkdir(parents=True)
    (run / "transcript" / "manifest.json").write_text(json.dumps({"format": 99}))
    (run / "results.json").write_text("old")
    done = command("judge", "run")
    assert done.returncode == 2
    assert "format 99" in done.stderr
    assert (run / "results.json").read_text() == "old"


def test_a_setting_of_the_environment_is_named(command: Command) -> None:
    """A mistake in a variable is said of the variable."""
    done = command("run", env={"CONFORMANCE_URL": "ehr.example.org"})
    assert done.returncode == 2
    assert "CONFORMANCE_URL" in done.stderr
