"""
What can be said of an id_token without showing it (OpenID Connect Core 2, 3.1.3.7).

The token is a credential. Its witness holds the header, the claims that checks judge, and how nonce
and at_hash compare; whether a key of a key set verifies it is a witness of its own for each set.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jws
from joserfc.jwk import Key, RSAKey

from conformance.evidence.exchange import Evidence
from conformance.smart.jose import half_hash, shape_of

LONGEST = 2000
"""A text of a token that is longer is cut: nothing that checks judge is."""

_RSA = ["RS256", "RS384", "RS512"]


def id_token_witness(
    evidence: Evidence, name: str, *, id_token: str, access_token: str, nonce: str
) -> dict[str, Any]:
    """
    Return what was seen of an id_token; `id_token` and `access_token` are aliases.

    `kind` is `jws` or `opaque`. `nonce` and `at_hash` are `equal`, `other` or `missing`; of `sub`
    its length stands there, None for no text.
    """

    def look(reveal: Callable[[str], str]) -> dict[str, Any]:
        shape = shape_of(reveal(id_token))
        if shape["kind"] != "jws":
            return {"kind": "opaque"}
        header, claims = shape["header"], shape["claims"]
        algorithm = str(header.get("alg"))
        subject = claims.get("sub")
        return {
            "kind": "jws",
            "header": {member: _plain(header.get(member)) for member in ("alg", "kid", "typ")},
            "claims": {
                **{member: _plain(claims.get(member)) for member in ("iss", "exp", "iat")},
                "aud": _listed(claims.get("aud")),
                "fhirUser": _plain(claims.get("fhirUser")),
                "sub": len(subject) if isinstance(subject, str) else None,
                "nonce": _compared(claims.get("nonce"), nonce),
                "at_hash": _compared(
                    claims.get("at_hash"), half_hash(reveal(access_token), algorithm)
                ),
            },
        }

    seen: dict[str, Any] = evidence.witness(name, look)
    return seen


def signature_name(name: str, key_set: Mapping[str, Any]) -> str:
    """Return the name of what a key set says of the id_token whose witness has a name."""
    digest = hashlib.sha256(json.dumps(key_set, sort_keys=True).encode()).hexdigest()[:16]
    return f"{name}/signature/{digest}"


def signature_witness(
    evidence: Evidence, name: str, *, id_token: str, key_set: Mapping[str, Any]
) -> bool:
    """
    Tell whether a key of a set verifies an id_token, whichever key its header names.

    `name` is that of `signature_name`.
    """

    def look(reveal: Callable[[str], str]) -> bool:
        return any(_verifies(reveal(id_token), key) for key in rsa_keys(key_set) if key)

    verified: bool = evidence.witness(name, look)
    return verified


def rsa_keys(key_set: Mapping[str, Any]) -> list[Key | None]:
    """Return the RSA keys of a set; None for one that cannot be read."""
    listed = key_set.get("keys")
    return [
        _key(entry)
        for entry in (listed if isinstance(listed, list) else [])
        if isinstance(entry, dict) and entry.get("kty") == "RSA"
    ]


def _key(entry: dict[str, Any]) -> Key | None:
    """Read a key by its numbers alone; what else is said of it is not what verifies."""
    try:
        return RSAKey.import_key({member: entry[member] for member in ("kty", "n", "e")})
    except Exception:  # noqa: BLE001 - what a server calls a key can raise anything
        return None


def _verifies(token: str, key: Key) -> bool:
    # A header may hold more than is registered (RFC 7515 4.3).
    lenient = jws.JWSRegistry(algorithms=_RSA, strict_check_header=False)
    try:
        jws.deserialize_compact(token, key, registry=lenient)
    except Exception:  # noqa: BLE001 - what a server calls a token can raise anything
        return False
    return True


def _plain(value: Any) -> Any:
    """Return a text or a number as it is, any other value as what it is not."""
    if isinstance(value, str):
        return value[:LONGEST]
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        return {}
    return value if value is None or math.isfinite(value) else {}


def _listed(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [entry[:LONGEST] for entry in values[:50] if isinstance(entry, str)]


def _compared(value: Any, wanted: str) -> str:
    if value is None:
        return "missing"
    return "equal" if value == wanted else "other"
