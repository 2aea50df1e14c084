"""The authorization code flow, whole, by every kind of client."""

from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.support.browser import ORIGIN, Browser, read_page
from tests.support.oauth import BASE, STANDALONE, Application

Start = Callable[..., Application]
KINDS = ["demo-public", "demo-symmetric", "demo-asymmetric"]


@pytest.mark.parametrize("client_id", KINDS)
@pytest.mark.parametrize("by_post", [False, True])
def test_every_kind_of_client_gets_a_token(start: Start, client_id: str, by_post: bool) -> None:
    client = start(client_id)
    page = client.sign_in(client.authorize(by_post=by_post))
    back = client.consent(page).returned
    assert back["state"] == "state-1"
    answer = client.redeem(back["code"])
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    tokens = answer.json
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 3600
    assert tokens["scope"] == STANDALONE
    assert tokens["patient"] == "patient-1"
    assert tokens["need_patient_banner"] is True
    assert tokens["refresh_token"]
    assert "encounter" not in tokens
    assert "smart_style_url" not in tokens
    assert client.read(tokens["access_token"], "/Patient/patient-1").status == 200


def test_the_id_token_can_be_checked_by_what_is_published(public: Application) -> None:
    tokens = public.launch()
    browser = Browser(public.app)
    document = browser.ask("/auth/.well-known/openid-configuration").json
    assert document["issuer"] == f"{ORIGIN}/auth"
    keys = KeySet.import_key_set(browser.ask(document["jwks_uri"]).json)
    token = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"])
    assert token.header["kid"] == keys.keys[0].kid
    claims = token.claims
    assert claims["iss"] == document["issuer"]
    assert claims["aud"] == "demo-public"
    assert claims["nonce"] == "nonce-1"
    assert claims["fhirUser"] == f"{BASE}/Patient/patient-1"
    assert claims["exp"] > claims["iat"] == int(public.clock())
    assert 0 < len(claims["sub"]) < 256
    read = public.read(tokens["access_token"], claims["fhirUser"].removeprefix(BASE))
    assert read.json["resourceType"] == "Patient"


