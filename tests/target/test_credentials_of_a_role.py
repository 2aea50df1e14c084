"""What a persona with a role enters: never written in the open, and for its own server only."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.core.errors import UsageError
from conformance.target.model import Target

Load = Callable[..., Target]
Refused = Callable[..., UsageError]


@pytest.fixture(autouse=True)
def _entered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_USER", "d\u00f6ra")
    monkeypatch.setenv("A_PASSWORD", " p\u00e4ss word ")


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
