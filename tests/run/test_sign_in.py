"""Signing in as one persona: its token, or one sentence that begins with the step that failed."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from conformance.core.errors import HarnessError, UsageError
from conformance.run.sign_in import access_token
from conformance.target.load import Options, load_target
from tests.support.login_pages import Page, Pages, serving_pages

SKEW = 600.0
LOGIN, CONSENT = "/auth/login", "/auth/consent"
CONFIGURATION = ("GET", "/fhir/.well-known/smart-configuration")
SECOND_FACTOR = '<form method="post"><input name="otp" type="text"><button>Go on</button></form>'
LOOP = Page(status=302, location="/auth/authorize")
DENIED = Page(status=303, location="http://127.0.0.1:8765/redirect?error=access_denied")


def token_of(file: Path, persona: str) -> str:
    """Sign in by a target file."""
    options = Options()
    target = load_target(None, config=file, cwd=file.parent, options=options, resolve=False)
    return access_token(target, persona)


def refused(file: Path, persona: str) -> tuple[str, int]:
    """Return the sentence that says why no token comes, and the exit code."""
    with pytest.raises(HarnessError) as caught:
        token_of(file, persona)
    return caught.value.sentence, caught.value.exit_code


@contextmanager
def closed_port() -> Iterator[int]:
    """Hold a port at which nothing answers."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.mark.parametrize(
    "persona",
    ["patient-a", "public", "asymmetric", "limited", "practitioner", "system", "system-es384"],
)
def test_the_token_opens_the_api(tmp_path: Path, persona: str) -> None:
    """By standalone launch, EHR launch and assertion, with either key."""
    with serving_pages(tmp_path, {}) as (served, file):
        token = token_of(file, persona)
        with httpx.Client(trust_env=False) as client:
            url = f"{served.url}/Patient/patient-1"
            answer = client.get(url, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pages", "sentence"),
    [
        (
            {("GET", LOGIN): Page(body="<h1>Welcome</h1>")},
            "Login: The login comes to a page without a form that the recipe knows.",
        ),
        (
            {("POST", LOGIN): Page(body=SECOND_FACTOR)},
            "Login: The login asks for a second factor, which no recipe can give.",
        ),
        (
            {("GET", "/auth/authorize"): LOOP},
            "Login: After 16 pages the login has not come back to the redirect URI.",
        ),
        (
            {("POST", CONSENT): DENIED},
            "Login: The app is sent back with an error in place of a code (error access_denied).",
        ),
        (
            {("POST", "/auth/token"): Page(status=500)},
            "Token request: The code is not exchanged for a token (status 500, no error named).",
        ),
        (
            {("POST", "/auth/token"): Page(body="{}", media_type="application/json")},
            "Token request: The token response holds no access token (none).",
        ),
        (
            {CONFIGURATION: Page(status=404)},
            "Discovery: No SMART configuration is served.",
        ),
        (
            {CONFIGURATION: Page(body="{}", media_type="application/json")},
            "Login: No authorization and token endpoints are announced.",
        ),
        (
            {("POST", LOGIN): Page(body="\x1b]0;owned\x07<p>", status=403)},
            "Login: The authorization server does not come back to the app (status 403).",
        ),
    ],
    ids=[
        "unknown-page",
        "second-factor",
        "no-redirect",
        "denied",
        "token-500",
        "token-none",
        "no-configuration",
        "no-endpoints",
        "error-page",
    ],
)
def test_what_the_server_does_is_named_by_its_step(
    tmp_path: Path, pages: Pages, sentence: str
) -> None:
    """One sentence of ours, exit 3: no word of the server's page is in it."""
    with serving_pages(tmp_path, pages) as (_, file):
        assert refused(file, "patient-a") == (sentence, 3)


def test_a_wrong_password_is_for_the_person_to_mend(tmp_path: Path) -> None:
    """The page came back; exit 2."""
    with serving_pages(tmp_path, {}) as (_, file):
        (tmp_path / "dora-password").write_text("not-the-password-of-dora")
        sentence = "Login: The login page came back: name or password were not accepted."
        assert refused(file, "patient-a") == (sentence, 2)
        assert token_of(file, "patient-b")


