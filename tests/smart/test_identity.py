"""Nothing that a server calls an id_token or a key makes its witness fall over."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import RSAKey

from conformance.smart.identity import id_token_witness, rsa_keys, signature_witness
from conformance.smart.jose import half_hash, public_key_set, sign

HEADER = {"alg": "RS256", "kid": "one", "typ": "JWT"}


class Seeing:
    """Evidence that looks at once: the aliases are the values."""

    def witness(self, name: str, look: Callable[[Callable[[str], str]], Any]) -> Any:
        del name
        seen = look(lambda text: text)
        return json.loads(json.dumps(seen, allow_nan=False))


def looked_at(id_token: str, *, access_token: str = "token", nonce: str = "n") -> dict[str, Any]:
    return id_token_witness(
        Seeing(),  # type: ignore[arg-type]
        "a",
        id_token=id_token,
        access_token=access_token,
        nonce=nonce,
    )


def bare(claims: str, header: str = '{"alg":"RS256"}') -> str:
    parts = (base64.urlsafe_b64encode(part.encode()).decode() for part in (header, claims))
    return ".".join([*parts, "c2ln"])


def test_what_checks_judge_is_seen_and_the_subject_is_not() -> None:
    claims = {"iss": "i", "aud": "me", "sub": "secret-subject", "exp": 9, "iat": 1, "nonce": "n"}
    token = sign(
        {**claims, "at_hash": half_hash("token", "RS256")}, RSAKey.generate_key(2048), HEADER
    )
    seen = looked_at(token)
    assert seen["header"] == HEADER
    assert seen["claims"] == {
        "iss": "i",
        "exp": 9,
        "iat": 1,
        "aud": ["me"],
        "fhirUser": None,
        "sub": 14,
        "nonce": "equal",
        "at_hash": "equal",
    }
    assert "secret-subject" not in json.dumps(seen)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "..",
        "a.b.c",
        "no-token",
        bare("[]"),
        bare("{}", "[]"),
        bare("[" * 100_000),
        bare('{"exp":NaN}')[:-9],
    ],
)
def test_another_form_is_opaque(token: str) -> None:
    assert looked_at(token) == {"kind": "opaque"}


@pytest.mark.parametrize("value", ["NaN", "Infinity", "true", "[]", "{}", '"2026"', "null"])
def test_a_time_of_another_form_is_kept_out(value: str) -> None:
    seen = looked_at(bare(f'{{"exp":{value},"iat":{value},"aud":{value},"sub":{value}}}'))
    assert not isinstance(seen["claims"]["exp"], int | float)


def test_a_key_of_the_set_verifies_whichever_the_header_names() -> None:
    first, second = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
    key_set = public_key_set([second, first])
    token = sign({"iss": "i"}, first, {"alg": "RS256", "kid": "another"})
    seeing: Any = Seeing()
    assert signature_witness(seeing, "a", id_token=token, key_set=key_set)
    alone = {"keys": key_set["keys"][:1]}
    assert not signature_witness(seeing, "a", id_token=token, key_set=alone)


@pytest.mark.parametrize(
    "keys",
    [None, "RSA", {}, [1, None, "x"], [{"kty": "EC"}], [{"kty": ["RSA"]}]],
)
def test_what_are_no_rsa_keys_are_none(keys: Any) -> None:
    assert rsa_keys({"keys": keys}) == []


@pytest.mark.parametrize("n", [None, 1, "", "!", "é", {}, "A" * 10_000])
def test_an_rsa_key_that_cannot_be_read_is_told(n: Any) -> None:
    keys = rsa_keys({"keys": [{"kty": "RSA", "n": n, "e": "AQAB"}]})
    assert len(keys) == 1
    seeing: Any = Seeing()
    assert not signature_witness(
        seeing, "a", id_token=bare("{}"), key_set={"keys": [{"kty": "RSA", "n": n, "e": "AQAB"}]}
    )


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ({"pi.atm": "1", "org": "a"}, {}),
        ({}, {"x5c": "no list", "kid": 5, "use": "other", "alg": "RS512", "key_ops": ["sign"]}),
    ],
    ids=["members of their own in the header", "odd members beside the key"],
)
def test_a_signature_is_held_against_the_numbers_of_a_key(
    header: dict[str, Any], key: dict[str, Any]
) -> None:
    held = RSAKey.generate_key(2048)
    lenient = jws.JWSRegistry(strict_check_header=False)
    token = jws.serialize_compact({"alg": "RS256", **header}, b"{}", held, registry=lenient)
    key_set = {"keys": [{**held.as_dict(private=False), **key}]}
    assert signature_witness(
        Seeing(),  # type: ignore[arg-type]
        "a",
        id_token=token,
        key_set=key_set,
    )
