"""
Replace credentials by aliases in everything that is written.

A server may send a credential back in any dress (an echoed header, a login page, a base64 blob), so
what is recorded is searched for the raw value, its percent-encoded, JSON-escaped and hexadecimal
forms, base64 at every alignment, and gzip members that hold one of these.
"""

import base64
import re
import threading
import zlib

from conformance.core.errors import UsageError

SHORTEST = 4
"""Fewer characters than this would be found everywhere by chance."""

_GZIP = b"\x1f\x8b\x08"
_GZIP_BOUND = 1 << 22


class Aliases:
    """The credentials of one run and the names they are written under; safe for threads."""

    def __init__(self) -> None:
        self._alias_of: dict[str, str] = {}
        self._count: dict[str, int] = {}
        self._needles: list[tuple[bytes, bytes]] = []
        self._patterns: list[tuple[re.Pattern[bytes], bytes]] = []
        self._lock = threading.Lock()

    def register(self, name: str, secret: str) -> str:
        """
        Return the alias of a credential, `«name#1»` for the first of that name.

        Equal values share one alias, so that equal stays equal in the transcript. Raises UsageError
        for a value too short to be told from ordinary text.
        """
        if len(secret) < SHORTEST:
            raise UsageError(
                f"The credential {name} is shorter than {SHORTEST} characters.",
                "Give the whole token or key.",
            )
        with self._lock:
            if secret in self._alias_of:
                return self._alias_of[secret]
            self._count[name] = self._count.get(name, 0) + 1
            alias = f"«{name}#{self._count[name]}»"
            self._alias_of[secret] = alias
            written = alias.encode()
            raw = secret.encode()
            self._needles.extend((needle, written) for needle in _needles(raw))
            self._patterns.append((_escaped(raw), written))
            return alias

    def scrub(self, data: bytes) -> bytes:
        """Return `data` with every registered credential replaced."""
        for needle, alias in self._needles:
            if needle in data:
                data = data.replace(needle, alias)
        if b"%" in data or b"\\u" in data or b"&#" in data:
            for pattern, alias in self._patterns:
                data = pattern.sub(lambda _, alias=alias: alias, data)  # type: ignore[misc]
        if _GZIP in data and self._needles and self._hidden_in_gzip(data):
            return "«a compressed body that held a credential»".encode()
        return data

    def scrub_text(self, text: str) -> str:
        """Return `text` with every registered credential replaced."""
        raw = text.encode("utf-8", "surrogatepass")
        clean = self.scrub(raw)
        return text if clean is raw else clean.decode("utf-8", "surrogatepass")

    def _hidden_in_gzip(self, data: bytes) -> bool:
        start = data.find(_GZIP)
        while start != -1:
            try:
                inner = zlib.decompressobj(31).decompress(data[start:], _GZIP_BOUND)
            except zlib.error:
                inner = b""
            if inner and self.scrub(inner) != inner:
                return True
            start = data.find(_GZIP, start + 1)
        return False


def _needles(raw: bytes) -> list[bytes]:
    """List the fixed forms of a secret, longest first."""
    forms = {raw, raw.hex().encode(), raw.hex().upper().encode()}
    for shift in range(3):
        padded = b"\0" * shift + raw
        encoded = base64.b64encode(padded)
        # Only characters whose six bits all belong to the secret are the same in every surrounding.
        first, last = -(-shift * 8 // 6), len(padded) * 8 // 6
        core = encoded[first:last]
        if len(core) >= SHORTEST:
            forms |= {core, core.replace(b"+", b"-").replace(b"/", b"_")}
    return sorted(forms, key=lambda form: (-len(form), form))


def _escaped(raw: bytes) -> re.Pattern[bytes]:
    """Match a secret of which any byte may be percent-encoded or an escape of JSON or HTML."""
    parts = []
    for byte in raw:
        digits = f"{byte:02x}"
        either = "".join(f"[{d}{d.upper()}]" if d.isalpha() else d for d in digits)
        parts.append(
            rb"(?:"
            + re.escape(bytes([byte]))
            + rb"|%(?:25)?"
            + either.encode()
            + rb"|\\u00"
            + either.encode()
            + rb"|&#x0*"
            + either.encode()
            + rb";|&#0*"
            + str(byte).encode()
            + rb";)"
        )
    return re.compile(b"".join(parts))
