"""
A backend service's token request, and how a bad one departs from it.

SMART App Launch 2, Backend Services; RFC 7523 2.2.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.evidence.response import Response
from conformance.smart.client import LIFETIME, Client, assertion_fields, mint_assertion
from conformance.smart.flow import Flow
from conformance.smart.jose import new_key, sign, unsigned
from conformance.smart.launch import Endpoints, token_yields


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """
    How a client assertion departs from a good one.

    `lifetime` are the seconds from now until it runs out. `claims` and `header` replace members, a
    claim of None is left out. `signed_by` is `own`, `foreign` (a key that nobody registered, under
    the own key's name) or `nobody` (the algorithm `none`).
    """

    lifetime: int = LIFETIME
    claims: Mapping[str, Any] = field(default_factory=dict)
    header: Mapping[str, Any] = field(default_factory=dict)
    signed_by: str = "own"


GOOD = Departure()


def assertion(flow: Flow, client: Client, endpoints: Endpoints, departure: Departure = GOOD) -> str:
    """Return the alias of an assertion for the token endpoint."""
    now = int(time.time())
    issued = min(now, now + departure.lifetime - 1)
    return mint_assertion(
        flow.evidence,
        client,
        f"{flow.name}/assertion",
        endpoints.token,
        now,
        claims={"exp": now + departure.lifetime, "iat": issued, **departure.claims},
        header=departure.header,
        signer=_SIGNERS.get(departure.signed_by),
    )


def ask_for_token(
    flow: Flow,
    endpoints: Endpoints,
    shown: str,
    scopes: str,
    *,
    step: str = "token",
    changes: Mapping[str, str | None] | None = None,
) -> Response:
    """Ask for a system's token with an assertion; `changes` replace form fields."""
    fields: dict[str, str | None] = {
        "grant_type": "client_credentials",
        "scope": scopes,
        **dict(assertion_fields(shown)),
        **(changes or {}),
    }
    return flow.ask(
        step,
        "POST",
        endpoints.token,
        fields=[(name, value) for name, value in fields.items() if value is not None],
        yields=token_yields(flow.name),
    )


def _by_a_stranger(claims: Mapping[str, Any], header: Mapping[str, Any]) -> str:
    return sign(claims, new_key(str(header["alg"]), str(header["kid"])), header)


_SIGNERS = {"foreign": _by_a_stranger, "nobody": unsigned}