def test_a_wrong_client_and_a_wrong_secret_are_told_apart(tmp_path: Path) -> None:
    """The one is refused before the login, the other at the token request; exit 2."""
    with serving_pages(tmp_path, {}) as (_, file):
        (tmp_path / "symmetric-secret").write_text("not-the-secret-of-the-client")
        secret = (
            "Token request: The code is not exchanged for a token "
            "(status 401, error invalid_client)."
        )
        assert refused(file, "patient-a") == (secret, 2)
        file.write_text(file.read_text().replace('id = "demo-public"', 'id = "nobody"'))
        client = "Login: The authorization server does not come back to the app (status 400)."
        assert refused(file, "public") == (client, 2)


def test_an_authorization_server_that_is_down_is_no_fault_of_the_login(tmp_path: Path) -> None:
    """Nothing listens where the configuration points: exit 3; a host not allowed: exit 2."""
    with closed_port() as port:
        there = f"http://127.0.0.1:{port}"
        configuration = {
            "authorization_endpoint": f"{there}/authorize",
            "token_endpoint": f"{there}/token",
        }
        body = json.dumps(configuration)
        pages = {CONFIGURATION: Page(body=body, media_type="application/json")}
        with serving_pages(tmp_path, pages) as (_, file):
            foreign = "Login: A page of the login cannot be had: the URL is on another host."
            assert refused(file, "patient-a") == (foreign, 2)
            file.write_text(f'{file.read_text()}\n[hosts]\nallow = ["{there}"]\n')
            sentence, code = refused(file, "patient-a")
            assert sentence.startswith("Login: A page of the login cannot be had: ")
            assert code == 3
            sentence, code = refused(file, "system")
            assert sentence.startswith("Token request: No usable answer: ")
            assert code == 3


def test_a_server_that_is_down_fails_at_discovery(tmp_path: Path) -> None:
    """Before anything about SMART is known."""
    with serving_pages(tmp_path, {}) as (_, file):
        pass
    sentence, code = refused(file, "patient-a")
    assert sentence.startswith("Discovery: nothing answers at http://127.0.0.1:")
    assert code == 3


@pytest.mark.slow
@pytest.mark.parametrize("persona", ["system", "asymmetric"])
@pytest.mark.parametrize(
    ("skew", "said"), [(SKEW, "ahead of this machine's"), (-SKEW, "behind this machine's")]
)
def test_clocks_that_differ_are_named(tmp_path: Path, persona: str, skew: float, said: str) -> None:
    """The server refuses an assertion by its own clock, rightly; nobody is blamed."""
    with serving_pages(tmp_path, {}, clock=lambda: time.time() + skew) as (_, file):
        sentence, code = refused(file, persona)
        assert token_of(file, "patient-a")
    assert sentence.startswith("Token request: The server's clock is ")
    assert said in sentence
    assert ("too late" if skew > 0 else "too early") in sentence
    assert code == 2


def test_an_ehr_that_starts_nothing_is_named(tmp_path: Path) -> None:
    """The step is the EHR launch: nobody starts it, or whoever is asked does not."""
    with serving_pages(tmp_path, {("POST", "/ehr/launch"): Page(status=403)}) as (_, file):
        sentence, _ = refused(file, "practitioner")
        assert sentence.startswith("EHR launch: ")
        file.write_text(file.read_text().partition("[endpoint]")[0])
        sentence, _ = refused(file, "practitioner")
        assert sentence.startswith("EHR launch: Nobody starts an EHR launch")


def test_a_persona_that_cannot_sign_in_is_said_at_once(tmp_path: Path) -> None:
    """Unknown, or given what opens the server: its command might be this very one."""
    with serving_pages(tmp_path, {}) as (_, file):
        given = '\n[persona.given]\nrole = "patient"\nclient = "public"\n'
        file.write_text(f'{file.read_text()}{given}token = {{ command = ["false"] }}\n')
        for persona in ("patient-x", "default", "given"):
            with pytest.raises(UsageError) as caught:
                token_of(file, persona)
            assert persona in caught.value.sentence
            assert caught.value.hint
