"""
The registry of the demo: everybody that the checks need, with secrets made at start.

    dora     sees patient-1       demo-public       a native application
    emil     sees patient-2       demo-symmetric    one with a secret
    frieda   sees both            demo-asymmetric   one with a key
    gustav   a practitioner       demo-system       a backend service
                                  demo-brief        one whose tokens run out soon
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from joserfc.jwk import ECKey, RSAKey

from conformance.ehr.authorization.setup import (
    SYSTEM_SCOPES,
    AuthorizationSetup,
    Client,
    ClientKind,
    User,
)

REDIRECT_URI = "http://127.0.0.1:8765/redirect"
LAUNCH_URI = "http://127.0.0.1:8765/launch"

BRIEF_SECONDS = 6
"""For how long tokens of demo-brief are good: a run waits for their end."""

Jwks = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """
    A registry and what its clients keep to themselves.

    `private_keys` holds a private JWKS for each asymmetric client, a key for RS384 and one for
    ES384. Passwords and secrets stand in `setup`.
    """

    setup: AuthorizationSetup
    private_keys: Mapping[str, Jwks] = field(repr=False)


def demo_users() -> tuple[User, ...]:
    """Return the people of the demo, each with a new password."""
    people: tuple[tuple[str, str, tuple[str, ...] | None], ...] = (
        ("dora", "Patient/patient-1", ("patient-1",)),
        ("emil", "Patient/patient-2", ("patient-2",)),
        ("frieda", "Practitioner/practitioner-3", ("patient-1", "patient-2")),
        ("gustav", "Practitioner/practitioner-1", None),
    )
    return tuple(
        User(
            username=username,
            password=secrets.token_urlsafe(12),
            fhir_user=fhir_user,
            patients=patients,
        )
        for username, fhir_user, patients in people
    )


def key_pair() -> tuple[Jwks, Jwks]:
    """Return a private JWKS with a key for RS384 and one for ES384, and its public half."""
    keys = (
        (RSAKey.generate_key(2048, auto_kid=True), "RS384"),
        (ECKey.generate_key("P-384", auto_kid=True), "ES384"),
    )
    private, public = (
        {"keys": [{**key.as_dict(private=whole), "alg": alg, "use": "sig"} for key, alg in keys]}
        for whole in (True, False)
    )
    return private, public


@cache
def process_key_pair() -> tuple[Jwks, Jwks]:
    """Return a key pair of this process: making one takes a tenth of a second."""
    return key_pair()


def demo(
    *,
    redirect_uris: Sequence[str] = (REDIRECT_URI,),
    launch_uris: Sequence[str] = (LAUNCH_URI,),
    jwks_url: str = "",
    system_jwks_url: str = "",
) -> Demo:
    """
    Return a registry for the demo.

    The keys of demo-asymmetric and demo-system are registered inline unless an address is given.
    """
    private, public = process_key_pair()
    shared: dict[str, Any] = {
        "redirect_uris": tuple(redirect_uris),
        "launch_uris": tuple(launch_uris),
    }
    clients = (
        Client(id="demo-public", title="Demo for the phone", kind=ClientKind.PUBLIC, **shared),
        Client(
            id="demo-symmetric",
            title="Demo with a secret",
            kind=ClientKind.SYMMETRIC,
            secret=secrets.token_urlsafe(24),
            **shared,
        ),
        Client(
            id="demo-asymmetric",
            title="Demo with a key",
            kind=ClientKind.ASYMMETRIC,
            jwks=None if jwks_url else public,
            jwks_url=jwks_url,
            **shared,
        ),
        Client(
            id="demo-brief",
            title="Demo for a moment",
            kind=ClientKind.SYMMETRIC,
            secret=secrets.token_urlsafe(24),
            access_seconds=BRIEF_SECONDS,
            **shared,
        ),
        Client(
            id="demo-system",
            title="Demo backend service",
            kind=ClientKind.ASYMMETRIC,
            scopes=SYSTEM_SCOPES,
            jwks=None if system_jwks_url else public,
            jwks_url=system_jwks_url,
        ),
    )
    return Demo(
        setup=AuthorizationSetup(
            clients=clients,
            users=demo_users(),
            operator_key=secrets.token_urlsafe(24),
        ),
        private_keys={"demo-asymmetric": private, "demo-system": private},
    )
