"""Proof keys for code exchange (RFC 7636)."""

import base64
import hashlib
import secrets


def new_verifier() -> str:
    """Return a fresh code verifier of 64 characters."""
    return secrets.token_urlsafe(48)


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
