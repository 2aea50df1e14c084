"""What of a target goes into a manifest, and that it comes back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.core.errors import EvidenceError
from conformance.target.model import Origin, Target
from conformance.target.public import from_public, public_form
from conformance.target.secret import SecretReference

Load = Callable[..., Target]

TOML = """
[target]
url = "https://ehr.example.org"
rate = 5
us-core = "6.1.0"
[target.headers]
X-Tenant = "north"
X-Gateway = { env = "EHR_TOKEN" }
[persona.nurse]
bearer = { file = "keys/nurse.token" }
[persona.clinic]
api-key = { command = ["printf", "canary-argument"] }
header = "X-Clinic"
[persona.nobody]
"""


@pytest.fixture
def target(load: Load, tmp_path: Path, certificate: bytes) -> Target:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "nurse.token").write_text("canary-of-nurse")
    (tmp_path / "ca.pem").write_bytes(certificate)
    return load(TOML, ca_file=Path("ca.pem"), patients=("a",))


def test_the_public_form_describes_secrets_by_kind_and_name(target: Target) -> None:
    assert public_form(target) == {
        "url": "https://ehr.example.org/fhir",
        "kind": None,
        "access": "protected",
        "patients": ["a"],
        "headers": [
            {"name": "X-Tenant", "value": "north"},
            {"name": "X-Gateway", "value": {"env": "EHR_TOKEN"}},
        ],
        "rate": 5.0,
        "us-core": "6.1.0",
        "allow-hosts": [],
        "ca-file": "ca.pem",
        "threads": None,
        "personas": {
            "nurse": {
                "kind": "bearer",
                "header": "Authorization",
                "secret": {"file": "nurse.token"},
            },
            "clinic": {"kind": "api-key", "header": "X-Clinic", "secret": {"command": True}},
            "nobody": None,
        },
        "origins": {
            "url": "option",
            "rate": "file",
            "us_core": "file",
            "headers": "file",
            "ca_file": "option",
            "patients": "option",
            "personas.nurse": "file",
            "personas.clinic": "file",
            "personas.nobody": "file",
        },
    }


def test_the_public_form_holds_no_secret_and_no_path(target: Target, tmp_path: Path) -> None:
    text = json.dumps(public_form(target))
    assert "canary" not in text
    assert "token-of-a-test" not in text
    assert str(tmp_path) not in text


def test_a_target_comes_back_from_its_public_form(target: Target) -> None:
    form = json.loads(json.dumps(public_form(target)))
    back = from_public(form)
    assert public_form(back) == form
    assert list(back.personas) == ["nurse", "clinic", "nobody"]
    assert back.origin_of("us_core") is Origin.FILE
    assert back.url == target.url


def test_secrets_of_a_replay_are_placeholders(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EHR_TOKEN")
    back = from_public(public_form(target))
    secrets = [p.credential.secret for p in back.personas.values() if p.credential is not None]
    secrets += [h.value for h in back.headers if isinstance(h.value, SecretReference)]
    assert {secret.resolve().reveal() for secret in secrets} == {"replayed"}


@pytest.mark.parametrize(
    "change",
    [
        {"url": 5},
        {"access": "wide-open"},
        {"extra": 1},
        {"personas": {"a": {"kind": "bearer", "header": "A", "secret": {}}}},
        {"personas": {"a": {"kind": "bearer", "header": "A", "secret": "canary"}}},
        {"personas": {"a": {"kind": "bearer", "header": "A", "secret": {"value": "canary"}}}},
        {"origins": {"url": "elsewhere"}},
    ],
)
def test_an_altered_form_is_refused(target: Target, change: dict[str, Any]) -> None:
    with pytest.raises(EvidenceError) as caught:
        from_public(public_form(target) | change)
    assert "canary" not in str(caught.value)


def test_a_form_that_is_none_is_refused() -> None:
    forms: list[Any] = [{}, [], "text", None]
    for form in forms:
        with pytest.raises(EvidenceError):
            from_public(form)
