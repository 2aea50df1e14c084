"""
The handle by which a client asks for the next page.

It holds the search and where to go on, encrypted: a client cannot read or make one, values of a
patient do not show in it, and it outlives a restart because the server keeps nothing.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha512

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

# the data are synthetic, so a fixed key does no harm and keeps every answer the same on every run
_CIPHER = AESSIV(sha512(b"paging of the reference EHR").digest())

Pairs = list[tuple[str, str]]


def seal(type_: str, pairs: Pairs, offset: int) -> str:
    """Return the handle of the page that begins at `offset`."""
    plain = json.dumps([type_, pairs, offset], separators=(",", ":")).encode()
    return urlsafe_b64encode(_CIPHER.encrypt(plain, None)).decode().rstrip("=")


def unseal(handle: str) -> tuple[str, Pairs, int]:
    """Return what `seal` was given; ValueError for a handle that it did not make."""
    try:
        sealed = urlsafe_b64decode(handle + "=" * (-len(handle) % 4))
        type_, pairs, offset = json.loads(_CIPHER.decrypt(sealed, None))
    except (InvalidTag, ValueError) as error:
        raise ValueError("not a page of this server") from error
    return type_, [(name, value) for name, value in pairs], offset
