"""Launches from inside the EHR: by a person, by an operator, in Python."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from conformance.ehr.authorization.demo import LAUNCH_URI
from tests.support.browser import ORIGIN, Answer, Browser, read_page
from tests.support.oauth import BASE, Application

Start = Callable[..., Application]
SCOPE = "launch openid fhirUser offline_access user/*.rs"


def operate(client: Application, key: str | None = None, **changed: Any) -> Answer:
    wanted = {
        "client_id": client.client_id,
        "user": "gustav",
        "patient": "patient-2",
        "encounter": "patient-2-encounter-1",
        **changed,
    }
    key = client.demo.setup.operator_key if key is None else key
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    body = json.dumps({k: v for k, v in wanted.items() if v is not None}).encode()
    return Browser(client.app).ask("/ehr/launch", "POST", headers=headers, body=body)


@pytest.mark.parametrize("client_id", ["demo-public", "demo-symmetric", "demo-asymmetric"])
def test_an_operator_starts_a_launch_with_patient_and_encounter(
    start: Start, client_id: str
) -> None:
    client = start(client_id)
    minted = operate(client).json
    assert minted["iss"] == BASE
    parts = urlsplit(minted["launch_url"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == LAUNCH_URI
    assert parse_qs(parts.query) == {"iss": [BASE], "launch": [minted["launch"]]}
    tokens = client.launch("gustav", launch=minted["launch"], scope=SCOPE)
    assert tokens["patient"] == "patient-2"
    assert tokens["encounter"] == "patient-2-encounter-1"
    assert tokens["need_patient_banner"] is False
    assert tokens["scope"] == SCOPE
    style = Browser(client.app).ask(tokens["smart_style_url"])
    assert (style.status, style.headers["content-type"]) == (200, "application/json")
    assert style.json["color_background"]
    encounter = client.read(tokens["access_token"], f"/Encounter/{tokens['encounter']}")
    assert encounter.json["subject"]["reference"] == "Patient/patient-2"


def test_patient_scopes_of_a_launch_stay_with_its_patient(symmetric: Application) -> None:
    launch = operate(symmetric).json["launch"]
    tokens = symmetric.launch("gustav", launch=launch, scope="launch openid patient/Patient.rs")
    read = symmetric.read
    assert read(tokens["access_token"], "/Patient/patient-2").status == 200
    assert read(tokens["access_token"], "/Patient/patient-1").status == 404


def test_a_launch_works_once_for_its_client_and_not_for_long(symmetric: Application) -> None:
    launch = operate(symmetric).json["launch"]
    other = symmetric.as_client("demo-public")
    assert other.authorize(launch=launch, scope=SCOPE).returned["error"] == "invalid_request"
    launch = operate(symmetric).json["launch"]
    symmetric.launch("gustav", launch=launch, scope=SCOPE)
    again = symmetric.authorize(launch=launch, scope=SCOPE).returned
    assert again["error"] == "invalid_request"
    late = operate(symmetric).json["launch"]
    symmetric.clock.seconds += 300
    assert symmetric.authorize(launch=late, scope=SCOPE).returned["error"] == "invalid_request"


def test_a_launch_is_for_who_began_it(symmetric: Application) -> None:
    launch = operate(symmetric).json["launch"]
    symmetric.code("dora")
    page = symmetric.authorize(launch=launch, scope=SCOPE)
    assert 'name="password"' in page.text
    refused = symmetric.sign_in(page, "dora")
    assert "Somebody else" in refused.text
    assert read_page(symmetric.sign_in(refused, "gustav")).ticked == SCOPE.split()


def test_without_the_scope_launch_no_encounter_and_no_style_is_told(
    symmetric: Application,
) -> None:
    launch = operate(symmetric).json["launch"]
    tokens = symmetric.launch("gustav", launch=launch, scope="openid user/Patient.rs")
    assert not {"encounter", "smart_style_url", "patient"} & set(tokens)


@pytest.mark.parametrize("encounter", [None, ""])
def test_the_first_encounter_is_taken_when_none_is_named(
    symmetric: Application, encounter: str | None
) -> None:
    launch = operate(symmetric, encounter=encounter).json["launch"]
    tokens = symmetric.launch("gustav", launch=launch, scope=SCOPE)
    assert tokens["encounter"] == "patient-2-encounter-1"


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"user": "nobody"},
        {"user": ["gustav"]},
        {"user": "dora"},
        {"patient": "nobody"},
        {"patient": None},
        {"encounter": "patient-1-encounter-1"},
        {"encounter": 7},
    ],
    ids=str,
)
def test_an_operator_s_mistake_is_told_in_json(
    symmetric: Application, changed: dict[str, Any]
) -> None:
    answer = operate(symmetric, **changed)
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


def test_only_the_operator_s_key_opens_the_machine_endpoint(symmetric: Application) -> None:
    for key in ("wrong", "", "static"):
        answer = operate(symmetric, key)
        assert (answer.status, answer.json["error"]) == (401, "invalid_token")
    headers = {"authorization": f"Bearer {symmetric.demo.setup.operator_key}"}
    for body in (b"", b"[]", b"7", b"\xff", b"[" * 50000, b'"x"'):
        answer = symmetric.browser.ask("/ehr/launch", "POST", headers=headers, body=body)
        assert (answer.status, answer.json["error"]) == (400, "invalid_request")


def test_without_a_key_nobody_is_the_operator(start: Start) -> None:
    client = start("demo-symmetric", operator_key="")
    assert operate(client, "").status == 401


def test_a_client_without_a_launch_address_can_be_launched_by_hand(
    symmetric: Application,
) -> None:
    answer = operate(symmetric.as_client("demo-system"))
    assert set(answer.json) == {"launch", "iss"}


def test_a_person_starts_a_launch_on_a_page(symmetric: Application) -> None:
    browser = symmetric.browser
    page = browser.follow(browser.ask("/ehr/launcher"))
    page = symmetric.sign_in(page, "gustav")
    assert "?patient=patient-3" in page.text
    page = browser.ask("/ehr/launcher?patient=patient-2")
    assert LAUNCH_URI in page.text
    form = read_page(page)
    sent = {**form.hidden, "encounter": "patient-2-encounter-2"}
    sent["application"] = f"demo-symmetric {LAUNCH_URI}"
    answer = browser.ask(form.action, form=sent)
    assert answer.location.startswith(f"{LAUNCH_URI}?")
    launched = {k: v[0] for k, v in parse_qs(urlsplit(answer.location).query).items()}
    assert launched["iss"] == BASE
    consent = symmetric.authorize(launch=launched["launch"], scope=SCOPE)
    tokens = symmetric.redeem(symmetric.consent(consent).returned["code"]).json
    assert tokens["encounter"] == "patient-2-encounter-2"
    for wrong in (
        {"csrf": "wrong"},
        {"application": "demo-symmetric https://elsewhere.example"},
        {"application": "nobody x"},
        {"patient": "patient-9"},
        {"encounter": "patient-1-encounter-1"},
    ):
        assert browser.ask(form.action, form={**sent, **wrong}).status in (400, 403)


def test_a_patient_sees_only_the_own_chart_in_the_launcher(symmetric: Application) -> None:
    browser = symmetric.browser
    page = symmetric.sign_in(browser.follow(browser.ask("/ehr/launcher")), "dora")
    assert "?patient=patient-1" in page.text
    assert "?patient=patient-2" not in page.text
    other = browser.ask("/ehr/launcher?patient=patient-2")
    assert "Encounter" not in other.text


def test_a_launch_can_be_minted_in_python(symmetric: Application) -> None:
    server: Any = symmetric.app
    launch = server.mint_launch(
        client_id="demo-symmetric", username="gustav", patient="patient-3", encounter=""
    )
    tokens = symmetric.launch("gustav", launch=launch, scope=SCOPE)
    assert tokens["patient"] == "patient-3"
    assert "encounter" not in tokens


def test_the_launcher_s_sign_in_leads_back_to_the_ehr_only(symmetric: Application) -> None:
    browser = symmetric.browser
    page = browser.follow(browser.ask("/ehr/launcher"))
    form = read_page(page)
    sent = {**form.hidden, "username": "gustav", "password": symmetric.password("gustav")}
    assert browser.ask(form.action, form=sent).location == f"{ORIGIN}/ehr/launcher"
