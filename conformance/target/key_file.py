"""A file with a private key: that it is for our eyes only, and which key of it is meant."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from conformance.core.errors import UsageError
from conformance.target.files import Exposed, NotRead, read_small
from conformance.target.wording import shown

LARGEST = 65_536
ALGORITHMS: Mapping[str, tuple[str, str]] = {"RS384": ("RSA", ""), "ES384": ("EC", "P-384")}
"""What can be signed with: algorithm to type of key and curve."""

Jwk: TypeAlias = dict[str, Any]

_HINT = "It must hold a private JSON Web Key, or a set of such, for RS384 (RSA) or ES384 (P-384)."


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """
    Where a private key is kept.

    `where` is what named the file. `replayed` marks one read from a manifest: only its name is
    known, and nothing is signed in a replay.
    """

    path: Path
    where: str = field(default="", compare=False)
    replayed: bool = False

    def usable(self, algorithm: str = "") -> list[tuple[str, Jwk]]:
        """
        Return the private keys in the file, each with the algorithm that it signs with.

        Raises `UsageError` when there is none, or none for the `algorithm` that is named.
        """
        wanted = [algorithm] if algorithm else list(ALGORITHMS)
        fitting = [(name, key) for key in self._keys() for name in wanted if _fits(key, name)]
        private = [(name, key) for name, key in fitting if isinstance(key.get("d"), str)]
        if not private:
            what = "only a public key" if fitting else f"no key for {' or '.join(wanted)}"
            raise self.refused(f"holds {what}")
        return private

    def chosen(self, algorithm: str = "") -> tuple[str, Jwk]:
        """Return the key to sign with and its algorithm: the first that is usable."""
        return self.usable(algorithm)[0]

    def refused(self, why: str, hint: str = _HINT) -> UsageError:
        """Return the error that says of this file what `why` continues."""
        named = f", named by {self.where}," if self.where else ""
        return UsageError(f"The key file {shown(str(self.path))}{named} {why}.", hint)

    def _keys(self) -> list[Jwk]:
        if self.replayed:
            raise ValueError("a replay has no keys")
        try:
            content = read_small(self.path, LARGEST, private=True)
        except Exposed as problem:
            hint = f"Keep it to yourself: chmod 600 {shown(str(self.path))}."
            raise self.refused(str(problem), hint) from None
        except NotRead as problem:
            raise self.refused(str(problem)) from None
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):
            data = None
        held = data.get("keys", [data]) if isinstance(data, dict) else []
        keys = [key for key in held if isinstance(key, dict)] if isinstance(held, list) else []
        if not any("kty" in key for key in keys):
            raise self.refused("holds no JSON Web Key")
        return keys


def _fits(key: Jwk, algorithm: str) -> bool:
    type_, curve = ALGORITHMS[algorithm]
    return (
        key.get("kty") == type_
        and curve in ("", key.get("crv"))
        and key.get("alg", algorithm) == algorithm
        and key.get("use", "sig") == "sig"
    )
