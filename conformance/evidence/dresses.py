r"""
The dresses in which a credential can come back: escaped, encoded, compressed, or several at once.

Two halves that know the same dresses. `shapes` and `spelled` say what a credential looks like, so
that it can be replaced where it stands; `undressed` and `opened` take dresses off, so that one that
was not foreseen is at least seen.
"""

import base64
import html
import re
import zlib
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

CODED = 8
"""An encoded form shorter than this is looked for only where it stands in one piece."""

_TOO_MANY = 2_000_000
_LARGEST = 1 << 26
_MEMBERS = 64
_MAGIC = b"\x1f\x8b\x08"
_ENTITIES = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'"}
_NAMES = {value: name for name, value in _ENTITIES.items()}
_ESCAPE = re.compile(
    rb"%(?:25){0,4}([0-9A-Fa-f]{2})"
    rb"|\\{1,8}(?:u00|x)([0-9A-Fa-f]{2})"
    rb"|&#[xX]0{0,6}([0-9A-Fa-f]{1,2});?"
    rb"|&#0{0,6}([0-9]{1,3});?"
    rb"|&(amp|lt|gt|quot|apos);"
)
_CLOSING = re.compile(rb"\xc2\xbb|(?i:u00bb|%(?:25)*bb|&(?:amp;)*(?:raquo|#0*187|#x0*bb))")
_UNICODE = re.compile(r"\\+u([0-9A-Fa-f]{4})")
_BLANK_ESCAPE = re.compile(rb"\\{1,8}[rnt]")
_RUN = re.compile(rb"[A-Za-z0-9+/_-]{20,}")
_BLANKS = b"\r\n\t \0"
_GAP = rb"(?:\\{1,8}[rnt]|[\r\n\t ]){0,6}"
_STANDARD = bytes.maketrans(b"-_", b"+/")


class TooEntangledError(Exception):
    """The data cannot be searched within our bounds."""


def shapes(secret: bytes) -> tuple[bytes, ...]:
    """
    Return the fixed forms of a secret: itself, hexadecimal, base64 at every alignment.

    Of base64 only those characters whose six bits all belong to the secret, which are the same in
    every surrounding. In a form a blank is a plus sign.
    """
    forms = {secret, secret.replace(b" ", b"+")}
    forms |= {secret.hex().encode(), secret.hex().upper().encode()}
    for core in _cores(secret):
        forms |= {core, core.replace(b"+", b"-").replace(b"/", b"_")}
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


def spelled(secret: bytes) -> tuple[re.Pattern[bytes], ...]:
    """
    Return patterns that match a secret where it stands, the plain one first.

    Any of its characters may be escaped for a URL, for JSON, for HTML, several times over; in
    base64 lines may be broken.
    """
    plain = b"".join(map(_character, secret))
    digits = b"".join(map(_digit, secret.hex().encode()))
    cores = [_GAP.join(map(_sextet, core)) for core in _cores(secret)]
    return tuple(re.compile(form) for form in (plain, digits, *cores))


def undressed(data: bytes) -> Iterator[bytes]:
    """
    Yield `data`, and it without escapes, without backslashes and without NULs.

    Raises TooEntangledError when there are more escapes than can be looked at.
    """
    yield data
    flat = data
    for _ in range(4):
        escapes = flat.count(b"%") + flat.count(b"\\u") + flat.count(b"\\x") + flat.count(b"&")
        if not escapes:
            break
        if escapes > _TOO_MANY:
            raise TooEntangledError
        before, flat = flat, _ESCAPE.sub(_unescaped, flat)
        if flat == before:
            break
        yield flat
    if b"\\" in flat or b"\0" in flat:
        yield flat.translate(None, b"\\\0")


def mentioned(names: Iterable[str], data: bytes) -> bool:
    """Tell whether any of some names in angle quotes stands in `data`, escaped or not."""
    if not _CLOSING.search(data):
        return False
    text = data.decode("utf-8", "replace")
    for _ in range(4):
        if any(name in text for name in names):
            return True
        text = unquote(html.unescape(_UNICODE.sub(lambda code: chr(int(code[1], 16)), text)))
    return False


def joined(data: bytes) -> bytes:
    """Return `data` without line breaks and blanks, plain or escaped: base64 is wrapped by them."""
    plain = _BLANK_ESCAPE.sub(b"", data) if b"\\" in data else data
    return plain.translate(None, _BLANKS)


def opened(data: bytes, whole: bytes) -> Iterator[bytes]:
    """
    Yield what is inside: gzip members anywhere in `data`, long runs of base64 in `whole` decoded.

    Raises TooEntangledError when that is more than can be looked at.
    """
    start, members = data.find(_MAGIC), 0
    while start != -1:
        members += 1
        if members > _MEMBERS:
            raise TooEntangledError
        yield from _inflated(data[start:])
        start = data.find(_MAGIC, start + 1)
    runs = [run.translate(_STANDARD) for run in _RUN.findall(whole)]
    for shift in range(4) if runs else ():
        fours = b"".join(run[shift : len(run) - (len(run) - shift) % 4] for run in runs)
        yield base64.b64decode(fours)


def _cores(secret: bytes) -> list[bytes]:
    cores = []
    for shift in range(3):
        padded = b"\0" * shift + secret
        first, last = -(-shift * 8 // 6), len(padded) * 8 // 6
        cores.append(base64.b64encode(padded)[first:last])
    return cores


def _inflated(data: bytes) -> Iterator[bytes]:
    inflater = zlib.decompressobj(31)
    try:
        inner = inflater.decompress(data, _LARGEST)
    except zlib.error:
        return
    if inflater.unconsumed_tail:
        raise TooEntangledError
    yield inner


def _unescaped(match: re.Match[bytes]) -> bytes:
    percent, slash, hexadecimal, decimal, name = match.groups()
    if name is not None:
        return _ENTITIES[name]
    if decimal is not None:
        return bytes([int(decimal)]) if int(decimal) < 256 else match.group()
    return bytes([int(percent or slash or hexadecimal, 16)])


def _character(code: int) -> bytes:
    """Match one byte, raw or escaped; backslashes before it belong to it."""
    raw, digits = bytes([code]), b"".join(map(_digit, f"{code:02x}".encode()))
    ways = [
        rb"\\{0,8}" + re.escape(raw),
        rb"%(?:25){0,4}" + digits,
        rb"\\{1,8}(?:u00|x)" + digits,
        rb"&#[xX]0{0,6}" + digits + rb";?",
        rb"&#0{0,6}" + str(code).encode() + rb";?",
    ]
    if raw == b" ":
        ways.append(rb"\+")
    if raw in _NAMES:
        ways.append(b"&" + _NAMES[raw] + b";")
    return b"(?:" + b"|".join(ways) + b")"


def _digit(code: int) -> bytes:
    letter = bytes([code])
    return b"[" + letter.lower() + letter.upper() + b"]" if letter.isalpha() else letter


def _sextet(code: int) -> bytes:
    """Match one character of base64 in either alphabet, raw or escaped."""
    twins = {0x2B: b"+-", 0x2F: b"/_"}.get(code, bytes([code]))
    return b"(?:" + b"|".join(map(_character, twins)) + b")"
