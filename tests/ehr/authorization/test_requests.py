"""What an authorization request must have, and who is told what is wrong with it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from conformance.ehr.authorization.demo import REDIRECT_URI, demo
from tests.support.browser import read_page
from tests.support.oauth import BASE, CHALLENGE, STANDALONE, Application

Start = Callable[..., Application]


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": f"{REDIRECT_URI}/"},
        {"redirect_uri": f"{REDIRECT_URI}?more=1"},
        {"redirect_uri": "https://elsewhere.example/redirect"},
    ],
)
def test_no_redirect_leads_to_an_address_that_is_not_registered(
    public: Application, changed: dict[str, Any]
) -> None:
    answer = public.authorize(**changed)
    assert (answer.status, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"aud": None}, "invalid_request"),
        ({"aud": "https://elsewhere.example/fhir"}, "invalid_request"),
        ({"aud": f"{BASE}/Patient"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "patient/Nonsense.rs nonsense patient/Patient.cud"}, "invalid_scope"),
        ({"scope": "system/*.rs"}, "invalid_scope"),
        ({"launch": "made-up"}, "invalid_request"),
    ],
)
@pytest.mark.parametrize("by_post", [False, True])
def test_what_is_wrong_is_told_to_the_application(
    public: Application, changed: dict[str, Any], error: str, by_post: bool
) -> None:
    back = public.authorize(by_post=by_post, **changed).returned
    assert (back["error"], back["state"]) == (error, "state-1")
    assert back["error_description"]
    assert "code" not in back


def test_a_parameter_given_twice_is_refused(public: Application) -> None:
    pairs = [*public.request().items(), ("scope", "openid")]
    answer = public.browser.ask("/auth/authorize", form=pairs)
    assert answer.returned["error"] == "invalid_request"


def test_a_slash_after_the_audience_makes_no_difference(public: Application) -> None:
    assert read_page(public.authorize(aud=f"{BASE}/")).action.endswith("/auth/login")


@pytest.mark.parametrize("state", ["a b&c=d+%25", "Zm9v/_-~.", "é"])
def test_the_state_comes_back_as_it_was(public: Application, state: str) -> None:
    page = public.sign_in(public.authorize(state=state))
    assert public.consent(page).returned["state"] == state


def test_without_a_state_none_comes_back(public: Application) -> None:
    page = public.sign_in(public.authorize(state=None))
    assert "state" not in public.consent(page).returned


def test_a_redirect_address_keeps_its_own_query(start: Start) -> None:
    address = f"{REDIRECT_URI}?tenant=1"
    client = start(registry=demo(redirect_uris=[address]))
    page = client.sign_in(client.authorize(redirect_uri=address))
    back = client.consent(page).returned
    assert (back["tenant"], back["state"]) == ("1", "state-1")


@pytest.mark.parametrize(
    ("wanted", "granted"),
    [
        ("patient/Patient.rs", "patient/Patient.rs"),
        ("patient/Patient.read", "patient/Patient.read"),
        ("patient/Patient.*", "patient/Patient.read"),
        ("patient/*.read", "patient/*.read"),
        ("patient/Patient.cruds", "patient/Patient.rs"),
        ("patient/Patient.r patient/Patient.s", "patient/Patient.r patient/Patient.s"),
        ("patient/Patient.rs patient/Nonsense.rs", "patient/Patient.rs"),
        ("patient/Patient.rs patient/Patient.write", "patient/Patient.rs"),
        ("openid patient/Patient.rs launch system/*.rs", "openid patient/Patient.rs"),
        ("patient/Patient.sr patient/Goal.rs", "patient/Goal.rs"),
        (
            "patient/Condition.rs?category=health-concern",
            "patient/Condition.rs?category=health-concern",
        ),
        ("patient/Condition.rs?code=1 patient/Goal.rs", "patient/Goal.rs"),
        ("patient/Patient.rs?category=a patient/Goal.rs", "patient/Goal.rs"),
        ("patient/Goal.rs  patient/Goal.rs", "patient/Goal.rs"),
    ],
)
def test_as_much_of_a_scope_is_granted_as_makes_sense(
    public: Application, wanted: str, granted: str
) -> None:
    assert public.launch(scope=wanted)["scope"] == granted


def test_a_client_gets_no_more_than_it_is_registered_for(start: Start) -> None:
    registry = demo()
    narrow = tuple(
        replace(client, scopes=("openid", "patient/Patient.rs", "patient/Goal.r"))
        for client in registry.setup.clients
    )
    client = start(registry=replace(registry, setup=replace(registry.setup, clients=narrow)))
    wanted = "openid offline_access patient/Patient.rs patient/Goal.rs patient/*.rs user/Goal.rs"
    assert client.launch(scope=wanted)["scope"] == "openid patient/Patient.rs patient/Goal.r"


def test_the_challenge_of_another_method_is_never_stored(public: Application) -> None:
    answer = public.authorize(code_challenge=CHALLENGE, code_challenge_method="s256")
    assert answer.returned["error"] == "invalid_request"


def test_the_default_scopes_are_all_granted(public: Application) -> None:
    assert public.launch()["scope"] == STANDALONE
