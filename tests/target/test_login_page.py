"""What docs/login.md shows is a target file that loads, and what it lists is what is asked for."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.target.model import Role, Target
from conformance.target.scopes import TYPES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "login.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_the_file_of_the_page_loads(
    load: Callable[..., Target], tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = "\n".join(_blocks("toml"))
    for name in re.findall(r'env = "(\w+)"', toml):
        monkeypatch.setenv(name, "value-of-a-test")
    (tmp_path / "patient-e.refresh-token").write_text("refresh-of-a-test\n")
    helper = tmp_path / "fresh-token"
    helper.write_text("#!/bin/sh\necho token-of-$1\n")
    helper.chmod(0o700)
    target = load(f'[target]\nurl = "https://ehr.example.org/fhir"\n{toml}', url=None)
    assert [len(target.personas_of(role)) for role in Role] == [6, 1, 2, 1]
    token = target.personas["by-a-program"].token
    assert token is not None
    assert token.resolve().reveal() == "token-of-clinician"


def test_the_page_lists_the_types_that_are_asked_for() -> None:
    listed = re.search(r"^The types: (.*?)\.$", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert listed is not None
    assert tuple(re.split(r",\s+", listed[1])) == TYPES
