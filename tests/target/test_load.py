"""How options, environment and file become one target, and which of them wins."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.core.errors import UsageError
from conformance.target.model import Access, CredentialKind, Kind, Origin, Target
from conformance.target.secret import SecretReference
from tests.support.targets_as_toml import FULL

Load = Callable[..., Target]
Refused = Callable[..., UsageError]


@pytest.fixture
def clinic_key(tmp_path: Path) -> Path:
    path = tmp_path / "clinic.key"
    path.write_text("key-of-a-test\n")
    return path


def test_a_url_alone_is_a_target(load: Load) -> None:
    target = load()
    assert target == Target(url="https://ehr.example.org/fhir", origins={"url": Origin.OPTION})
    assert target.access is Access.PROTECTED
    assert target.persona is None
    assert target.origin_of("rate") is Origin.DEFAULT


def test_a_file_says_everything(load: Load, clinic_key: Path) -> None:
    target = load(FULL, url=None)
    assert target.url == "https://ehr.example.org/r4"
    assert target.kind is Kind.EHR
    assert target.access is Access.OPEN_SANDBOX
    assert target.patients == ("a", "b")
    assert (target.rate, target.threads, target.us_core) == (5.0, 4, "7.0.0")
    assert target.allow_hosts == ("https://files.example.org",)
    assert [header.name for header in target.headers] == ["X-Tenant", "X-Gateway"]
    assert target.headers[0].value == "north"
    assert isinstance(target.headers[1].value, SecretReference)
    assert list(target.personas) == ["nurse", "clinic", "nobody"]
    assert target.persona is target.personas["nurse"]
    clinic = target.personas["clinic"].credential
    assert clinic is not None
    assert (clinic.kind, clinic.header) == (CredentialKind.API_KEY, "X-Clinic")
    assert clinic.secret.resolve().reveal() == "key-of-a-test"
    assert target.personas["nobody"].credential is None
    assert target.file == clinic_key.parent / "conformance.toml"
    assert set(target.origins.values()) == {Origin.FILE}


def test_the_target_never_shows_a_secret(load: Load, clinic_key: Path) -> None:
    shown = repr(load(FULL, url=None))
    assert "token-of-a-test" not in shown
    assert "key-of-a-test" not in shown


def test_an_option_wins_over_the_environment_and_that_over_the_file(
    load: Load, clinic_key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFORMANCE_RATE", "3")
    monkeypatch.setenv("CONFORMANCE_THREADS", "2")
    monkeypatch.setenv("CONFORMANCE_PATIENTS", "c, d")
    monkeypatch.setenv("CONFORMANCE_US_CORE", "")
    target = load(FULL, rate=2.0)
    assert (target.rate, target.threads, target.us_core) == (2.0, 2, "7.0.0")
    assert target.patients == ("c", "d")
    assert target.url == "https://ehr.example.org/fhir"
    assert target.origin_of("rate") is Origin.OPTION
    assert target.origin_of("threads") is Origin.ENVIRONMENT
    assert target.origin_of("us_core") is Origin.FILE
    assert target.origin_of("personas.nurse") is Origin.FILE


def test_every_option_reaches_the_target(load: Load, tmp_path: Path, certificate: bytes) -> None:
    (tmp_path / "ca.pem").write_bytes(certificate)
    target = load(
        ca_file=Path("ca.pem"),
        us_core="6.1.0",
        rate=1.5,
        threads=3,
        patients=("a",),
        kind="ehr",
        access="open-sandbox",
    )
    assert target.ca_file == tmp_path / "ca.pem"
    assert (target.us_core, target.rate, target.threads) == ("6.1.0", 1.5, 3)
    assert (target.patients, target.kind, target.access) == (("a",), "ehr", "open-sandbox")


def test_every_variable_reaches_the_target(
    load: Load, tmp_path: Path, certificate: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ca.pem").write_bytes(certificate)
    for name, value in {
        "URL": "https://other.example.org/",
        "CA_FILE": "ca.pem",
        "US_CORE": "6.1.0",
        "RATE": "1.5",
        "THREADS": "3",
        "PATIENTS": "a",
        "KIND": "ehr",
        "ACCESS": "open-sandbox",
        "API_KEY_ENV": "EHR_TOKEN",
        "API_KEY_HEADER": "X-Gate",
    }.items():
        monkeypatch.setenv(f"CONFORMANCE_{name}", value)
    target = load(url=None)
    assert target.url == "https://other.example.org"
    assert target.ca_file == tmp_path / "ca.pem"
    assert (target.us_core, target.rate, target.threads) == ("6.1.0", 1.5, 3)
    assert (target.patients, target.kind, target.access) == (("a",), "ehr", "open-sandbox")
    assert target.persona is not None
    assert target.persona.credential is not None
    assert target.persona.credential.header == "X-Gate"
    assert set(target.origins.values()) == {Origin.ENVIRONMENT}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"kind": "emr"}, "The value of --kind must be ehr."),
        ({"access": "open"}, "The value of --access must be protected or open-sandbox."),
        ({"rate": float("nan")}, "The value of --rate must be a number, not nan."),
        ({"threads": 0}, "The value of --threads must be at least 1."),
        ({"patients": ("a/b",)}, "The value of --patient is not of the form"),
        ({"bearer_env": "not a name"}, "The value of --bearer-env is not of the form"),
        ({"bearer_env": ""}, "The value of --bearer-env is not of the form"),
        ({"api_key_header": "X-Key"}, "given by --api-key-header, and no API key."),
        ({"api_key_env": "EHR_TOKEN", "api_key_header": "X\n"}, "--api-key-header has a name"),
        ({"bearer_env": "EHR_TOKEN", "api_key_env": "EHR_TOKEN"}, "by the command line."),
        ({"bearer_env": "NOT_SET_HERE"}, "NOT_SET_HERE, named by --bearer-env, is not set."),
    ],
)
def test_a_wrong_option_is_named(refused: Refused, options: dict[str, object], said: str) -> None:
    assert said in refused(**options).sentence


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("RATE", "fast", "The value of CONFORMANCE_RATE must be a number, not a text."),
        ("THREADS", "1.5", "The value of CONFORMANCE_THREADS must be a whole number"),
        ("KIND", "emr", "The value of CONFORMANCE_KIND must be ehr."),
        ("PATIENTS", "a,,b", "The value of CONFORMANCE_PATIENTS is not of the form"),
        ("BEARER_ENV", "NOT_SET_HERE", "named by CONFORMANCE_BEARER_ENV, is not set."),
        ("PERSONA", "nurse", "The persona nurse, named by CONFORMANCE_PERSONA, is unknown."),
        ("CONFIG", "absent.toml", "The target file absent.toml does not exist."),
        ("CA_FILE", "absent.pem", "named by CONFORMANCE_CA_FILE, does not exist."),
    ],
)
def test_a_wrong_variable_is_named(
    refused: Refused, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"CONFORMANCE_{name}", value)
    assert said in refused().sentence


def test_no_url_anywhere_is_refused(refused: Refused) -> None:
    assert refused(url=None).sentence == "No server URL is given."
    assert refused("[target]\nrate = 1", url="").sentence == "No server URL is given."


def test_the_url_of_a_file_and_of_a_variable_are_judged_too(
    refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = refused("[target]\nurl = 'ehr.example.org'", url=None).sentence
    assert said == (
        "The URL ehr.example.org at [target] url in conformance.toml (line 2) has no scheme."
    )
    monkeypatch.setenv("CONFORMANCE_URL", "ehr.example.org")
    assert "at CONFORMANCE_URL has no scheme" in refused(url=None).sentence
