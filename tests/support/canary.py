"""Find a planted credential in whatever a run left or printed; nothing here uses what it proves."""

import base64
import contextlib
import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

RUN = re.compile(rb"[A-Za-z0-9+/_-]{16,}")


def leaks(secret: str, folder: Path) -> list[str]:
    """Return where a secret is found in any file below a folder, file names included."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder)).encode()
        data = path.read_bytes() if path.is_file() else b""
        found += [f"{path}: {form}" for form in shown(secret, name + b"\n" + data)]
    return found


def shown(secret: str, data: bytes, depth: int = 2) -> list[str]:
    """Return the forms in which a secret is found in some bytes."""
    return [form for form, needle in needles(secret) for view in views(data) if needle in view] + [
        f"{how} > {form}"
        for how, inner in (inside(data) if depth else ())
        for form in shown(secret, inner, depth - 1)
    ]


def needles(secret: str) -> Iterator[tuple[str, bytes]]:
    """Yield what a secret looks like, with the names of its dresses."""
    raw = secret.encode()
    yield "raw", raw
    yield "lower case", raw.lower()
    yield "hexadecimal", raw.hex().encode()
    yield "percent-encoded", quote(secret, safe="").encode()
    yield "percent-encoded throughout", "".join(f"%{byte:02X}" for byte in raw).encode()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw)
        core = encoded[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]
        yield f"base64 at {shift}", core
        yield f"base64 for URLs at {shift}", core.replace(b"+", b"-").replace(b"/", b"_")


def views(data: bytes) -> list[bytes]:
    """Return some bytes, and them without escapes that any reader takes off."""
    bare = unquote_to_bytes(data.replace(b"\\/", b"/"))
    return [data, data.lower(), bare, unquote_to_bytes(bare), data.replace(b"\0", b"")]


def inside(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what is compressed in some bytes."""
    for match in re.finditer(rb"\x1f\x8b\x08", data):
        with contextlib.suppress(zlib.error):
            yield "gzip", zlib.decompressobj(31).decompress(data[match.start() :])
    for run in RUN.findall(data):
        if run.startswith(b"H4sI"):
            with contextlib.suppress(ValueError, zlib.error):
                padded = run + b"=" * (-len(run) % 4)
                yield "base64", zlib.decompressobj(31).decompress(base64.b64decode(padded))


def dressed(secret: str) -> dict[str, str]:
    """Return a secret in text in every dress that `shown` knows."""
    raw = secret.encode()
    return {
        "raw": secret,
        "base64-0": base64.b64encode(raw).decode(),
        "base64-1": base64.b64encode(b"x" + raw).decode(),
        "base64-2": base64.b64encode(b"xy" + raw + b"z").decode(),
        "base64-url": base64.urlsafe_b64encode(b"user:" + raw).decode(),
        "base64-percent": quote(base64.b64encode(raw), safe=""),
        "hexadecimal": raw.hex(),
        "percent": "".join(f"%{byte:02x}" for byte in raw),
        "percent-twice": quote(quote(secret, safe=""), safe=""),
        "entities": "".join(f"&#{byte};" for byte in raw),
        "gzip": base64.b64encode(gzip.compress(raw)).decode(),
    }