def test_no_private_member_is_in_the_published_keys(public: Application) -> None:
    (key,) = Browser(public.app).ask("/auth/jwks").json["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}


def test_without_openid_there_is_no_id_token_and_without_offline_no_refresh(
    public: Application,
) -> None:
    tokens = public.launch(scope="launch/patient patient/Patient.rs")
    assert "id_token" not in tokens
    assert "refresh_token" not in tokens
    assert tokens["scope"] == "launch/patient patient/Patient.rs"


def test_an_id_token_has_no_nonce_that_was_not_sent_and_no_user_that_was_not_allowed(
    public: Application,
) -> None:
    tokens = public.launch(scope="openid patient/Patient.rs", nonce=None)
    keys = KeySet.import_key_set(Browser(public.app).ask("/auth/jwks").json)
    claims = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims
    assert "nonce" not in claims
    assert "fhirUser" not in claims


def test_a_proxy_chooses_among_the_patients_that_it_sees(public: Application) -> None:
    page = public.sign_in(public.authorize(), "frieda")
    assert read_page(page).patients == ["patient-1", "patient-2"]
    page = public.browser.submit(page, patient="patient-3")
    assert read_page(page).patients == ["patient-1", "patient-2"]
    page = public.browser.submit(page, patient="patient-2")
    tokens = public.redeem(public.consent(page).returned["code"]).json
    assert tokens["patient"] == "patient-2"
    assert public.read(tokens["access_token"], "/Patient/patient-2").status == 200
    assert public.read(tokens["access_token"], "/Patient/patient-1").status == 404


def test_each_patient_gets_the_own_chart(public: Application) -> None:
    assert public.launch("dora")["patient"] == "patient-1"
    public.browser.cookies.clear()
    assert public.launch("emil")["patient"] == "patient-2"


def test_who_is_signed_in_is_not_asked_again(public: Application) -> None:
    public.launch("dora")
    page = public.authorize()
    assert 'name="password"' not in page.text
    assert read_page(page).ticked == STANDALONE.split()


def test_somebody_else_can_take_over_and_gets_the_own_patient(public: Application) -> None:
    page = public.sign_in(public.authorize(), "dora")
    address = read_page(page).action.replace("/consent", "/login")
    login = public.browser.ask(f"{address}?transaction={read_page(page).hidden['transaction']}")
    page = public.sign_in(login, "emil")
    assert public.redeem(public.consent(page).returned["code"]).json["patient"] == "patient-2"


def test_a_wrong_password_is_told_on_the_same_page(public: Application) -> None:
    page = public.authorize()
    for username, password in (("dora", "wrong"), ("nobody", "wrong"), ("", "")):
        again = public.browser.submit(page, username=username, password=password)
        assert again.status == 200
        assert "wrong" in again.text
        assert read_page(again).hidden == read_page(page).hidden
    assert read_page(public.sign_in(page)).ticked == STANDALONE.split()


def test_the_session_cookie_is_for_the_server_only_and_new_at_sign_in(public: Application) -> None:
    page = public.authorize()
    before = dict(public.browser.cookies)
    form = read_page(page)
    answer = public.browser.ask(
        form.action, form={**form.hidden, "username": "dora", "password": public.password("dora")}
    )
    assert answer.headers["set-cookie"].endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")
    assert public.browser.cookies != before


def test_a_page_works_in_the_browser_that_began_only(public: Application) -> None:
    page = public.sign_in(public.authorize())
    stranger = Browser(public.app)
    form = read_page(page)
    assert stranger.ask(f"{form.action}?transaction={form.hidden['transaction']}").status == 400
    assert stranger.submit(page, decision="allow", scope=form.ticked).status == 400
    public.browser.ask(form.action, form={**form.hidden, "csrf": "wrong", "decision": "allow"})
    answer = public.browser.ask(form.action, form={**form.hidden, "csrf": "wrong"})
    assert (answer.status, "code=" in answer.text) == (403, False)
    assert public.consent(page).returned["code"]


def test_who_denies_sends_the_application_away(public: Application) -> None:
    page = public.sign_in(public.authorize())
    denied = public.browser.submit(page, decision="deny", scope=read_page(page).ticked).returned
    assert (denied["error"], denied["state"]) == ("access_denied", "state-1")
    assert "code" not in denied


def test_consent_for_nothing_is_a_denial(public: Application) -> None:
    page = public.sign_in(public.authorize())
    assert public.consent(page, []).returned["error"] == "access_denied"


def test_a_user_can_untick_scopes_and_narrow_them_to_categories(public: Application) -> None:
    wanted = "launch/patient patient/Patient.rs patient/Condition.rs patient/Observation.rs"
    page = public.sign_in(public.authorize(scope=wanted))
    offered = read_page(page)
    assert offered.ticked == wanted.split()
    vital = next(s for s in offered.offered if s.endswith("|vital-signs"))
    assert vital.startswith("patient/Observation.rs?category=http://terminology.hl7.org/")
    kept = ["launch/patient", "patient/Patient.rs", vital, "patient/Goal.rs"]
    tokens = public.redeem(public.consent(page, kept).returned["code"]).json
    assert tokens["scope"] == f"launch/patient patient/Patient.rs {vital}"
    token = tokens["access_token"]
    assert public.read(token, "/Condition?patient=patient-1").status == 403
    found = public.read(token, "/Observation?patient=patient-1&_count=100").json
    codes = {
        coding["code"]
        for entry in found["entry"]
        for category in entry["resource"]["category"]
        for coding in category["coding"]
    }
    assert codes == {"vital-signs"}


def test_a_walk_that_takes_too_long_is_out_of_date(public: Application) -> None:
    page = public.authorize()
    public.clock.seconds += 1801
    assert public.browser.submit(page, username="dora", password="x").status == 400


def test_the_pages_need_no_script_and_load_nothing(public: Application) -> None:
    pages: list[Any] = [public.authorize()]
    pages.append(public.sign_in(pages[0], "frieda"))
    pages.append(public.browser.submit(pages[1], patient="patient-1"))
    for page in pages:
        assert "<script" not in page.text
        assert "src=" not in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["content-type"] == "text/html; charset=utf-8"
