"""Registered clients: what their kinds need, their keys, and the addresses that are theirs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from conformance.core.errors import UsageError
from conformance.target.key_file import KeyFile
from conformance.target.model import ClientKind, Origin, Target
from conformance.target.secret import SecretReference

Load = Callable[..., Target]
Refused = Callable[..., UsageError]

URL = '[target]\nurl = "https://ehr.example.org/fhir"\n'
APP = """
[client.app]
id = "demo-symmetric"
kind = "symmetric"
secret = { env = "EHR_TOKEN" }
redirect-uri = "http://127.0.0.1:8765/callback"
launch-uri = "https://app.example.org/launch/"
"""
BACKEND = """
[client.backend]
id = "demo-system"
kind = "system"
key = { file = "keys/backend.json" }
jwks-url = "https://app.example.org/jwks.json"
"""


def test_a_client_is_read_as_it_was_registered(load: Load, key_file: Path) -> None:
    target = load(URL + APP + BACKEND, url=None)
    app, backend = target.clients["app"], target.clients["backend"]
    assert (app.name, app.id, app.kind) == ("app", "demo-symmetric", ClientKind.SYMMETRIC)
    assert app.secret == SecretReference(env="EHR_TOKEN")
    assert app.redirect_uri == "http://127.0.0.1:8765/callback"
    assert app.launch_uri == "https://app.example.org/launch/"
    assert (app.key, app.algorithm) == (None, "")
    assert (backend.kind, backend.id) == ("system", "demo-system")
    assert backend.key == KeyFile(path=key_file)
    assert backend.algorithm == "ES384"
    assert backend.jwks_url == "https://app.example.org/jwks.json"
    assert target.origin_of("clients") is Origin.FILE
    assert "token-of-a-test" not in repr(target)


def test_a_public_client_needs_no_proof(load: Load) -> None:
    client = load("[client.app]\nid = 'demo'\nkind = 'public'").clients["app"]
    assert (client.secret, client.key) == (None, None)


KEYLESS = "[client.app]\nid = 'a'\nkind = '{}'"


@pytest.mark.parametrize(
    ("toml", "sentence", "hint"),
    [
        (
            KEYLESS.format("symmetric"),
            "The symmetric client [client.app] in conformance.toml (line 1) has no secret.",
            'Give it by reference: secret = { env = "VARIABLE" }.',
        ),
        (
            KEYLESS.format("asymmetric"),
            "The asymmetric client [client.app] in conformance.toml (line 1) has no key.",
            'Give it as key = { file = "PATH" }, in a file that is open to you alone.',
        ),
        (
            KEYLESS.format("system"),
            "The system client [client.app] in conformance.toml (line 1) has no key.",
            'Give it as key = { file = "PATH" }, in a file that is open to you alone.',
        ),
        (
            f"{KEYLESS.format('public')}\nsecret = {{ env = 'A' }}",
            (
                "The key [client.app] secret in conformance.toml (line 4) does not go with the "
                "kind public."
            ),
            "It belongs to a client that is symmetric.",
        ),
        (
            f"{KEYLESS.format('public')}\nalgorithm = 'ES384'",
            (
                "The key [client.app] algorithm in conformance.toml (line 4) does not go with the "
                "kind public."
            ),
            "It belongs to a client that is asymmetric or system.",
        ),
        (
            f"{KEYLESS.format('system')}\nredirect-uri = 'https://a.example.org'",
            (
                "The key [client.app] redirect-uri in conformance.toml (line 4) does not go with "
                "the kind system."
            ),
            "It belongs to a client that is public, symmetric or asymmetric.",
        ),
        (
            "[client.app]\nid = 'a'",
            "The table [client.app] in conformance.toml (line 1) has no kind.",
            (
                "How the client proves who it is: public not at all, symmetric by a secret, "
                "asymmetric by a key, system by a key and without a person."
            ),
        ),
        (
            "[client.app]\nid = 'a'\nkind = 'symetric'",
            (
                "The value of [client.app] kind in conformance.toml (line 3) must be public, "
                "symmetric, asymmetric or system."
            ),
            "Did you mean symmetric?",
        ),
        (
            "[client.app]\nid = 'a'\nkind = 'public'\nredirect_url = 'https://a.example.org'",
            "The key [client.app] redirect_url in conformance.toml (line 4) is unknown.",
            "Did you mean redirect-uri?",
        ),
        (
            "[client.'a b']\nid = 'a'\nkind = 'public'",
            "The name of [client.a b] in conformance.toml (line 1) is none that a client can have.",
            "It may hold letters, digits, '-', '_' and '.'.",
        ),
        (
            "[client.app]\nid = 'a'\nkind = 'system'\nkey = 'keys/app.json'",
            (
                "The value of [client.app] key in conformance.toml (line 4) must be a table, not a "
                "text."
            ),
            (
                'The private key of an asymmetric or system client: { file = "PATH" }, a JSON Web '
                "Key or a set of such, open to its owner alone."
            ),
        ),
        (
            "[client.app]\nid = 'a'\nkind = 'system'\nkey = { env = 'KEY' }",
            "The key [client.app] key.env in conformance.toml (line 4) is unknown.",
            "Known are file.",
        ),
    ],
)
def test_a_client_that_contradicts_its_kind_is_refused(
    refused: Refused, toml: str, sentence: str, hint: str
) -> None:
    error = refused(toml)
    assert (error.sentence, error.hint) == (sentence, hint)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://app.example.org/callback", "is plain http on another machine"),
        ("http://127.0.0.1/callback", "has no port"),
        ("http://localhost/callback", "has no port"),
        ("http://127.0.0.1.example.org:8765/", "is plain http on another machine"),
        ("app://callback", "has the scheme app, which is neither https nor http"),
        ("127.0.0.1:8765/callback", "has no scheme"),
        ("https://app.example.org/callback#there", "has a fragment"),
        ("https://app.example.org/callback?code=canary", "has a query"),
        ("https://user:canary@app.example.org", "holds a user or password"),
        ("https://", "has no valid host"),
    ],
)
@pytest.mark.parametrize("key", ["redirect-uri", "launch-uri"])
def test_an_address_at_which_no_app_can_be_is_refused(
    refused: Refused, key: str, address: str, said: str
) -> None:
    error = refused(f"[client.app]\nid = 'a'\nkind = 'public'\n{key} = '{address}'")
    assert said in error.sentence
    assert f"[client.app] {key} in conformance.toml (line 4)" in error.sentence
    assert "canary" not in str(error)


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:8765/a/",
        "http://[::1]:9/a",
        "http://127.0.0.1:80/",
        "https://a.example.org",
    ],
)
def test_an_address_is_kept_as_it_was_registered(load: Load, address: str) -> None:
    toml = f"[client.app]\nid = 'a'\nkind = 'public'\nredirect-uri = '{address}'"
    assert load(toml).clients["app"].redirect_uri == address


def test_the_addresses_of_a_backend_are_judged_too(refused: Refused, key_file: Path) -> None:
    toml = BACKEND.replace("https://app.example.org/jwks.json", "http://app.example.org/jwks.json")
    assert "[client.backend] jwks-url" in refused(toml).sentence


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o644, 0o610])
def test_a_key_that_others_can_open_is_refused(refused: Refused, key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    error = refused(URL + BACKEND, url=None)
    assert error.sentence == (
        f"The key file {key_file}, named by [client.backend] key in conformance.toml (line 7), is "
        f"open to others: its mode is 0{mode:o}."
    )
    assert error.hint == f"Keep it to yourself: chmod 600 {key_file}."
    assert refused(URL + BACKEND, url=None, resolve=False).sentence == error.sentence


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_key_that_only_its_owner_can_open_is_taken(load: Load, key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    assert load(URL + BACKEND, url=None).clients["backend"].algorithm == "ES384"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds no JSON Web Key"),
        ("-----BEGIN PRIVATE KEY-----", "holds no JSON Web Key"),
        ("[]", "holds no JSON Web Key"),
        ("{}", "holds no JSON Web Key"),
        ('{"keys": 5}', "holds no JSON Web Key"),
        ('{"keys": [5, {}]}', "holds no JSON Web Key"),
        ("[" * 60_000, "holds no JSON Web Key"),
        ("9" * 60_000, "holds no JSON Web Key"),
        (" " * 70_000, "is larger than 65536 bytes"),
        ('{"kty": "RSA", "n": "a", "e": "AQAB"}', "holds only a public key"),
        ('{"kty": "RSA", "d": 5}', "holds only a public key"),
        ('{"kty": "oct", "k": "canary"}', "holds no key for RS384 or ES384"),
        ('{"kty": "EC", "crv": "P-256", "d": "canary"}', "holds no key for RS384 or ES384"),
        ('{"kty": "RSA", "use": "enc", "d": "canary"}', "holds no key for RS384 or ES384"),
        ('{"kty": "RSA", "alg": "RS256", "d": "canary"}', "holds no key for RS384 or ES384"),
        ('{"kty": ["RSA"], "d": "canary"}', "holds no key for RS384 or ES384"),
    ],
)
def test_a_file_without_a_private_key_is_refused(
    refused: Refused, key_file: Path, content: str, said: str
) -> None:
    key_file.write_text(content)
    error = refused(URL + BACKEND, url=None)
    assert said in error.sentence
    assert "canary" not in str(error)


def test_a_key_file_that_is_not_there_is_refused(refused: Refused) -> None:
    assert "keys/backend.json, named by" in refused(BACKEND).sentence
    assert "does not exist" in refused(BACKEND).sentence


def test_a_folder_is_no_key_file(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "keys" / "backend.json").mkdir(parents=True)
    assert "is not a regular file" in refused(BACKEND).sentence


def test_the_algorithm_chooses_among_the_keys_of_a_file(
    load: Load, refused: Refused, key_file: Path, private_jwk: dict[str, Any]
) -> None:
    rsa = {"kty": "RSA", "n": "a", "e": "AQAB", "d": "a"}
    key_file.write_text(json.dumps({"keys": [{"kty": "oct"}, rsa, private_jwk]}))
    assert load(URL + BACKEND, url=None).clients["backend"].algorithm == "RS384"
    chosen = BACKEND + 'algorithm = "ES384"\n'
    client = load(URL + chosen, url=None).clients["backend"]
    assert client.algorithm == "ES384"
    assert client.key is not None
    assert client.key.chosen("ES384") == ("ES384", private_jwk)
    key_file.write_text(json.dumps(rsa))
    assert "holds no key for ES384" in refused(URL + chosen, url=None).sentence


def test_a_key_may_stand_alone_in_its_file(load: Load, key_file: Path) -> None:
    key_file.write_text(json.dumps(ECKey.generate_key("P-384").as_dict(private=True)))
    assert load(URL + BACKEND, url=None).clients["backend"].algorithm == "ES384"


def test_a_replayed_key_is_never_read(key_file: Path) -> None:
    with pytest.raises(ValueError, match="replay"):
        KeyFile(path=key_file, replayed=True).chosen()


def test_a_key_is_a_credential_that_stays_with_its_server(
    load: Load, refused: Refused, key_file: Path
) -> None:
    assert "and no [target] url to say" in refused(BACKEND).sentence
    assert "and no [target] url to say" in refused(APP).sentence
    assert load(BACKEND, config=Path("conformance.toml")).clients
    plain = refused(URL + BACKEND, url="http://ehr.example.org/fhir")
    assert "are for https, and the URL given is plain http" in plain.sentence
