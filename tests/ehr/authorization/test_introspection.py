"""What is told of a token, to whom, and how it is ended."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.browser import ORIGIN, Answer
from tests.support.oauth import BASE, STANDALONE, Application

Start = Callable[..., Application]


def ask(client: Application, token: str, **more: Any) -> Answer:
    form = {"token": token, **client.authentication(), **more}
    return client.browser.ask("/auth/introspect", form=form, headers=client.basic())


def revoke(client: Application, token: str) -> Answer:
    form = {"token": token, **client.authentication()}
    return client.browser.ask("/auth/revoke", form=form, headers=client.basic())


@pytest.mark.parametrize("client_id", ["demo-symmetric", "demo-asymmetric"])
def test_a_live_token_is_told_with_all_that_it_is_for(start: Start, client_id: str) -> None:
    client = start(client_id)
    tokens = client.launch()
    answer = ask(client, tokens["access_token"])
    assert answer.headers["content-type"] == "application/json"
    told = answer.json
    assert told["active"] is True
    assert told["client_id"] == client_id
    assert told["scope"] == STANDALONE
    assert told["exp"] == int(client.clock()) + 3600
    assert told["patient"] == "patient-1"
    assert told["iss"] == f"{ORIGIN}/auth"
    assert told["sub"]
    assert told["fhirUser"] == f"{BASE}/Patient/patient-1"
    refresh = ask(client, tokens["refresh_token"]).json
    assert refresh["active"] is True
    assert refresh["sub"] == told["sub"]


def test_a_launch_s_encounter_is_told(symmetric: Application) -> None:
    server: Any = symmetric.app
    launch = server.mint_launch(
        client_id="demo-symmetric", username="gustav", patient="patient-2", encounter="e"
    )
    tokens = symmetric.launch("gustav", launch=launch, scope="launch user/*.rs")
    told = ask(symmetric, tokens["access_token"]).json
    assert (told["patient"], told["encounter"]) == ("patient-2", "e")
    assert "fhirUser" not in told


def test_the_holder_of_a_token_may_ask(public: Application) -> None:
    token = public.launch()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    answer = public.browser.ask("/auth/introspect", form={"token": token}, headers=headers)
    assert answer.json["active"] is True
    headers = {"authorization": "Bearer made-up"}
    answer = public.browser.ask("/auth/introspect", form={"token": token}, headers=headers)
    assert answer.status == 401


def test_nobody_else_is_told_anything(public: Application) -> None:
    token = public.launch()["access_token"]
    for form in ({"token": token}, {"token": token, "client_id": "demo-public"}):
        answer = public.browser.ask("/auth/introspect", form=form)
        assert (answer.status, answer.json["error"]) == (401, "invalid_client")


def test_a_dead_token_is_told_to_be_dead_and_nothing_else(symmetric: Application) -> None:
    dead = {"active": False}
    assert ask(symmetric, "made-up").json == dead
    assert ask(symmetric, "").json == dead
    tokens = symmetric.launch()
    symmetric.refresh(tokens["refresh_token"])
    assert ask(symmetric, tokens["refresh_token"]).json == dead
    assert ask(symmetric, symmetric.code()).json == dead
    symmetric.clock.seconds += 3600
    answer = ask(symmetric, tokens["access_token"])
    assert (answer.status, answer.json) == (200, dead)


def test_introspection_needs_a_token_in_a_form(symmetric: Application) -> None:
    answer = symmetric.browser.ask("/auth/introspect", form={}, headers=symmetric.basic())
    assert answer.json["error"] == "invalid_request"
    assert symmetric.browser.ask("/auth/introspect").status == 405


@pytest.mark.parametrize("client_id", ["demo-public", "demo-symmetric", "demo-asymmetric"])
def test_every_kind_of_client_can_end_its_tokens(start: Start, client_id: str) -> None:
    client = start(client_id)
    tokens = client.launch()
    assert revoke(client, tokens["access_token"]).status == 200
    read = client.read(tokens["access_token"], "/Patient")
    assert (read.status, 'error="invalid_token"' in read.headers["www-authenticate"]) == (401, True)
    second = client.refresh(tokens["refresh_token"]).json
    assert revoke(client, second["refresh_token"]).status == 200
    assert client.read(second["access_token"], "/Patient").status == 401
    assert client.refresh(second["refresh_token"]).json["error"] == "invalid_grant"


def test_a_revoked_token_is_told_to_be_dead(symmetric: Application) -> None:
    tokens = symmetric.launch()
    revoke(symmetric, tokens["refresh_token"])
    for name in ("access_token", "refresh_token"):
        assert ask(symmetric, tokens[name]).json == {"active": False}


def test_to_end_a_token_that_is_unknown_or_dead_is_no_error(symmetric: Application) -> None:
    token = symmetric.launch()["access_token"]
    for each in ("made-up", token, token):
        answer = revoke(symmetric, each)
        assert (answer.status, answer.body) == (200, b"")


def test_no_client_ends_the_tokens_of_another(symmetric: Application) -> None:
    tokens = symmetric.launch()
    other = symmetric.as_client("demo-public")
    for name in ("access_token", "refresh_token"):
        answer = revoke(other, tokens[name])
        assert (answer.status, answer.json["error"]) == (400, "unauthorized_client")
    assert symmetric.read(tokens["access_token"], "/Patient").status == 200
    form = {"token": tokens["access_token"]}
    assert symmetric.browser.ask("/auth/revoke", form=form).status == 401
    answer = symmetric.browser.ask("/auth/revoke", form={}, headers=symmetric.basic())
    assert answer.json["error"] == "invalid_request"


def test_one_consent_s_end_leaves_the_others(symmetric: Application) -> None:
    first, second = symmetric.launch(), symmetric.launch()
    revoke(symmetric, first["refresh_token"])
    assert symmetric.read(second["access_token"], "/Patient").status == 200
