"""A run is refused before anything is started, or is ready with nothing left open."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conformance.core.errors import UsageError
from conformance.run.preflight import Prepared, prepare, suite_names
from conformance.run.request import Live
from conformance.target.load import Options

URL = "https://ehr.example.org/fhir"
NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)

Prepare = Callable[..., Prepared]


@pytest.fixture
def ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prepare:
    """Prepare a run in an empty folder, without settings of the person who runs the tests."""
    for name in list(os.environ):
        if name.startswith("CONFORMANCE_"):
            monkeypatch.delenv(name)

    def call(url: str | None = URL, **asked: Any) -> Prepared:
        return prepare(Live(url=url, **asked), tmp_path, NOON)

    return call


def test_the_folder_is_named_by_time_and_host(ready: Prepare, tmp_path: Path) -> None:
    """Below `reports/` where the command is given, and not made yet."""
    folder = ready().folder
    assert folder == tmp_path / "reports" / "20261124T120000Z-ehr.example.org"
    assert not folder.exists()


def test_a_second_run_in_one_second_has_a_folder_of_its_own(ready: Prepare) -> None:
    """Runs are kept."""
    ready().folder.mkdir(parents=True)
    assert ready().folder.name == "20261124T120000Z-ehr.example.org-2"


def test_the_url_of_the_file_is_passed_on(ready: Prepare, tmp_path: Path) -> None:
    """The child is told what was found."""
    (tmp_path / "conformance.toml").write_text(f'[target]\nurl = "{URL}"\n')
    assert ready(None).request.url == URL


def test_suites_are_named_as_people_say_them(ready: Prepare) -> None:
    """With either line, a slash at the end, or twice."""
    asked = ("fhir-api", "fhir_api/", "security")
    assert ready(suites=asked).request.suites == ("fhir_api", "security")
    assert suite_names() == ["fhir_api", "patient_access", "portability", "security"]


def test_a_blank_keyword_is_none(ready: Prepare) -> None:
    """As pytest takes it."""
    assert ready(keyword="  ").request.keyword == ""


def test_a_command_that_prints_a_secret_is_left_to_the_child(
    ready: Prepare, tmp_path: Path
) -> None:
    """It may ask a person, and asks once."""
    mark = tmp_path / "asked"
    bearer = f'bearer = {{ command = ["touch", "{mark}"] }}'
    (tmp_path / "conformance.toml").write_text(
        f'[target]\nurl = "{URL}"\n[persona.default]\n{bearer}\n'
    )
    ready()
    assert not mark.exists()


def test_a_missing_secret_file_is_said(ready: Prepare, tmp_path: Path) -> None:
    """By the parent, before a process is started."""
    (tmp_path / "conformance.toml").write_text(
        f'[target]\nurl = "{URL}"\n[persona.default]\nbearer = {{ file = "absent" }}\n'
    )
    with pytest.raises(UsageError, match="absent"):
        ready()


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf")])
def test_no_time_is_no_time_to_wait(ready: Prepare, seconds: float) -> None:
    """Nor is for ever."""
    with pytest.raises(UsageError, match="--timeout"):
        ready(timeout=seconds)


def test_every_refusal_has_a_hint(ready: Prepare, tmp_path: Path) -> None:
    """What is wrong and how to mend it."""
    for asked in (
        {"require": "nothing"},
        {"require": "no-new-failures"},
        {"baseline": tmp_path / "x"},
        {"suites": ("nowhere",)},
        {"keyword": "a and"},
        {"options": Options(us_core="1.0.0")},
        {"output": tmp_path},
    ):
        with pytest.raises(UsageError) as refused:
            ready(**asked)
        assert refused.value.hint
