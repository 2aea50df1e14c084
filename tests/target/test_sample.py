"""The printed sample is a target file that works, also with each setting taken up."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.target.model import CredentialKind, Kind, Target
from conformance.target.refusals import schema
from conformance.target.sample import sample_text

Load = Callable[..., Target]


def _everything_taken_up() -> str:
    return re.sub(r"^#(?=[^ \n])", "", sample_text(), flags=re.MULTILINE)


def test_the_sample_loads_with_the_variable_that_it_names(load: Load) -> None:
    target = load(sample_text(), url=None)
    assert target.url == "https://ehr.example.org/fhir"
    assert target.persona is not None
    assert target.persona.credential is not None
    assert target.persona.credential.kind is CredentialKind.BEARER


def test_the_sample_loads_with_every_setting_taken_up(
    load: Load, tmp_path: Path, certificate: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ca.pem").write_bytes(certificate)
    (tmp_path / "clinic.key").write_text("key-of-a-test\n")
    monkeypatch.setenv("GATEWAY_SECRET", "gateway-of-a-test")
    target = load(_everything_taken_up(), url=None)
    assert target.kind is Kind.EHR
    assert list(target.personas) == ["default", "clinic"]
    assert len(target.headers) == 2


def test_the_sample_shows_every_key_that_there_is() -> None:
    shown = tomllib.loads(_everything_taken_up())
    tables: dict[str, Any] = schema()["properties"]
    assert set(shown) == set(tables)
    assert set(shown["target"]) == set(tables["target"]["properties"])
    assert set(shown["hosts"]) == set(tables["hosts"]["properties"])
    persona: dict[str, Any] = tables["persona"]["additionalProperties"]["properties"]
    assert {key for body in shown["persona"].values() for key in body} == set(persona)


def test_the_sample_fits_a_narrow_screen() -> None:
    assert max(map(len, sample_text().splitlines())) <= 100
