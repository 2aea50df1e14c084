"""
JSON web tokens: make client assertions, and say of a token what checks need without the token.

What is said of a token (its witness) is its shape, its header, listed claims and the result of its
signature under a given key set; the token itself is a credential and stays out.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

ALGORITHMS = {"RS384": "RSA", "ES384": "EC"}
_VERIFIABLE = ["RS256", "RS384", "RS512", "ES256", "ES384", "PS256", "PS384"]


def new_key(algorithm: str, kid: str) -> Key:
    """Return a fresh key for `RS384` or `ES384`."""
    if ALGORITHMS[algorithm] == "RSA":
        return RSAKey.generate_key(2048, {"kid": kid, "alg": algorithm, "use": "sig"})
    return ECKey.generate_key("P-384", {"kid": kid, "alg": algorithm, "use": "sig"})


def public_key_set(keys: Sequence[Key]) -> dict[str, Any]:
    """Return the public halves as a JSON Web Key Set."""
    return {"keys": [key.as_dict(private=False) for key in keys]}


def sign(claims: Mapping[str, Any], key: Key, header: Mapping[str, Any]) -> str:
    """Return a compact JWS over claims; `header` names `alg`, and may say anything else."""
    algorithm = str(header["alg"])
    return jws.serialize_compact(
        dict(header), json.dumps(dict(claims)).encode(), key, algorithms=[algorithm]
    )


def unsigned(claims: Mapping[str, Any], header: Mapping[str, Any]) -> str:
    """Return a token with algorithm `none` and no signature, which nobody may accept."""
    parts = [_encoded(json.dumps({**header, "alg": "none"}).encode())]
    parts.append(_encoded(json.dumps(dict(claims)).encode()))
    return ".".join([*parts, ""])


def shape_of(token: str) -> dict[str, Any]:
    """
    Return what can be seen of a token: `kind` is `jws` or `opaque`; a JWS has header and claims.

    Claims are plain JSON; whoever writes them down chooses among them.
    """
    parts = token.split(".")
    if len(parts) == 3:
        header, claims = _object(parts[0]), _object(parts[1])
        if header is not None and claims is not None:
            return {"kind": "jws", "header": header, "claims": claims}
    return {"kind": "opaque"}


def verified(token: str, key_set: Mapping[str, Any]) -> str:
    """Return "" when a key of the set verifies the token, else our own words for why not."""
    try:
        keys = KeySet.import_key_set(dict(key_set))  # type: ignore[arg-type]
    except (JoseError, ValueError, TypeError, KeyError):
        return "the key set cannot be read"
    try:
        jws.deserialize_compact(token, keys, algorithms=_VERIFIABLE)
    except (JoseError, ValueError, TypeError, KeyError):
        return "no key of the set verifies the signature"
    return ""


def half_hash(value: str, algorithm: str) -> str:
    """Return at_hash of an access token: the left half of its hash (OpenID Connect 3.1.3.6)."""
    size = algorithm[-3:] if algorithm[-3:] in ("256", "384", "512") else "256"
    digest = hashlib.new(f"sha{size}", value.encode()).digest()
    return _encoded(digest[: len(digest) // 2])


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _object(part: str) -> dict[str, Any] | None:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
