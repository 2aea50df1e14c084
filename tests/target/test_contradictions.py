"""Personas with a role that contradict themselves or others: each is refused in a sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.core.errors import UsageError
from conformance.target.model import Target
from tests.support.targets_as_toml import BACKEND, PEOPLE, TOP

Load = Callable[..., Target]
Refused = Callable[..., UsageError]


@pytest.fixture(autouse=True)
def _entered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_USER", "d\u00f6ra")
    monkeypatch.setenv("A_PASSWORD", " p\u00e4ss word ")


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
