"""What the authorization server is given at start: clients, users, keys, clock and chance."""

import json
import secrets
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from joserfc.jwk import RSAKey

ALL_PATIENT_SCOPES = (
    "openid",
    "fhirUser",
    "launch",
    "launch/patient",
    "offline_access",
    "patient/*.rs",
    "user/*.rs",
)
SYSTEM_SCOPES = ("system/*.rs",)
FETCH_SECONDS = 3.0
MOST_KEY_BYTES = 1 << 16


class ClientKind(StrEnum):
    """How an application shows at the token endpoint that it is itself."""

    PUBLIC = "public"
    SYMMETRIC = "symmetric"
    ASYMMETRIC = "asymmetric"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """
    A registered application.

    `scopes` bound what it can be granted; `patient/*.rs` allows every type at that level. Addresses
    are compared as text. An asymmetric client gives its public keys inline or by address. Its
    access tokens are good for `access_seconds`, 0 for as long as others.
    """

    id: str
    title: str
    kind: ClientKind
    secret: str = field(default="", repr=False)
    redirect_uris: tuple[str, ...] = ()
    launch_uris: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ALL_PATIENT_SCOPES
    jwks: Mapping[str, Any] | None = None
    jwks_url: str = ""
    access_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """
    A person who can sign in.

    `patients` are the ids of the patients whose charts the person may see, None for all.
    """

    username: str
    password: str = field(repr=False)
    fhir_user: str
    patients: tuple[str, ...] | None = None


def random_token(kind: str) -> str:
    """Return a new opaque value of 256 bits."""
    return secrets.token_urlsafe(32)


def fetch_loopback(url: str) -> dict[str, Any]:
    """
    Return the JSON object at an address of this machine.

    ValueError for another host, anything but an object, or more bytes than keys need; OSError when
    nothing answers in time.
    """
    host = urlsplit(url).hostname or ""
    if host != "localhost" and not ip_address(host).is_loopback:
        raise ValueError("keys are fetched from this machine only")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=FETCH_SECONDS) as reply:
            body = reply.read(MOST_KEY_BYTES + 1)
    except HTTPError as error:
        error.close()
        raise
    document = json.loads(body) if len(body) <= MOST_KEY_BYTES else None
    if not isinstance(document, dict):
        raise ValueError("not a set of keys")
    return document


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationSetup:
    """
    The authorization server's registry and seams.

    `now` gives seconds since 1970, `mint` a new value that nobody guesses for a kind of thing:
    code, access, refresh, launch, session, csrf, transaction, id, job. `operator_key` opens the
    machine endpoint that starts EHR launches; without one it is shut. Without `signing_key` one is
    made when it is first needed.
    """

    clients: tuple[Client, ...] = ()
    users: tuple[User, ...] = ()
    operator_key: str = field(default="", repr=False)
    now: Callable[[], float] = time.time
    mint: Callable[[str], str] = random_token
    fetch_jwks: Callable[[str], dict[str, Any]] = fetch_loopback
    signing_key: RSAKey | None = field(default=None, repr=False)
    access_seconds: int = 3600
    system_seconds: int = 300
    code_seconds: int = 60
    launch_seconds: int = 300
    session_seconds: int = 1800
    refresh_seconds: int = 180 * 86400
