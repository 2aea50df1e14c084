"""private_key_jwt: every rule, one wrong thing at a time."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from conformance.ehr.authorization.demo import Demo, demo, key_pair
from tests.support.browser import ORIGIN, Answer
from tests.support.oauth import Application

Start = Callable[..., Application]
SCOPE = "system/Patient.rs"


@pytest.fixture
def system(start: Start) -> Application:
    return start("demo-system")


def ask(client: Application, assertion: str, **more: Any) -> Answer:
    return client.token(
        grant_type="client_credentials", scope=SCOPE, client_assertion=assertion, **more
    )


def is_refused(answer: Answer) -> bool:
    return (answer.status, answer.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("alg", ["RS384", "ES384"])
def test_a_sound_assertion_gives_a_token_for_five_minutes(system: Application, alg: str) -> None:
    answer = ask(system, system.assertion(alg))
    assert answer.status == 200
    tokens = answer.json
    assert set(tokens) == {"access_token", "token_type", "expires_in", "scope"}
    assert (tokens["expires_in"], tokens["scope"]) == (300, SCOPE)
    assert system.read(tokens["access_token"], "/Patient").json["total"] == 3
    system.clock.seconds += 300
    assert system.read(tokens["access_token"], "/Patient").status == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1_800_000_000},
        {"exp": 1_800_000_000 - 60},
        {"exp": 1_800_000_000 + 600},
        {"exp": None},
        {"exp": "soon"},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"nbf": 1_800_000_000 + 120},
        {"aud": f"{ORIGIN}/fhir"},
        {"aud": f"{ORIGIN}/auth"},
        {"aud": None},
        {"aud": []},
        {"iss": "nobody"},
        {"iss": None},
        {"iss": "demo-symmetric", "sub": "demo-symmetric"},
        {"sub": "nobody"},
        {"sub": None},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
    ],
    ids=str,
)
@pytest.mark.parametrize("alg", ["RS384", "ES384"])
def test_an_assertion_with_a_wrong_claim_is_refused(
    system: Application, alg: str, claims: dict[str, Any]
) -> None:
    assert is_refused(ask(system, system.assertion(alg, **claims)))


@pytest.mark.parametrize(
    "header", [{"kid": "unknown"}, {"kid": None}, {"typ": None}, {"typ": "at+jwt"}], ids=str
)
def test_an_assertion_with_a_wrong_header_is_refused(
    system: Application, header: dict[str, Any]
) -> None:
    assert is_refused(ask(system, system.assertion("RS384", header)))


@pytest.mark.parametrize("claims", [{"aud": [f"{ORIGIN}/auth/token", "x"]}, {"exp": 1_800_000_330}])
def test_what_a_sound_client_may_do_is_accepted(
    system: Application, claims: dict[str, Any]
) -> None:
    assert ask(system, system.assertion(**claims)).status == 200


def test_a_key_that_is_not_the_client_s_signs_nothing(system: Application) -> None:
    other = RSAKey.generate_key(2048)
    assert is_refused(ask(system, system.assertion("RS384", key=other)))
    assert is_refused(ask(system, system.assertion("ES384", key=ECKey.generate_key("P-384"))))


def test_an_algorithm_that_is_not_announced_is_refused(system: Application) -> None:
    own = RSAKey.import_key(system.demo.private_keys["demo-system"]["keys"][0])
    bare = RSAKey.import_key({k: v for k, v in own.as_dict(private=True).items() if k != "alg"})
    for alg in ("RS256", "PS384", "RS512"):
        assert is_refused(ask(system, system.assertion("RS384", {"alg": alg}, bare)))
    secret = OctKey.import_key("a secret that is long enough for this, surely, 48 bytes or more")
    assert is_refused(ask(system, system.assertion("RS384", {"alg": "HS384"}, secret)))


def test_an_unsigned_or_broken_assertion_is_refused(system: Application) -> None:
    header, payload, signature = system.assertion().split(".")
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).decode()
    deep = base64.urlsafe_b64encode(b"[" * 60000).decode().rstrip("=")
    broken = [
        f"{none.rstrip('=')}.{payload}.",
        f"{header}.{payload}.",
        f"{header}.{payload}.{signature[:-4]}AAAA",
        f"{header}.{payload}",
        f"{header}.W10.{signature}",
        f"W10.{payload}.{signature}",
        f"{header}.{deep}.{signature}",
        "invalid JWT",
        "",
    ]
    for assertion in broken:
        assert is_refused(ask(system, assertion)), assertion[:80]


def test_an_assertion_works_once(system: Application) -> None:
    assertion = system.assertion()
    assert ask(system, assertion).status == 200
    assert is_refused(ask(system, assertion))
    system.clock.seconds += 400
    assert is_refused(ask(system, assertion))
    assert ask(system, system.assertion(jti="again")).status == 200
    assert is_refused(ask(system, system.assertion(jti="again")))


@pytest.mark.parametrize("kind", [None, "", "urn:ietf:params:oauth:client-assertion-type:saml2"])
def test_another_assertion_type_is_refused(system: Application, kind: str | None) -> None:
    assert is_refused(ask(system, system.assertion(), client_assertion_type=kind))


def test_the_client_id_beside_an_assertion_must_be_the_same(system: Application) -> None:
    assert is_refused(ask(system, system.assertion(), client_id="demo-asymmetric"))
    assert ask(system, system.assertion(), client_id="demo-system").status == 200


@pytest.mark.parametrize(
    ("wanted", "granted"),
    [
        ("system/*.rs", "system/*.rs"),
        ("system/*.read", "system/*.read"),
        ("system/Patient.read system/Group.r", "system/Patient.read system/Group.r"),
        ("system/Patient.rs patient/*.rs openid", "system/Patient.rs"),
        ("system/Patient.cruds", "system/Patient.rs"),
    ],
)
def test_a_backend_service_gets_system_scopes_only(
    system: Application, wanted: str, granted: str
) -> None:
    answer = system.token(grant_type="client_credentials", scope=wanted)
    assert answer.json["scope"] == granted


@pytest.mark.parametrize("scope", [None, "", "patient/*.rs", "openid", "system/Nonsense.rs"])
def test_a_backend_service_without_a_system_scope_gets_nothing(
    system: Application, scope: str | None
) -> None:
    answer = system.token(grant_type="client_credentials", scope=scope)
    assert (answer.status, answer.json["error"]) == (400, "invalid_scope")


def test_a_client_for_people_gets_no_system_scope(asymmetric: Application) -> None:
    answer = asymmetric.token(grant_type="client_credentials", scope=SCOPE)
    assert answer.json["error"] == "invalid_scope"


def by_address(keys: Any) -> tuple[Demo, list[str]]:
    asked: list[str] = []

    def fetch(url: str) -> dict[str, Any]:
        asked.append(url)
        if isinstance(keys, Exception):
            raise keys
        return dict(keys)

    registry = demo(system_jwks_url="http://127.0.0.1:1/jwks.json")
    return replace(registry, setup=replace(registry.setup, fetch_jwks=fetch)), asked


def test_keys_can_be_registered_by_address(start: Start) -> None:
    private, public = key_pair()
    registry, asked = by_address(public)
    registry = replace(registry, private_keys={**registry.private_keys, "demo-system": private})
    client = start("demo-system", registry=registry)
    assert ask(client, client.assertion("ES384")).status == 200
    assert asked == ["http://127.0.0.1:1/jwks.json"]


@pytest.mark.parametrize(
    "keys",
    [{}, {"keys": []}, {"keys": 3}, {"keys": [{"kty": "RSA"}]}, ValueError("x"), OSError("y")],
    ids=str,
)
def test_keys_that_cannot_be_had_let_nobody_in(start: Start, keys: Any) -> None:
    registry, _ = by_address(keys)
    client = start("demo-system", registry=registry)
    assert is_refused(ask(client, client.assertion()))
