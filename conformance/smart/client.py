"""A registered client and how it proves who it is (RFC 6749 2.3, SMART Backend Services)."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import Key

from conformance.evidence.exchange import Evidence
from conformance.smart.jose import sign

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME = 300
"""Seconds that an assertion is good for: the most that SMART allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """
    A client as registered.

    `kind` is `public`, `symmetric`, `asymmetric` or `system`. `secret` is an alias. `key` signs
    assertions and is None in replay, where nothing is signed.
    """

    id: str
    kind: str
    redirect_uri: str = ""
    launch_uri: str = ""
    secret: str = ""
    key: Key | None = None
    algorithm: str = "RS384"
    kid: str = ""
    jwks_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a token request carries to prove the client: headers and form fields."""

    headers: Mapping[str, str]
    fields: tuple[tuple[str, str], ...]


def prove(evidence: Evidence, client: Client, token_url: str, name: str, now: int) -> Proof:
    """
    Return a client's proof for one token request.

    `name` is the step's name, under which an assertion is minted; `now` is in seconds.
    """
    if client.kind == "public":
        return Proof(headers={}, fields=(("client_id", client.id),))
    if client.kind == "symmetric":
        basic = evidence.basic(client.id, client.secret)
        return Proof(headers={"Authorization": f"Basic {basic}"}, fields=())
    assertion = mint_assertion(evidence, client, f"{name}/assertion", token_url, now)
    return Proof(headers={}, fields=assertion_fields(assertion))


def assertion_fields(assertion: str) -> tuple[tuple[str, str], ...]:
    """Return the form fields that carry a client assertion (RFC 7523 2.2)."""
    return (("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion))


def mint_assertion(
    evidence: Evidence,
    client: Client,
    name: str,
    audience: str,
    now: int,
    *,
    claims: Mapping[str, Any] | None = None,
    header: Mapping[str, Any] | None = None,
    signer: Callable[[Mapping[str, Any], Mapping[str, Any]], str] | None = None,
) -> str:
    """
    Return the alias of a signed client assertion.

    `claims` and `header` replace single members, which is how bad assertions are made; a claim of
    None is left out. `signer` makes a token of claims and header in place of the client's key.
    """
    jti = evidence.draw(f"{name}/jti", secrets.token_urlsafe(24))
    all_claims = {
        "iss": client.id,
        "sub": client.id,
        "aud": audience,
        "exp": now + LIFETIME,
        "iat": now,
        "jti": jti,
        **(claims or {}),
    }
    all_claims = {k: v for k, v in all_claims.items() if v is not None}
    wanted = {"alg": client.algorithm, "kid": client.kid, "typ": "JWT", **(header or {})}

    def make() -> str:
        if signer is not None:
            return signer(all_claims, wanted)
        assert client.key is not None
        return sign(all_claims, client.key, wanted)

    return evidence.mint(name, f"assertion:{client.id}", make)
