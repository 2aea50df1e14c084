"""The verbs that tell: what there is, what it means, how it hangs together, where it lies."""

import json
import subprocess
import tomllib
from pathlib import Path

import pytest
import typer

from conformance import __version__
from conformance.catalogue.load import load_catalogue
from conformance.cli import explanation as explaining
from conformance.cli import shipped, trace
from conformance.cli.codes import finding_codes
from conformance.cli.shipped import shipped_checks
from conformance.core.ids import FINDING_CODE, FUNCTION_ID
from conformance.plugin.selection import shipped_functions
from conformance.resources import suites_root
from tests.support.command import WORDS, Command, plain_environment

VERBS = ["run", "demo", "judge", "list", "explain", "trace", "init", "where", "ehr", "rulebook"]
VERBS += ["ehr serve"]


@pytest.mark.parametrize("verb", VERBS)
def test_each_help_has_an_example(command: Command, verb: str) -> None:
    """It can be copied from a terminal of 80 columns, whole."""
    done = command(*verb.split(), "--help")
    told = done.stdout[done.stdout.index("Example") :]
    assert done.returncode == 0
    assert (
        f"conformance {verb}" in told
        or f"conformance {verb.split()[0]}" in told
        or ("conformance where" in told)
    )


def test_the_help_of_the_command_names_every_verb(command: Command) -> None:
    """And the exit codes."""
    told = command("--help").stdout
    assert all(verb.split()[0] in told for verb in VERBS)
    assert "130 interrupted" in told


def test_the_version_is_that_of_the_package(command: Command) -> None:
    """One line, for reports of faults."""
    assert command("--version").stdout == f"ehr-conformance {__version__}\n"


def test_init_prints_a_file_that_is_read(command: Command, tmp_path: Path) -> None:
    """As it comes, for the host that it names."""
    text = command("init").stdout
    url = tomllib.loads(text)["target"]["url"]
    (tmp_path / "conformance.toml").write_text(text)
    unset = command("run", url, "-o", "run")
    assert "The environment variable EHR_TOKEN, named by [persona.default]" in unset.stderr
    done = command("run", url, "-o", "run", "--timeout", "0", env={"EHR_TOKEN": "a-token-4-tests"})
    assert done.stderr.startswith("Error: --timeout 0")


def test_where_prints_the_suites(command: Command) -> None:
    """The folder that pytest takes."""
    assert command("where").stdout == f"{suites_root()}\n"


@pytest.mark.parametrize("what", ["checks", "requirements", "gates"])
def test_a_list_is_for_people_and_for_programs(command: Command, what: str) -> None:
    """The same ids in both forms."""
    entries = json.loads(command("list", what, "--json").stdout)
    plain = command("list", what).stdout
    assert entries
    assert all(f"{entry['id']}  (" in plain for entry in entries)


def test_a_reader_that_leaves_is_no_error(command: Command, tmp_path: Path) -> None:
    """`conformance list requirements | head -1`."""
    piped = " ".join([*WORDS, "list", "requirements"]) + " | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", piped],
        cwd=tmp_path,
        env=plain_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr


def test_the_trace_is_sound(command: Command) -> None:
    """Exit 0, every requirement in it, in both forms."""
    table, document = command("trace"), command("trace", "--format", "json")
    rows = json.loads(document.stdout)["rows"]
    assert table.returncode == document.returncode == 0
    assert {row["requirement"] for row in rows} == set(load_catalogue().requirements)
    assert all(f"  {row['requirement']}  " in table.stdout for row in rows)
    assert "77 of them steps" in table.stdout


def test_a_gap_in_the_trace_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1, and the requirement that nothing speaks for."""
    named = shipped.checks_by_requirement()
    del named["us-core#search-shall"]
    named["us-core#no-such"] = ["fhir-api.x.y"]
    monkeypatch.setattr(shipped, "checks_by_requirement", lambda: named)
    with pytest.raises(typer.Exit) as end:
        trace.trace()
    told = capsys.readouterr().err
    assert end.value.exit_code == 1
    assert "us-core#search-shall has neither a check nor a reason" in told
    assert "us-core#no-such" in told


def test_what_is_listed_is_what_runs() -> None:
    """The verbs see the check functions that the plugin sees."""
    assert set(shipped_checks()) == shipped_functions()
    assert all(FUNCTION_ID.fullmatch(id_) for id_ in shipped_checks())


def test_everything_can_be_explained() -> None:
    """Every id that a report may show."""
    catalogue = load_catalogue()
    known = [
        *catalogue.gates,
        *catalogue.requirements,
        *shipped_checks(),
        *finding_codes(),
        *(check.id + f"[{check.rows[0]}]" for check in shipped_checks().values() if check.rows),
        *(step.id.removeprefix("g10#") for step in catalogue.steps),
    ]
    for name in known:
        told = explaining.explanation(name)
        assert told is not None, name
        assert all(lines for _, lines in told.parts), name


def test_the_codes_of_a_run_can_be_explained() -> None:
    """Every finding code in the golden documents and the ones that checks note."""
    codes = finding_codes()
    assert all(FINDING_CODE.fullmatch(code) for code in codes)
    assert codes["refusal.leak"].checks
    assert codes["body.not-json"].shared


@pytest.mark.parametrize(
    ("name", "near"),
    [("serches", "searches"), ("us-core#search", "us-core#search-shall"), ("no_dta", "no-data")],
)
def test_an_unknown_id_names_the_nearest(name: str, near: str) -> None:
    """Misspelt or cut short."""
    assert near in explaining.near(name)


def test_an_explanation_says_why_it_matters(command: Command) -> None:
    """What it asks, where it stands, what it decides, and what checks it."""
    told = command("explain", "us-core#search-shall").stdout
    for part in ("What it asks", "Where it stands", "the gate searches", "SH-PAT-2", "rows)"):
        assert part in told
