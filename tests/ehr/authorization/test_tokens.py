"""The token endpoint: codes, verifiers, client authentication, refresh."""

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.browser import FORM, Answer, Browser
from tests.support.oauth import CHALLENGE, STANDALONE, Application

Start = Callable[..., Application]


def refused(answer: Answer, error: str, status: int = 400) -> bool:
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
    return (answer.status, answer.json["error"]) == (status, error)


@pytest.mark.parametrize(
    "verifier", [None, "", CHALLENGE, "w" * 43, "v" * 42, "v" * 44, "v" * 129, "v" * 42 + "é"]
)
def test_only_the_verifier_that_the_challenge_was_made_of_will_do(
    public: Application, verifier: str | None
) -> None:
    code = public.code()
    assert refused(public.redeem(code, code_verifier=verifier), "invalid_grant")
    assert public.redeem(code).status == 200


def test_a_code_works_once_and_its_second_use_ends_what_the_first_gave(
    public: Application,
) -> None:
    code = public.code()
    tokens = public.redeem(code).json
    assert public.read(tokens["access_token"], "/Patient/patient-1").status == 200
    assert refused(public.redeem(code), "invalid_grant")
    assert public.read(tokens["access_token"], "/Patient/patient-1").status == 401
    assert refused(public.refresh(tokens["refresh_token"]), "invalid_grant")


def test_another_client_that_shows_a_code_gets_nothing_and_ends_nothing(
    symmetric: Application,
) -> None:
    code = symmetric.code()
    assert refused(symmetric.as_client("demo-public").redeem(code), "invalid_grant")
    tokens = symmetric.redeem(code).json
    assert refused(symmetric.as_client("demo-asymmetric").redeem(code), "invalid_grant")
    assert symmetric.read(tokens["access_token"], "/Patient").status == 200


def test_a_code_lives_for_a_minute(public: Application) -> None:
    code = public.code()
    public.clock.seconds += 59
    assert public.redeem(code).status == 200
    late = public.code()
    public.clock.seconds += 60
    assert refused(public.redeem(late), "invalid_grant")


@pytest.mark.parametrize("redirect_uri", [None, "", "http://127.0.0.1:8765/redirect/"])
def test_the_redirect_address_must_be_repeated(
    public: Application, redirect_uri: str | None
) -> None:
    assert refused(public.redeem(public.code(), redirect_uri=redirect_uri), "invalid_grant")


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "BAD_CODE"}, "invalid_grant"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "made-up"}, "invalid_grant"),
        ({"grant_type": "client_credentials", "scope": "system/*.rs"}, "unauthorized_client"),
    ],
)
@pytest.mark.parametrize("client_id", ["demo-public", "demo-symmetric"])
def test_a_wrong_token_request_is_told_in_json(
    start: Start, client_id: str, parameters: dict[str, Any], error: str
) -> None:
    assert refused(start(client_id).token(**parameters), error)


def test_a_body_that_is_no_form_and_a_parameter_given_twice_are_refused(
    public: Application,
) -> None:
    ask = public.browser.ask
    headers = {"content-type": "application/json"}
    assert refused(ask("/auth/token", "POST", body=b"{}", headers=headers), "invalid_request")
    assert refused(ask("/auth/token", "POST"), "invalid_request")
    twice = [("grant_type", "refresh_token"), ("grant_type", "refresh_token")]
    assert refused(ask("/auth/token", form=twice), "invalid_request")


def test_the_token_endpoint_takes_post_only(public: Application) -> None:
    for method in ("GET", "PUT", "HEAD"):
        answer = public.browser.ask("/auth/token", method)
        assert (answer.status, answer.headers["allow"]) == (405, "POST")


def basic(name: str, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


def test_who_does_not_authenticate_as_registered_is_refused(symmetric: Application) -> None:
    code = symmetric.code()
    secret = next(c.secret for c in symmetric.demo.setup.clients if c.id == "demo-symmetric")
    sound = {"grant_type": "authorization_code", "code": code}
    wrong: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {}),
        ({}, {"client_id": "demo-symmetric"}),
        ({}, {"client_id": "demo-symmetric", "client_secret": secret}),
        ({}, {"client_id": "BAD_CLIENT_ID"}),
        (basic("demo-symmetric", "wrong"), {}),
        (basic("demo-symmetric", ""), {}),
        (basic("BAD_CLIENT_ID", secret), {}),
        (basic("demo-public", ""), {}),
        (basic("demo-asymmetric", ""), {}),
        (basic("demo-symmetric", secret), {"client_id": "demo-public"}),
        ({"authorization": "Basic !!!"}, {}),
        ({"authorization": "Basic /////w=="}, {}),
        ({"authorization": f"Bearer {secret}"}, {}),
    ]
    for headers, more in wrong:
        answer = symmetric.browser.ask("/auth/token", form={**sound, **more}, headers=headers)
        assert refused(answer, "invalid_client", 401), (headers, more)
        assert answer.headers["www-authenticate"].startswith("Basic ")
    assert symmetric.redeem(code).status == 200


