"""What of a target goes into a manifest, and that it comes back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.core.errors import EvidenceError
from conformance.target.model import Origin, Role, Target
from conformance.target.public import from_public, public_form
from conformance.target.references import references_of

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
[persona.patient-a]
role = "patient"
client = "app"
patient = "patient-1"
scopes = "launch/patient openid"
[persona.patient-a.login]
username = { env = "EHR_TOKEN" }
password = { command = ["printf", "canary-password"] }
approve = "Allow"
[persona.nightly]
role = "system"
client = "backend"
group = "everybody"
[persona.limited]
role = "limited"
refuse = ["offline_access"]
token = { env = "EHR_TOKEN" }
[client.app]
id = "demo-symmetric"
kind = "symmetric"
secret = { env = "EHR_TOKEN" }
redirect-uri = "http://127.0.0.1:8765/callback"
launch-uri = "http://127.0.0.1:8765/launch"
[client.backend]
id = "demo-system"
kind = "system"
key = { file = "keys/backend.json" }
jwks-url = "https://app.example.org/jwks.json"
[endpoint]
introspection = "https://auth.example.org/introspect"
launch = { url = "https://ehr.example.org/launches", key = { env = "EHR_TOKEN" } }
"""


@pytest.fixture
def target(load: Load, tmp_path: Path, certificate: bytes, key_file: Path) -> Target:
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
                "credential": {
                    "kind": "bearer",
                    "header": "Authorization",
                    "secret": {"file": "nurse.token"},
                }
            },
            "clinic": {
                "credential": {
                    "kind": "api-key",
                    "header": "X-Clinic",
                    "secret": {"command": True},
                }
            },
            "nobody": {},
            "patient-a": {
                "role": "patient",
                "client": "app",
                "launch": "standalone",
                "patient": "patient-1",
                "scopes": "launch/patient openid",
                "login": {
                    "username": {"env": "EHR_TOKEN"},
                    "password": {"command": True},
                    "approve": "Allow",
                },
            },
            "nightly": {
                "role": "system",
                "client": "backend",
                "launch": "backend",
                "scopes": "system/*.rs",
                "group": "everybody",
            },
            "limited": {
                "role": "limited",
                "launch": "standalone",
                "refuse": ["offline_access"],
                "token": {"env": "EHR_TOKEN"},
            },
        },
        "clients": {
            "app": {
                "id": "demo-symmetric",
                "kind": "symmetric",
                "secret": {"env": "EHR_TOKEN"},
                "redirect-uri": "http://127.0.0.1:8765/callback",
                "launch-uri": "http://127.0.0.1:8765/launch",
            },
            "backend": {
                "id": "demo-system",
                "kind": "system",
                "key": "backend.json",
                "algorithm": "ES384",
                "jwks-url": "https://app.example.org/jwks.json",
            },
        },
        "endpoints": {
            "introspection": "https://auth.example.org/introspect",
            "launch": {"url": "https://ehr.example.org/launches", "key": {"env": "EHR_TOKEN"}},
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
            "personas.patient-a": "file",
            "personas.nightly": "file",
            "personas.limited": "file",
            "clients": "file",
            "endpoints": "file",
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
    assert list(back.personas) == list(target.personas)
    assert list(back.clients) == list(target.clients)
    assert back.personas_of(Role.SYSTEM) == target.personas_of(Role.SYSTEM)
    assert back.clients["backend"].algorithm == "ES384"
    assert back.persona is back.personas["nurse"]
    assert back.origin_of("us_core") is Origin.FILE
    assert back.url == target.url


def test_secrets_of_a_replay_are_placeholders(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EHR_TOKEN")
    back = from_public(public_form(target))
    secrets = list(references_of(back))
    assert len(secrets) == len(list(references_of(target))) == 8
    assert {secret.resolve().reveal() for secret in secrets} == {"replayed"}
    key = back.clients["backend"].key
    assert key is not None
    assert key.replayed


@pytest.mark.parametrize(
    "change",
    [
        {"url": 5},
        {"access": "wide-open"},
        {"extra": 1},
        {"personas": {"a": {"credential": {"kind": "bearer", "header": "A", "secret": {}}}}},
        {"personas": {"a": {"credential": {"kind": "bearer", "header": "A", "secret": "canary"}}}},
        {"personas": {"a": {"token": {"value": "canary"}}}},
        {"personas": {"a": {"role": "\x1b[31m"}}},
        {"clients": {"a": {"id": "a", "kind": "secret"}}},
        {"clients": {"a": {"kind": "public"}}},
        {"clients": {"a": {"id": "a", "kind": "system", "key": {"d": "canary"}}}},
        {"endpoints": {"launch": {"url": "https://ehr.example.org", "key": {}}}},
        {"origins": {"url": "elsewhere"}},
    ],
)
def test_an_altered_form_is_refused(target: Target, change: dict[str, Any]) -> None:
    with pytest.raises(EvidenceError) as caught:
        from_public(public_form(target) | change)
    assert "canary" not in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_form_that_is_none_is_refused() -> None:
    forms: list[Any] = [{}, [], "text", None]
    for form in forms:
        with pytest.raises(EvidenceError):
            from_public(form)
