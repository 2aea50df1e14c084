"""A person in a real Chromium: sign in, choose a patient, consent, launch, end the access."""

import base64
import json
import shutil
import ssl
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from conformance.ehr.authorization.demo import LAUNCH_URI, REDIRECT_URI, Demo
from conformance.ehr.serve import Served, serving
from tests.support.oauth import CHALLENGE, STANDALONE, VERIFIER

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]
QUIET = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving("certified") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


class Person:
    """A person with a browser; what leads to the application is caught on its way."""

    def __init__(self, browser: Any, served: Served) -> None:
        assert served.registry
        self.demo: Demo = served.registry
        self.served = served
        self.noise: list[str] = []
        self.reached: list[str] = []
        context = browser.new_context(
            ignore_https_errors=True,
            java_script_enabled=False,
            viewport={"width": 390, "height": 844},
        )
        self.page = context.new_page()
        self.page.route(f"{REDIRECT_URI}*", self._arrive)
        self.page.route(f"{LAUNCH_URI}*", self._arrive)
        self.page.on("console", lambda message: self.noise.append(message.text))

    def _arrive(self, route: Any) -> None:
        self.reached.append(route.request.url)
        route.fulfill(body="<p>The application</p>", content_type="text/html")

    def returned(self) -> dict[str, str]:
        (reached,) = self.reached
        return {name: values[0] for name, values in parse_qs(urlsplit(reached).query).items()}

    def ask(self, **changed: str) -> None:
        parameters = {
            "response_type": "code",
            "client_id": "demo-symmetric",
            "redirect_uri": REDIRECT_URI,
            "scope": STANDALONE,
            "state": "state of a browser",
            "aud": self.served.url,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changed,
        }
        origin = self.served.url.removesuffix("/fhir")
        self.page.goto(f"{origin}/auth/authorize?{urlencode(parameters)}")

    def sign_in(self, username: str, password: str = "") -> None:
        own = next(u.password for u in self.demo.setup.users if u.username == username)
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password").fill(password or own)
        self.page.get_by_role("button", name="Sign in").click()

    def redeem(self, code: str) -> Any:
        client = next(c for c in self.demo.setup.clients if c.id == "demo-symmetric")
        pair = base64.b64encode(f"{client.id}:{client.secret}".encode()).decode()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": VERIFIER,
        }
        request = urllib.request.Request(
            f"{self.served.url.removesuffix('/fhir')}/auth/token",
            urlencode(form).encode(),
            {"Authorization": f"Basic {pair}"},
        )
        trusted = ssl.create_default_context(cafile=self.served.ca_file)
        with urllib.request.urlopen(request, timeout=10, context=trusted) as reply:
            return json.loads(reply.read())


@pytest.fixture
def person(browser: Any, served: Served) -> Iterator[Person]:
    person = Person(browser, served)
    yield person
    assert person.noise == []
    person.page.context.close()


def test_a_proxy_signs_in_chooses_and_consents_to_a_part(person: Person) -> None:
    page = person.page
    person.ask(scope="launch/patient openid offline_access patient/Observation.rs patient/Goal.rs")
    person.sign_in("frieda", "wrong")
    assert "wrong" in page.get_by_role("alert").inner_text()
    person.sign_in("frieda")
    page.get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="Continue").click()
    assert page.get_by_role("heading", name="Allow access?").is_visible()
    page.get_by_text("Read and search results and measurements").click()
    page.get_by_text("Keep access when you are away").click()
    page.get_by_text("Allow a part only").click()
    page.get_by_text("Only vital signs").click()
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"{REDIRECT_URI}*")
    back = person.returned()
    assert back["state"] == "state of a browser"
    tokens = person.redeem(back["code"])
    assert tokens["patient"] == "patient-2"
    category = "http://terminology.hl7.org/CodeSystem/observation-category|vital-signs"
    assert tokens["scope"].split() == [
        "launch/patient",
        "openid",
        f"patient/Observation.rs?category={category}",
        "patient/Goal.rs",
    ]
    assert "refresh_token" not in tokens


def test_a_person_denies(person: Person) -> None:
    person.ask()
    person.sign_in("dora")
    person.page.get_by_role("button", name="Deny").click()
    person.page.wait_for_url(f"{REDIRECT_URI}*")
    assert person.returned()["error"] == "access_denied"


def test_a_practitioner_launches_from_a_chart(person: Person) -> None:
    page = person.page
    page.goto(person.served.launcher)
    person.sign_in("gustav")
    page.get_by_role("listitem").nth(1).get_by_role("link").click()
    page.get_by_label("Encounter").select_option(index=1)
    page.get_by_text("Demo with a secret").click()
    page.get_by_role("button", name="Launch").click()
    page.wait_for_url(f"{LAUNCH_URI}*")
    launched = person.returned()
    assert launched["iss"] == person.served.url
    person.reached.clear()
    person.ask(launch=launched["launch"], scope="launch openid fhirUser user/*.rs")
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"{REDIRECT_URI}*")
    tokens = person.redeem(person.returned()["code"])
    assert (tokens["patient"], tokens["encounter"]) == ("patient-2", "patient-2-encounter-2")


def test_a_person_ends_an_access(person: Person) -> None:
    page = person.page
    person.ask()
    person.sign_in("emil")
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"{REDIRECT_URI}*")
    page.goto(person.served.url.replace("/fhir", "/auth/manage"))
    page.get_by_role("button", name="End this access").click()
    assert page.get_by_text("No application has access.").is_visible()


def test_no_page_is_wider_than_a_telephone(person: Person) -> None:
    page = person.page
    person.ask()
    widths = [page.locator("html").bounding_box()]
    person.sign_in("frieda")
    widths.append(page.locator("main").bounding_box())
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Continue").click()
    widths += [each.bounding_box() for each in page.locator("label, code, button").all()]
    assert all(box["x"] + box["width"] <= 390 for box in widths)