def test_a_refresh_token_is_replaced_at_each_use(symmetric: Application) -> None:
    first = symmetric.launch()
    second = symmetric.refresh(first["refresh_token"]).json
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert (second["scope"], second["patient"]) == (STANDALONE, "patient-1")
    assert (second["token_type"], second["expires_in"]) == ("Bearer", 3600)
    third = symmetric.refresh(second["refresh_token"])
    assert third.status == 200
    assert third.headers["pragma"] == "no-cache"
    for tokens in (first, second, third.json):
        assert symmetric.read(tokens["access_token"], "/Patient/patient-1").status == 200


def test_a_refresh_token_used_twice_ends_everything_that_came_of_it(
    symmetric: Application,
) -> None:
    first = symmetric.launch()
    second = symmetric.refresh(first["refresh_token"]).json
    assert refused(symmetric.refresh(first["refresh_token"]), "invalid_grant")
    assert refused(symmetric.refresh(second["refresh_token"]), "invalid_grant")
    assert symmetric.read(second["access_token"], "/Patient").status == 401


def test_a_refresh_can_narrow_the_scope_and_never_widen_it(symmetric: Application) -> None:
    granted = "offline_access patient/Patient.rs patient/Observation.rs"
    tokens = symmetric.launch(scope=granted)
    for more in ("patient/Goal.rs", "patient/*.rs", "user/Patient.rs", "openid", "nonsense"):
        answer = symmetric.refresh(tokens["refresh_token"], scope=f"patient/Patient.rs {more}")
        assert refused(answer, "invalid_scope"), more
    narrowed = symmetric.refresh(tokens["refresh_token"], scope="patient/Patient.r").json
    assert narrowed["scope"] == "patient/Patient.r"
    assert symmetric.read(narrowed["access_token"], "/Patient/patient-1").status == 200
    assert symmetric.read(narrowed["access_token"], "/Patient").status == 403
    assert symmetric.read(narrowed["access_token"], "/Observation").status == 403
    whole = symmetric.refresh(narrowed["refresh_token"]).json
    assert whole["scope"] == granted


def test_a_refresh_token_is_its_client_s(symmetric: Application) -> None:
    token = symmetric.launch()["refresh_token"]
    assert refused(symmetric.as_client("demo-public").refresh(token), "invalid_grant")
    assert symmetric.refresh(token).status == 200


def test_a_refresh_token_lives_for_more_than_three_months(symmetric: Application) -> None:
    token = symmetric.launch()["refresh_token"]
    symmetric.clock.seconds += 95 * 86400
    token = symmetric.refresh(token).json["refresh_token"]
    symmetric.clock.seconds += 181 * 86400
    assert refused(symmetric.refresh(token), "invalid_grant")


@pytest.mark.parametrize("target", ["/Patient/patient-1", "/Patient", "/Observation?code=1"])
def test_an_expired_token_is_told_so(public: Application, target: str) -> None:
    token = public.launch()["access_token"]
    public.clock.seconds += 3599
    assert public.read(token, target).status == 200
    public.clock.seconds += 1
    answer = public.read(token, target)
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="fhir", error="invalid_token"'
    assert answer.json["resourceType"] == "OperationOutcome"


def test_a_token_in_the_query_or_form_opens_nothing(public: Application) -> None:
    token = public.launch()["access_token"]
    ask: Any = Browser(public.app).ask
    assert ask(f"/fhir/Patient?access_token={token}").status == 401
    form = urlencode({"access_token": token}).encode()
    headers = {"content-type": FORM}
    assert ask("/fhir/Patient/_search", "POST", body=form, headers=headers).status == 401
    assert ask("/fhir/Patient", headers={"authorization": f"Basic {token}"}).status == 401


def test_neither_refresh_token_nor_id_token_nor_code_opens_the_api(public: Application) -> None:
    tokens = public.launch()
    for name in ("refresh_token", "id_token"):
        assert public.read(tokens[name], "/Patient").status == 401
    assert public.read(public.code(), "/Patient").status == 401
