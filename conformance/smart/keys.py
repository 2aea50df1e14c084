"""Private keys of our clients: make one, load one, and give the public halves away."""

import base64
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from conformance.core.errors import UsageError
from conformance.smart.jose import new_key, public_key_set, sign, verified
from conformance.target.key_file import ALGORITHMS, Jwk, KeyFile
from conformance.target.wording import shown

SHORTEST_RSA = 2048
"""Bits that an RSA key has at least (RFC 7518 3.3)."""


def make_key_file(path: Path, algorithm: str) -> Key:
    """
    Make a key for `RS384` or `ES384`, write it to a new file as a private JWK Set, and return it.

    Its `kid` is its thumbprint (RFC 7638). The file is open to its owner alone, and there whole or
    not at all; a folder that is made for it is open to its owner alone too. Raises `UsageError`
    when it cannot be written; a file that exists is left as it is.
    """
    if algorithm not in ALGORITHMS:
        raise UsageError(
            f"{shown(algorithm)} is no algorithm for a client's key.",
            f"Use {' or '.join(ALGORITHMS)}.",
        )
    key = _named(new_key(algorithm, "").as_dict(private=True))
    text = json.dumps({"keys": [key.as_dict(private=True)]}, indent=2) + "\n"
    _write_new(path, text)
    return key


def load_key(file: KeyFile, algorithm: str = "") -> Key:
    """
    Return the private key to sign with; its `kid` and `alg` are always set.

    Without `algorithm` the first key of the file that can sign decides. Raises `UsageError` for a
    file that others can read or that holds no such key.
    """
    return _imported(file, *file.chosen(algorithm))


def public_keys(file: KeyFile) -> dict[str, Any]:
    """Return the public JWK Set to register: every key of the file that can sign."""
    return public_key_set([_imported(file, *usable) for usable in file.usable()])


def _imported(file: KeyFile, algorithm: str, jwk: Jwk) -> Key:
    try:
        bits = _size(jwk["n"]) if algorithm.startswith("RS") else SHORTEST_RSA
        if bits < SHORTEST_RSA:
            raise file.refused(f"holds an RSA key of {bits} bits, and {SHORTEST_RSA} are the least")
        key = _named({**jwk, "alg": algorithm})
        # Parts that do not belong together would show only when the server refuses them.
        refused = verified(sign({}, key, {"alg": algorithm}), public_key_set([key]))
    except (JoseError, ValueError, TypeError, KeyError):
        refused = "it cannot be read"
    if refused:
        raise file.refused("holds a damaged key")
    return key


def _size(modulus: str) -> int:
    padded = modulus + "=" * (-len(modulus) % 4)
    return int.from_bytes(base64.urlsafe_b64decode(padded)).bit_length()


def _named(jwk: Jwk) -> Key:
    """Return a key that has a `kid`: its own, else its thumbprint."""
    given = {name: value for name, value in jwk.items() if name != "kid" or value}
    kid = given.get("kid") or JWKRegistry.import_key(given).thumbprint()
    return JWKRegistry.import_key({**given, "kid": kid, "use": "sig"})


def _write_new(path: Path, text: str) -> None:
    start = f"The key file {shown(str(path))}"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Made for its owner alone from the first byte on.
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except (OSError, ValueError) as problem:
        raise UsageError(
            f"{start} cannot be written: {_why(problem)}.",
            "Choose a folder that may be written to.",
        ) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        # A link, since a renamed file would replace one that is there.
        os.link(beside, path)
    except FileExistsError:
        raise UsageError(
            f"{start} exists, and no key is ever written over.", "Choose another name."
        ) from None
    except OSError as problem:
        raise UsageError(
            f"{start} cannot be written: {_why(problem)}.",
            "Choose a folder that may be written to.",
        ) from None
    finally:
        os.unlink(beside)


def _why(problem: Exception) -> str:
    return (getattr(problem, "strerror", None) or "the name is none").lower()
