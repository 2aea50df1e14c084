"""Each persona, judged over HTTPS by the command, gets the verdict of the decision table."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from conformance.ehr.serve import Served
from conformance.report.validate import validate_results
from tests.support.command import Command


def verdict_in(folder: Path) -> dict[str, Any]:
    """Return the verdict of a run."""
    document = json.loads((folder / "results.json").read_bytes())
    assert validate_results(document) == []
    verdict: dict[str, Any] = document["verdict"]
    return verdict


@pytest.mark.slow
def test_the_certified_persona_leans_certified(sound_run: Any) -> None:
    """Rule 9, exit 3, and not one departure."""
    verdict = verdict_in(sound_run.folder)
    assert sound_run.done.returncode == 3
    assert (verdict["class"], verdict["rule"]) == ("undetermined", 9)
    assert verdict["qualifier"] == "leaning certified"
    assert verdict["deviations"] == {"SHALL": 0, "SHOULD": 0}
    assert verdict["counts"]["FAIL"] == verdict["counts"]["ERROR"] == 0


@pytest.mark.slow
def test_a_run_leaves_its_folder_and_nothing_else(sound_run: Any) -> None:
    """Whatever pytest and Hypothesis would like to keep for the next time."""
    assert [path.name for path in sound_run.folder.parent.iterdir()] == ["run"]


@pytest.mark.slow
def test_the_clinic_is_at_emr_level(command: Command, clinic: Served, tmp_path: Path) -> None:
    """By API key in the usual header; rule 6, exit 1."""
    trust = ["--ca-file", clinic.ca_file]
    done = command("run", clinic.url, *trust, "--api-key-env", "TOKEN", "-o", "run")
    verdict = verdict_in(tmp_path / "run")
    assert done.returncode == 1
    assert (verdict["class"], verdict["rule"]) == ("EMR-level", 6)


@pytest.mark.slow
def test_the_closed_portal_is_undetermined(
    command: Command, closed: Served, tmp_path: Path
) -> None:
    """Nothing says that it is a record system; rule 1, exit 3."""
    done = command("run", closed.url, "--ca-file", closed.ca_file, "-q", "-o", "run")
    verdict = verdict_in(tmp_path / "run")
    assert done.returncode == 3
    assert (verdict["class"], verdict["rule"]) == ("undetermined", 1)
    assert done.stdout.startswith("undetermined, not a record system (rule 1): report run/")


@pytest.mark.slow
def test_the_closed_portal_declared_has_no_api(
    command: Command, closed: Served, tmp_path: Path
) -> None:
    """With kind ehr by the target file; rule 3, exit 1."""
    (tmp_path / "conformance.toml").write_text(
        f'[target]\nurl = "{closed.url}"\nkind = "ehr"\nca-file = "{closed.ca_file}"\n'
    )
    done = command("run", "-q", "-o", "run")
    verdict = verdict_in(tmp_path / "run")
    assert done.returncode == 1
    assert (verdict["class"], verdict["rule"], verdict["qualifier"]) == ("EMR-level", 3, "no API")


@pytest.mark.slow
def test_where_nothing_listens_nothing_is_said(command: Command, tmp_path: Path) -> None:
    """Unreachable is no verdict about anybody: exit 3."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/fhir"
        done = command("run", url, "--kind", "ehr", "-q", "-o", "run")
    verdict = verdict_in(tmp_path / "run")
    assert done.returncode == 3
    assert (verdict["class"], verdict["rule"]) == ("undetermined", 1)
    assert verdict["qualifier"] == "unreachable"


@pytest.mark.slow
def test_a_part_says_that_it_is_one(command: Command, certified: Served, tmp_path: Path) -> None:
    """`--suite` and `-k` choose, the verdict and the last line name it, the rest is not run."""
    words = [certified.url, "--ca-file", certified.ca_file, "--bearer-env", "TOKEN", "-o", "run"]
    done = command("run", *words, "--suite", "security", "--suite", "patient-access", "-k", "tls")
    document = json.loads((tmp_path / "run" / "results.json").read_bytes())
    assert done.returncode == 3
    assert document["verdict"]["partial"] is True
    assert document["run"]["selection"] == {"suites": ["security"], "keyword": "tls"}
    assert {check["area"] for check in document["checks"]} == {"security"}
    assert "a part only" in done.stdout.splitlines()[-1]


@pytest.mark.slow
def test_an_empty_part_is_not_green(command: Command, closed: Served, tmp_path: Path) -> None:
    """Nothing executed is never met, whatever is required."""
    words = [closed.url, "--ca-file", closed.ca_file, "-o", "run", "--require", "determined"]
    done = command("run", *words, "-k", "no_check_is_called_this")
    assert done.returncode == 3
    assert verdict_in(tmp_path / "run")["counts"]["PASS"] == 0


@pytest.mark.slow
def test_known_failures_are_no_news(command: Command, clinic: Served, tmp_path: Path) -> None:
    """`--require no-new-failures` compares with a baseline; a failure that is not in it is 1."""
    part = ["--ca-file", clinic.ca_file, "--api-key-env", "TOKEN", "-k", "configuration_is_served"]
    first = command("run", clinic.url, *part, "-q", "-o", "first")
    compare = ["--require", "no-new-failures", "--baseline"]
    again = command("run", clinic.url, *part, "-q", *compare, "first/results.json", "-o", "again")
    assert first.returncode == 1
    assert again.returncode == 0
    emptied = tmp_path / "empty.json"
    emptied.write_text(json.dumps({"checks": []}))
    assert command("run", clinic.url, *part, "-q", *compare, emptied).returncode == 1
