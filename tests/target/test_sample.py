"""The printed sample is a target file that works, also with each setting taken up."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from conformance.target.model import ClientKind, CredentialKind, Kind, Role, Target
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
    load: Load,
    tmp_path: Path,
    certificate: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "ca.pem").write_bytes(certificate)
    (tmp_path / "clinic.key").write_text("key-of-a-test\n")
    (tmp_path / "refresh-token").write_text("refresh-of-a-test\n")
    helper = tmp_path / "fresh-token"
    helper.write_text("#!/bin/sh\necho access-of-a-test\n")
    helper.chmod(0o700)
    key = tmp_path / "keys" / "backend.json"
    key.parent.mkdir()
    key.touch(0o600)
    key.write_text(json.dumps(RSAKey.generate_key(2048).as_dict(private=True)))
    for name in ("GATEWAY_SECRET", "APP_SECRET", "PATIENT_A_USER", "PATIENT_A_PASSWORD"):
        monkeypatch.setenv(name, "value-of-a-test")
    monkeypatch.setenv("LAUNCH_KEY", "launch-of-a-test")
    target = load(_everything_taken_up(), url=None)
    assert target.kind is Kind.EHR
    assert list(target.personas) == [
        *("default", "clinic"),
        *("patient-a", "limited", "practitioner", "system"),
    ]
    assert len(target.headers) == 2
    assert [len(target.personas_of(role)) for role in Role] == [1, 1, 1, 1]
    assert {client.kind for client in target.clients.values()} == {"symmetric", "system"}
    assert target.persona is target.personas["default"]


def test_the_sample_shows_every_key_that_there_is() -> None:
    shown = tomllib.loads(_everything_taken_up())
    tables: dict[str, Any] = schema()["properties"]
    assert set(shown) == set(tables)
    assert set(shown["target"]) == set(tables["target"]["properties"])
    assert set(shown["hosts"]) == set(tables["hosts"]["properties"])
    persona: dict[str, Any] = tables["persona"]["additionalProperties"]["properties"]
    assert {key for body in shown["persona"].values() for key in body} == set(persona)
    login = shown["persona"]["patient-a"]["login"]
    assert set(login) == set(persona["login"]["properties"])
    client: dict[str, Any] = tables["client"]["additionalProperties"]["properties"]
    assert {key for body in shown["client"].values() for key in body} == set(client)
    assert set(shown["endpoint"]) == set(tables["endpoint"]["properties"])


def test_the_sample_names_every_role_and_kind() -> None:
    text = sample_text()
    for word in (*Role, *ClientKind):
        assert f'"{word}"' in text


def test_the_sample_fits_a_narrow_screen() -> None:
    assert max(map(len, sample_text().splitlines())) <= 100
