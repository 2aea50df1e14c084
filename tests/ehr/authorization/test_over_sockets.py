"""The flows over real TLS sockets, with what the running server tells its starter."""

import base64
import http.client
import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from conformance.ehr.authorization.demo import REDIRECT_URI, demo, key_pair
from conformance.ehr.authorization.setup import fetch_loopback
from conformance.ehr.serve import Served, serving
from tests.support.browser import FORM, Answer, read_page
from tests.support.oauth import ASSERTION_TYPE, CHALLENGE, STANDALONE, VERIFIER


class Wire:
    """One connection to the server, with a browser's cookies."""

    def __init__(self, served: Served) -> None:
        assert served.ca_file
        trusted = ssl.create_default_context(cafile=served.ca_file)
        self.connection = http.client.HTTPSConnection(
            "127.0.0.1", served.port, timeout=10, context=trusted
        )
        self.cookies: dict[str, str] = {}

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *exc: object) -> None:
        self.connection.close()

    def ask(
        self,
        url: str,
        method: str = "GET",
        form: Mapping[str, str] | list[tuple[str, str]] | None = None,
        body: bytes = b"",
        **headers: str,
    ) -> Answer:
        parts = urlsplit(url)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            method, body = "POST", urlencode(form).encode()
            sent["content-type"] = FORM
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self.connection.request(method, target, body, sent)
        reply = self.connection.getresponse()
        received = {name.lower(): value for name, value in reply.getheaders()}
        if "set-cookie" in received:
            name, _, value = received["set-cookie"].partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(status=reply.status, headers=received, body=reply.read())

    def go(self, answer: Answer) -> Answer:
        while answer.status == 303 and not answer.location.startswith(REDIRECT_URI):
            answer = self.ask(answer.location)
        return answer


@pytest.fixture
def wire(served: Served) -> Iterator[Wire]:
    with Wire(served) as wire:
        yield wire


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving("certified") as running:
        yield running


def secret_of(served: Served, client_id: str) -> str:
    assert served.registry
    return next(c.secret for c in served.registry.setup.clients if c.id == client_id)


def test_a_whole_launch_over_one_connection(served: Served, wire: Wire) -> None:
    assert served.registry
    origin = served.url.removesuffix("/fhir")
    parameters = {
        "response_type": "code",
        "client_id": "demo-symmetric",
        "redirect_uri": REDIRECT_URI,
        "scope": STANDALONE,
        "state": "x",
        "aud": served.url,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    page = read_page(wire.go(wire.ask(f"{origin}/auth/authorize?{urlencode(parameters)}")))
    password = next(u.password for u in served.registry.setup.users if u.username == "emil")
    fields = {**page.hidden, "username": "emil", "password": password}
    page = read_page(wire.go(wire.ask(page.action, form=fields)))
    pairs = [*page.hidden.items(), *(("scope", scope) for scope in page.ticked)]
    code = wire.ask(page.action, form=[*pairs, ("decision", "allow")]).returned["code"]
    pair = base64.b64encode(f"demo-symmetric:{secret_of(served, 'demo-symmetric')}".encode())
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
    tokens = wire.ask(
        f"{origin}/auth/token",
        form={**form, "code_verifier": VERIFIER},
        authorization=f"Basic {pair.decode()}",
    ).json
    bearer = f"Bearer {tokens['access_token']}"
    assert wire.ask(f"{served.url}/Patient/patient-2", authorization=bearer).status == 200
    assert wire.ask(f"{served.url}/Patient/patient-1", authorization=bearer).status == 404


def test_an_operator_starts_a_launch(served: Served, wire: Wire) -> None:
    assert served.registry
    wanted = {"client_id": "demo-symmetric", "user": "gustav", "patient": "patient-1"}
    answer = wire.ask(
        f"{served.url.removesuffix('/fhir')}/ehr/launch",
        "POST",
        body=json.dumps(wanted).encode(),
        authorization=f"Bearer {served.registry.setup.operator_key}",
    )
    assert answer.json["iss"] == served.url
    assert served.launcher == f"{served.url.removesuffix('/fhir')}/ehr/launcher"


def test_what_is_shown_of_a_running_server_holds_no_secret(served: Served) -> None:
    assert served.registry
    setup = served.registry.setup
    secrets = [served.token, setup.operator_key, *(u.password for u in setup.users)]
    secrets += [client.secret for client in setup.clients if client.secret]
    keys = [k for jwks in served.registry.private_keys.values() for k in jwks["keys"]]
    secrets += [key["d"] for key in keys]
    assert len(secrets) == 12
    for shown in (repr(served), repr(served.registry), repr(setup)):
        assert not [secret for secret in secrets if secret in shown]


def test_every_start_makes_other_secrets(served: Served) -> None:
    assert served.registry
    other = demo()
    assert other.setup.operator_key != served.registry.setup.operator_key
    passwords = {u.password for each in (other, served.registry) for u in each.setup.users}
    assert len(passwords) == 8


def test_a_persona_without_an_authorization_server_has_no_registry() -> None:
    with serving("clinic", tls=None) as served:
        assert (served.registry, served.launcher) == (None, "")


class Keys(BaseHTTPRequestHandler):
    """A client's host that publishes its keys."""

    documents: dict[str, bytes] = {}  # noqa: RUF012

    def do_GET(self) -> None:
        body = self.documents.get(self.path)
        self.send_response(200 if body is not None else 404)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def keys_at() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Keys) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_keys_are_fetched_from_the_client_s_host(keys_at: str) -> None:
    private, public = key_pair()
    Keys.documents["/jwks.json"] = json.dumps(public).encode()
    registry = demo(system_jwks_url=f"{keys_at}/jwks.json")
    with serving("certified", registry=registry) as served, Wire(served) as wire:
        endpoint = f"{served.url.removesuffix('/fhir')}/auth/token"
        key = KeySet.import_key_set(private).keys[0]  # type: ignore[arg-type]
        now = int(registry.setup.now())
        claims = {"iss": "demo-system", "sub": "demo-system", "aud": endpoint, "jti": "1"}
        header = {"alg": "RS384", "kid": key.kid}
        assertion = jwt.encode(header, {**claims, "exp": now + 60}, key, algorithms=["RS384"])
        form = {
            "grant_type": "client_credentials",
            "scope": "system/*.rs",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        }
        answer = wire.ask(endpoint, form=form)
    assert answer.json["scope"] == "system/*.rs"


def test_keys_are_fetched_from_this_machine_only_and_in_bounds(keys_at: str) -> None:
    Keys.documents["/list"] = b"[]"
    Keys.documents["/text"] = b"not json"
    Keys.documents["/long"] = b" " * (1 << 17) + b"{}"
    for url in (
        "https://elsewhere.example/jwks.json",
        "http://10.0.0.1/jwks.json",
        "file:///etc/hostname",
        "nonsense",
        f"{keys_at}/list",
        f"{keys_at}/text",
        f"{keys_at}/long",
        f"{keys_at}/absent",
    ):
        with pytest.raises((ValueError, OSError)):
            fetch_loopback(url)
