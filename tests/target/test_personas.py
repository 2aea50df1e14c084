"""Personas with a role: what they say, who speaks, and what they ask for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.core.errors import UsageError
from conformance.target.model import Launch, Login, Origin, Persona, Role, Target
from conformance.target.references import references_of
from conformance.target.scopes import TYPES, default_scopes
from conformance.target.secret import SecretReference
from tests.support.targets_as_toml import BACKEND, PEOPLE, TOP

Load = Callable[..., Target]
Refused = Callable[..., UsageError]


@pytest.fixture(autouse=True)
def _entered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_USER", "d\u00f6ra")
    monkeypatch.setenv("A_PASSWORD", " p\u00e4ss word ")


def test_a_persona_with_a_role_is_read(load: Load) -> None:
    target = load(TOP + PEOPLE, url=None)
    assert target.personas["patient-a"] == Persona(
        name="patient-a",
        role=Role.PATIENT,
        client="app",
        launch=Launch.STANDALONE,
        patient="patient-1",
        scopes="launch/patient openid patient/*.rs",
        login=Login(
            username=SecretReference(env="A_USER"),
            password=SecretReference(env="A_PASSWORD"),
            username_field="login",
            password_field="pin",
            approve="Allow",
        ),
    )
    assert target.personas["patient-b"].launch is Launch.EHR
    assert target.personas["limited"].refuse == ("patient/Observation.rs",)
    practitioner = target.personas["practitioner"]
    assert practitioner.launch is Launch.EHR
    assert practitioner.token == practitioner.refresh_token == SecretReference(env="EHR_TOKEN")
    assert target.origin_of("personas.limited") is Origin.FILE
    assert "p\u00e4ss" not in repr(target)


def test_a_system_is_read(load: Load, key_file: Path) -> None:
    persona = "[persona.nightly]\nrole = 'system'\nclient = 'backend'\ngroup = 'everybody'"
    nightly = load(TOP + BACKEND + persona, url=None).personas["nightly"]
    assert nightly == Persona(
        name="nightly",
        role=Role.SYSTEM,
        client="backend",
        launch=Launch.BACKEND,
        scopes="system/*.rs",
        group="everybody",
    )


def test_personas_are_found_by_role_and_clients_by_persona(load: Load) -> None:
    target = load(TOP + PEOPLE, url=None)
    assert [one.name for one in target.personas_of(Role.PATIENT)] == ["patient-a", "patient-b"]
    assert target.personas_of(Role.SYSTEM) == ()
    assert target.client_of(target.personas["limited"]) is target.clients["phone"]
    assert target.client_of(Persona(name="nobody")) is None


def test_a_name_or_password_may_be_any_text_that_can_be_typed(
    load: Load, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = load(TOP + PEOPLE, url=None).personas["patient-a"].login
    assert login is not None
    assert login.username is not None
    assert login.password is not None
    assert login.username.resolve().reveal() == "d\u00f6ra"
    assert login.password.resolve().reveal() == " p\u00e4ss word "
    monkeypatch.setenv("A_PASSWORD", "canary\x1b")
    error = refused(TOP + PEOPLE, url=None)
    assert "[persona.patient-a] login.password in conformance.toml" in error.sentence
    assert "holds what nobody can type" in error.sentence
    assert "canary" not in str(error)


def test_every_secret_of_the_target_is_listed_and_fetched(
    load: Load, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [one.env for one in references_of(load(TOP + PEOPLE, url=None))]
    assert found == ["EHR_TOKEN", "A_USER", "A_PASSWORD", "EHR_TOKEN", "EHR_TOKEN"]
    monkeypatch.delenv("A_USER")
    assert refused(TOP + PEOPLE, url=None).sentence == (
        "The environment variable A_USER, named by [persona.patient-a] login.username in "
        "conformance.toml (line 24), is not set."
    )


def test_a_token_in_place_of_a_launch_is_given_without_its_scheme(
    refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "Bearer canary")
    persona = "[persona.a]\nrole = 'patient'\ntoken = { env = 'TOKEN' }"
    assert "holds a blank" in refused(TOP + persona, url=None).sentence


# --- who speaks -----------------------------------------------------------------------------------


def test_a_persona_with_a_role_never_sends_plain_requests(load: Load) -> None:
    assert load(TOP + PEOPLE, url=None).persona is None
    by_name = load(f"{TOP}[persona.default]\nrole = 'patient'\nclient = 'app'", url=None)
    assert by_name.persona is None
    assert load(TOP + PEOPLE, url=None, persona="patient-a").persona is None


def test_plain_requests_go_in_the_name_of_the_first_with_a_credential(load: Load) -> None:
    nurse = "[persona.nobody]\n[persona.nurse]\nbearer = { env = 'EHR_TOKEN' }\n"
    target = load(TOP + PEOPLE + nurse, url=None)
    assert target.persona is target.personas["nurse"]
    default = "[persona.default]\nbearer = { env = 'EHR_TOKEN' }\n"
    target = load(TOP + PEOPLE + nurse + default, url=None)
    assert target.persona is target.personas["default"]
    target = load(TOP + PEOPLE + nurse + "[persona.default]\n", url=None)
    assert target.persona is target.personas["nurse"]
    target = load(TOP + PEOPLE, url=None, bearer_env="EHR_TOKEN")
    assert target.persona is target.personas["default"]
    assert len(target.personas) == 5


def test_an_option_never_makes_a_plain_persona_of_one_with_a_role(
    refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = refused(TOP + PEOPLE, url=None, persona="patient-a", bearer_env="EHR_TOKEN")
    assert error.sentence == (
        "A credential is given by --bearer-env to the persona patient-a, which has a role and a "
        "token of its own."
    )
    monkeypatch.setenv("CONFORMANCE_API_KEY_ENV", "EHR_TOKEN")
    assert "given by CONFORMANCE_API_KEY_ENV to the persona limited" in (
        refused(TOP + PEOPLE, url=None, persona="limited").sentence
    )


def test_a_chosen_persona_keeps_its_client_and_no_other(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Neither A_USER nor the key file of the backend is there: nobody asks for them.
    monkeypatch.delenv("A_USER")
    target = load(TOP + BACKEND + PEOPLE, url=None, persona="limited")
    assert list(target.personas) == ["limited"]
    assert list(target.clients) == ["phone"]


# --- scopes ---------------------------------------------------------------------------------------


def test_a_role_asks_for_its_usual_scopes() -> None:
    patient = default_scopes(Role.PATIENT, Launch.STANDALONE).split()
    assert patient[:4] == ["launch/patient", "openid", "fhirUser", "offline_access"]
    assert patient[4:] == [f"patient/{type_}.rs" for type_ in TYPES]
    assert len(set(TYPES)) == 26
    assert default_scopes(Role.LIMITED, Launch.STANDALONE).split() == patient
    practitioner = default_scopes(Role.PRACTITIONER, Launch.EHR).split()
    assert practitioner[0] == "launch"
    assert practitioner[4:] == [f"user/{type_}.rs" for type_ in TYPES]
    assert default_scopes(Role.PATIENT, Launch.EHR).split() == ["launch", *patient[1:]]
    assert default_scopes(Role.PRACTITIONER, Launch.STANDALONE).startswith("launch/patient openid")
    assert default_scopes(Role.SYSTEM, Launch.BACKEND) == "system/*.rs"


@pytest.mark.parametrize("word", ['patient/*.rs"', "a\\b", "\u00e9", "\x7f"])
def test_a_word_that_no_scope_can_hold_is_refused(refused: Refused, word: str) -> None:
    escaped = "".join(f"\\U{ord(mark):08x}" for mark in word)
    toml = f'{TOP}[persona.a]\nrole = "patient"\nclient = "app"\nscopes = "openid {escaped}"'
    assert "of [persona.a] scopes in conformance.toml (line 20) cannot stand in a scope" in (
        refused(toml, url=None).sentence
    )


LIMITED = "[persona.a]\nrole = 'limited'\nclient = 'app'\nscopes = '{}'\nrefuse = ['{}']"


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ("patient/Observation.rs", "patient/Observation.rs"),
        ("patient/Observation.rs", "patient/Observation.read"),
        ("patient/Observation.rs", "patient/Observation.rs?category=laboratory"),
        ("patient/*.rs", "patient/Observation.rs"),
        ("openid offline_access", "offline_access"),
    ],
)
def test_what_a_page_may_call_a_scope_can_be_refused(load: Load, asked: str, refusal: str) -> None:
    assert load(TOP + LIMITED.format(asked, refusal), url=None).personas["a"].refuse == (refusal,)


@pytest.mark.parametrize(
    ("asked", "refusal", "hint"),
    [
        (
            "patient/Observation.rs patient/Patient.rs",
            "patient/Observaton.rs",
            "Did you mean patient/Observation.rs?",
        ),
        ("patient/*.rs", "user/Observation.rs", "Name a scope that stands in scopes."),
        ("openid", "zzz", "Name a scope that stands in scopes."),
    ],
)
def test_a_refused_scope_that_nobody_asks_for_is_said(
    refused: Refused, asked: str, refusal: str, hint: str
) -> None:
    error = refused(TOP + LIMITED.format(asked, refusal), url=None)
    assert error.sentence == (
        f"The scope {refusal} of [persona.a] refuse entry 1 in conformance.toml (line 21) is none "
        "that the persona asks for."
    )
    assert error.hint == hint
