"""A client of the reference EHR's authorization server, and the person who uses it."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import Key, KeySet

from conformance.ehr.authorization.demo import REDIRECT_URI, Demo, demo
from conformance.ehr.authorization.setup import ClientKind
from conformance.ehr.personas import build_app
from conformance.ehr.server import Server
from tests.support.browser import ORIGIN, Answer, App, Browser, read_page

BASE = f"{ORIGIN}/fhir"
STANDALONE = "launch/patient openid fhirUser offline_access patient/*.rs"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.seconds = now

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


@cache
def private_key(jwks: str, alg: str) -> Key:
    """Return the key for an algorithm; to read a private key takes longer than to sign with it."""
    return next(k for k in KeySet.import_key_set(json.loads(jwks)).keys if k.get("alg") == alg)


@dataclass(slots=True)
class Application:
    """A registered client in front of the server, and the person who uses it."""

    app: App
    demo: Demo
    client_id: str = "demo-public"
    clock: Clock = field(default_factory=Clock)
    browser: Browser = field(init=False)

    def __post_init__(self) -> None:
        self.browser = Browser(self.app)

    def as_client(self, client_id: str) -> "Application":
        """Return another client in front of the same server."""
        return replace(self, client_id=client_id)

    def request(self, **changed: Any) -> dict[str, str]:
        """Return a sound authorization request, changed; None leaves a parameter out."""
        parameters: dict[str, Any] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": REDIRECT_URI,
            "scope": STANDALONE,
            "state": "state-1",
            "aud": BASE,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "nonce": "nonce-1",
            **changed,
        }
        return {name: value for name, value in parameters.items() if value is not None}

    def authorize(self, *, by_post: bool = False, **changed: Any) -> Answer:
        """Send the authorization request and follow it to a page or back to the application."""
        parameters = self.request(**changed)
        if by_post:
            return self.browser.follow(self.browser.ask("/auth/authorize", form=parameters))
        return self.browser.follow(self.browser.ask(f"/auth/authorize?{urlencode(parameters)}"))

    def sign_in(self, page: Answer, username: str = "dora") -> Answer:
        """Sign in on a login page."""
        return self.browser.submit(page, username=username, password=self.password(username))

    def password(self, username: str) -> str:
        """Return a user's password."""
        return next(u.password for u in self.demo.setup.users if u.username == username)

    def consent(self, page: Answer, scopes: list[str] | None = None) -> Answer:
        """Allow the ticked scopes, or these."""
        ticked = read_page(page).ticked if scopes is None else scopes
        return self.browser.submit(page, scope=ticked, decision="allow")

    def code(self, username: str = "dora", patient: str = "", **changed: Any) -> str:
        """Walk through all pages and return the code."""
        page = self.authorize(**changed)
        if 'name="password"' in page.text:
            page = self.sign_in(page, username)
        if read_page(page).patients:
            page = self.browser.submit(page, patient=patient)
        return self.consent(page).returned["code"]

    def token(self, headers: Mapping[str, str] | None = None, **parameters: Any) -> Answer:
        """Send a token request as the client, authenticated in its way; None leaves one out."""
        sound = {**self.authentication(), **parameters}
        form = {name: value for name, value in sound.items() if value is not None}
        sent = self.basic() if headers is None else headers
        return Browser(self.app).ask("/auth/token", form=form, headers=sent)

    def redeem(self, code: str, **changed: Any) -> Answer:
        """Exchange a code."""
        parameters: dict[str, Any] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": VERIFIER,
            **changed,
        }
        return self.token(**parameters)

    def launch(self, username: str = "dora", patient: str = "", **changed: Any) -> Any:
        """Return the token response of a whole launch."""
        answer = self.redeem(self.code(username, patient, **changed))
        assert answer.status == 200, answer.text
        return answer.json

    def refresh(self, refresh_token: str, **more: Any) -> Answer:
        """Use a refresh token."""
        return self.token(grant_type="refresh_token", refresh_token=refresh_token, **more)

    def read(self, token: str, target: str, **more: Any) -> Answer:
        """Ask the FHIR server with a token."""
        headers = {"authorization": f"Bearer {token}"}
        return Browser(self.app).ask(f"/fhir{target}", headers=headers, **more)

    def page_csrf(self, patient: str = "patient-1") -> str:
        """Return what a form of the EHR's launcher must bring back."""
        page = self.browser.ask(f"/ehr/launcher?patient={patient}")
        return read_page(page).hidden["csrf"]

    def authentication(self) -> dict[str, str]:
        """Return the parameters by which the client shows that it is itself."""
        client = next(c for c in self.demo.setup.clients if c.id == self.client_id)
        if client.kind is ClientKind.ASYMMETRIC:
            return {
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": self.assertion(),
            }
        return {"client_id": self.client_id} if client.kind is ClientKind.PUBLIC else {}

    def basic(self) -> dict[str, str]:
        """Return the header by which a symmetric client shows that it is itself."""
        client = next(c for c in self.demo.setup.clients if c.id == self.client_id)
        if client.kind is not ClientKind.SYMMETRIC:
            return {}
        pair = base64.b64encode(f"{client.id}:{client.secret}".encode()).decode()
        return {"authorization": f"Basic {pair}"}

    def assertion(
        self,
        alg: str = "RS384",
        header: Mapping[str, Any] | None = None,
        key: Any = None,
        **claims: Any,
    ) -> str:
        """Return a sound assertion, changed; a claim of None is left out."""
        own = private_key(json.dumps(self.demo.private_keys[self.client_id]), alg)
        sound = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": f"{ORIGIN}/auth/token",
            "exp": int(self.clock()) + 300,
            "jti": secrets.token_hex(16),
            **claims,
        }
        kept = {name: value for name, value in sound.items() if value is not None}
        heading = {"alg": alg, "kid": own.kid, "typ": "JWT", **(header or {})}
        named = {name: value for name, value in heading.items() if value is not None}
        return jwt.encode(named, kept, key or own, algorithms=[named["alg"]], default_type=None)


def start_client(
    client_id: str = "demo-public",
    *,
    persona: str = "certified",
    server_class: type[Server] | None = None,
    registry: Demo | None = None,
    **changed: object,
) -> Application:
    """Start a server whose clock stands still, and return one of its clients."""
    clock, known = Clock(), registry or demo()
    setup = replace(known.setup, now=clock, **changed)  # type: ignore[arg-type]
    known = replace(known, setup=setup)
    app = build_app(persona, token="static", server_class=server_class, authorization=setup)
    return Application(app, known, client_id, clock)
