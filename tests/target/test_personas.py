"""Personas with a role: what they say, what is filled in, and what contradicts itself."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.core.errors import UsageError
from conformance.target.model import Launch, Login, Origin, Persona, Role, Target
from conformance.target.references import references_of
from conformance.target.scopes import TYPES, default_scopes
from conformance.target.secret import SecretReference

Load = Callable[..., Target]
Refused = Callable[..., UsageError]

TOP = """
[target]
url = "https://ehr.example.org/fhir"
[client.app]
id = "demo-symmetric"
kind = "symmetric"
secret = { env = "EHR_TOKEN" }
redirect-uri = "http://127.0.0.1:8765/callback"
launch-uri = "http://127.0.0.1:8765/launch"
[client.phone]
id = "demo-public"
kind = "public"
redirect-uri = "http://127.0.0.1:8765/callback"
[client.bare]
id = "demo-bare"
kind = "public"
"""
BACKEND = """
[client.backend]
id = "demo-system"
kind = "system"
key = { file = "keys/backend.json" }
"""
PEOPLE = """
[persona.patient-a]
role = "patient"
client = "app"
patient = "patient-1"
scopes = "launch/patient  openid\tpatient/*.rs"
[persona.patient-a.login]
username = { env = "A_USER" }
password = { env = "A_PASSWORD" }
username-field = "login"
password-field = "pin"
approve = "Allow"
[persona.patient-b]
role = "patient"
client = "app"
launch = "ehr"
patient = "patient-2"
[persona.limited]
role = "limited"
client = "phone"
patient = "patient-1"
refuse = ["patient/Observation.rs", "patient/Observation.rs"]
[persona.practitioner]
role = "practitioner"
client = "app"
refresh-token = { env = "EHR_TOKEN" }
token = { env = "EHR_TOKEN" }
"""


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


# --- contradictions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "sentence", "hint"),
    [
        (
            "role = 'patient'\nclient = 'ap'",
            "The client ap, named by [persona.a] client in conformance.toml (line 19), is unknown.",
            "Did you mean app?",
        ),
        (
            "role = 'patient'\nclient = 'zzz'",
            (
                "The client zzz, named by [persona.a] client in conformance.toml (line 19), is "
                "unknown."
            ),
            "Known are app, phone and bare.",
        ),
        (
            "role = 'patint'\nclient = 'app'",
            (
                "The value of [persona.a] role in conformance.toml (line 18) must be patient, "
                "limited, practitioner or system."
            ),
            "Did you mean patient?",
        ),
        (
            "client = 'app'",
            (
                "The key [persona.a] client in conformance.toml (line 18) goes with a role, and "
                "the persona has none."
            ),
            'Say role = "patient", "limited", "practitioner" or "system".',
        ),
        (
            "token = { env = 'A' }",
            (
                "The key [persona.a] token in conformance.toml (line 18) goes with a role, and the "
                "persona has none."
            ),
            (
                'Say role = "patient", "limited", "practitioner" or "system". A token for plain '
                "requests is given as bearer."
            ),
        ),
        (
            "role = 'patient'\nclient = 'app'\nbearer = { env = 'A' }",
            "Both a role and a key bearer are given by [persona.a] in conformance.toml (line 17).",
            "Name the token of a role token, and give other credentials to another persona.",
        ),
        (
            "role = 'patient'\nclient = 'app'\ntoken = { env = 'A' }\nlogin = {}",
            "Both a login and a token are given by [persona.a] in conformance.toml (line 17).",
            "Keep one.",
        ),
        (
            "role = 'patient'\nclient = 'app'\nrefresh-token = { env = 'A' }\nlogin = {}",
            (
                "Both a login and a refresh-token are given by [persona.a] in conformance.toml "
                "(line 17)."
            ),
            "Keep one.",
        ),
        (
            "role = 'patient'",
            (
                "The persona [persona.a] in conformance.toml (line 17) has neither a client nor a "
                "token."
            ),
            'Name a client, as in client = "app", or give a token by reference.',
        ),
        (
            "role = 'patient'\nrefresh-token = { env = 'A' }",
            (
                "The persona [persona.a] in conformance.toml (line 17) has a refresh token, and no "
                "client to use it."
            ),
            'Name the client that it was given to: client = "NAME".',
        ),
        (
            "role = 'system'\nclient = 'app'",
            (
                "The symmetric client app, named by [persona.a] client in conformance.toml (line "
                "19), does not go with the role system."
            ),
            "That role needs a client that is system.",
        ),
        (
            "role = 'patient'\nclient = 'bare'",
            (
                "The client bare, named by [persona.a] client in conformance.toml (line 19), has "
                "no redirect-uri, where a launch ends."
            ),
            "Give the one with which it was registered.",
        ),
        (
            "role = 'practitioner'\nclient = 'phone'",
            (
                "The client phone, named by [persona.a] client in conformance.toml (line 19), has "
                "no launch-uri, where an EHR launch begins."
            ),
            "Give the one with which it was registered.",
        ),
        (
            "role = 'practitioner'\nclient = 'app'\nlaunch = 'backend'",
            (
                "The value of [persona.a] launch in conformance.toml (line 20) does not go with "
                "the role practitioner."
            ),
            "It must be standalone or ehr.",
        ),
        (
            "role = 'system'\ntoken = { env = 'A' }\nlaunch = 'ehr'",
            (
                "The value of [persona.a] launch in conformance.toml (line 20) does not go with "
                "the role system."
            ),
            "It must be backend.",
        ),
        (
            "role = 'patient'\nclient = 'app'\ngroup = 'all'",
            (
                "The key [persona.a] group in conformance.toml (line 20) does not go with the role "
                "patient."
            ),
            "It belongs to a persona of role system.",
        ),
        (
            "role = 'patient'\nclient = 'app'\nrefuse = ['openid']",
            (
                "The key [persona.a] refuse in conformance.toml (line 20) does not go with the "
                "role patient."
            ),
            "It belongs to a persona of role limited.",
        ),
        (
            "role = 'system'\nclient = 'app'\nlogin = {}",
            (
                "The key [persona.a] login in conformance.toml (line 20) does not go with the role "
                "system."
            ),
            "It belongs to a persona of role patient, limited or practitioner.",
        ),
        (
            "role = 'limited'\nclient = 'app'",
            "The limited persona [persona.a] in conformance.toml (line 17) refuses nothing.",
            'Name what is unticked on the consent page: refuse = ["patient/Observation.rs"].',
        ),
        (
            "role = 'patient'\nclient = 'app'\nlogin = { username = { env = 'A' } }",
            (
                "The key [persona.a] login.username in conformance.toml (line 20) needs a "
                "password, and none is given."
            ),
            'Give it by reference: password = { env = "VARIABLE" }.',
        ),
        (
            "role = 'patient'\nclient = 'app'\nlogin = { password-field = 'pin' }",
            (
                "The key [persona.a] login.password-field in conformance.toml (line 20) needs a "
                "password, and none is given."
            ),
            'Give it by reference: password = { env = "VARIABLE" }.',
        ),
        (
            "role = 'patient'\nclient = 'app'\nusername = { env = 'A' }",
            "The key [persona.a] username in conformance.toml (line 20) is unknown.",
            "It belongs under [persona.a.login].",
        ),
        (
            "role = 'patient'\nclient = 'app'\nlogin = { user = { env = 'A' } }",
            "The key [persona.a] login.user in conformance.toml (line 20) is unknown.",
            "Did you mean username?",
        ),
        (
            "role = 'patient'\nclient = 'app'\npatient = 'Patient/1'",
            (
                "The value of [persona.a] patient in conformance.toml (line 20) is not of the form "
                "that it must have."
            ),
            "A logical id, without resource type or slash.",
        ),
        (
            "role = 'patient'\nclient = 'app'\nscopes = ' '",
            (
                "The value of [persona.a] scopes in conformance.toml (line 20) is not of the form "
                "that it must have."
            ),
            (
                "What it asks for, with blanks between; the usual scopes of its role where it is "
                "not given."
            ),
        ),
    ],
)
def test_a_persona_that_contradicts_itself_is_refused(
    refused: Refused, body: str, sentence: str, hint: str
) -> None:
    error = refused(f"{TOP}[persona.a]\n{body}", url=None)
    assert (error.sentence, error.hint) == (sentence, hint)


def test_a_system_client_launches_nobody(refused: Refused, key_file: Path) -> None:
    persona = "[persona.a]\nrole = 'patient'\nclient = 'backend'"
    error = refused(TOP + BACKEND + persona, url=None)
    assert "does not go with the role patient" in error.sentence
    assert error.hint == "That role needs a client that is public, symmetric or asymmetric."


def test_a_launch_from_a_record_needs_to_know_whose(load: Load, refused: Refused) -> None:
    desk = "[endpoint]\nlaunch = { url = 'https://ehr.example.org', key = { env = 'EHR_TOKEN' } }\n"
    persona = "[persona.a]\nrole = 'practitioner'\nclient = 'app'\n"
    error = refused(TOP + desk + persona, url=None)
    assert error.sentence == (
        "The persona [persona.a] in conformance.toml (line 19) is launched from a record, and no "
        "patient says from whose."
    )
    assert load(TOP + desk + persona + "patient = '1'", url=None).personas
    assert load(TOP + persona, url=None).personas


def test_a_file_without_clients_says_how_to_give_one(refused: Refused) -> None:
    error = refused("[persona.a]\nrole = 'patient'\nclient = 'app'")
    assert error.hint == "None is known: give a [client.NAME]."


def test_a_token_in_place_of_a_launch_needs_no_addresses(load: Load) -> None:
    persona = "[persona.a]\nrole = 'practitioner'\nclient = 'bare'\ntoken = { env = 'EHR_TOKEN' }"
    assert load(TOP + persona, url=None).personas["a"].client == "bare"
    alone = "[persona.a]\nrole = 'patient'\ntoken = { env = 'EHR_TOKEN' }"
    assert load(TOP + alone, url=None).personas["a"].client == ""


def test_two_patients_of_one_client_are_two(load: Load, refused: Refused) -> None:
    patient = "[persona.{}]\nrole = 'patient'\nclient = '{}'\npatient = '{}'\n"
    twice = patient.format("a", "app", "1") + patient.format("b", "app", "1")
    error = refused(TOP + twice, url=None)
    assert error.sentence == (
        "The patient of [persona.b] patient in conformance.toml (line 24) is that of the persona "
        "a, by the same client."
    )
    assert load(TOP + twice.replace("'1'", "'2'", 1), url=None).personas
    assert load(TOP + patient.format("a", "app", "1") + patient.format("b", "phone", "1"), url=None)
    assert load(TOP + twice.replace("patient = '1'\n", ""), url=None).personas


def test_a_fixed_header_that_would_replace_the_tokens_is_refused(refused: Refused) -> None:
    header = "[target.headers]\nAuthorization = { env = 'EHR_TOKEN' }\n"
    error = refused(TOP + PEOPLE + header, url=None)
    assert error.sentence == (
        "The header Authorization is set by [target] headers, and it carries the tokens of the "
        "persona patient-a."
    )


CANARY = "canary-5f2a"


@pytest.mark.parametrize(
    ("toml", "place"),
    [
        (f"[client.app]\nsecret = '{CANARY}'", "[client.app] secret"),
        (f"[client.app]\nkey = {{ d = '{CANARY}', file = 'x' }}", "[client.app] key.d"),
        (f"[persona.a]\nrole = 'patient'\ntoken = '{CANARY}'", "[persona.a] token"),
        (f"[persona.a]\nrefresh-token = '{CANARY}'", "[persona.a] refresh-token"),
        (f"[persona.a]\nrefresh_token = '{CANARY}'", "[persona.a] refresh_token"),
        (f"[persona.a.login]\nusername = '{CANARY}'", "[persona.a] login.username"),
        (f"[persona.a.login]\npassword = '{CANARY}'", "[persona.a] login.password"),
        (f"[endpoint.launch]\nkey = '{CANARY}'", "[endpoint] launch.key"),
    ],
)
def test_a_literal_secret_is_refused_and_not_quoted(
    refused: Refused, toml: str, place: str
) -> None:
    error = refused(toml)
    assert place in error.sentence
    assert CANARY not in str(error)


def test_the_credentials_of_a_role_stay_with_their_server(load: Load, refused: Refused) -> None:
    bare = "[persona.a]\nrole = 'patient'\ntoken = { env = 'EHR_TOKEN' }"
    assert "and no [target] url to say" in refused(bare).sentence
    login = (
        "[client.a]\nid = 'a'\nkind = 'public'\nredirect-uri = 'http://127.0.0.1:8765/'\n"
        "[persona.a]\nrole = 'patient'\nclient = 'a'\n"
    )
    assert load(login).persona is None
    entered = "[persona.a.login]\nusername = { env = 'A_USER' }\npassword = { env = 'A_PASSWORD' }"
    assert "and no [target] url to say" in refused(login + entered).sentence
    assert load(login + entered, config=Path("conformance.toml")).personas
