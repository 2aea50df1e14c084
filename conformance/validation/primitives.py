"""
The formats of R4's primitive types (R4 4.0.1, 2.24.0.1 Primitive Types), for their JSON values.

A format is a function that tells whether a value is of it. The regular expressions of the
specification are followed, and what its text adds: dates that exist, sizes, white space.
"""

import re
import string
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

Format = Callable[[Any], bool]

_DATE = r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_FULL_DATE = r"([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_DAY_TIME = rf"-(0[1-9]|[12][0-9]|3[01])(?:T{_CLOCK}{_ZONE})?"
_DATE_TIME = rf"([0-9]{{4}})(?:-(0[1-9]|1[0-2])(?:{_DAY_TIME})?)?"

_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _calendar(pattern: str) -> Format:
    match = re.compile(pattern, re.ASCII).fullmatch

    # The same few days stand in many elements of one record.
    @lru_cache(maxsize=4096)
    def judged(value: str) -> bool:
        found = match(value)
        if found is None or found[1] == "0000":
            return False
        return not found[3] or _exists(int(found[1]), int(found[2]), int(found[3]))

    def is_date(value: Any) -> bool:
        return type(value) is str and len(value) <= 64 and judged(value)

    return is_date


def _exists(year: int, month: int, day: int) -> bool:
    if month == 2 and day == 29:
        return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= _MONTH_DAYS[month - 1]


def _text(pattern: str, most: int = 0) -> Format:
    match = re.compile(pattern, re.ASCII).fullmatch

    def is_text(value: Any) -> bool:
        return type(value) is str and match(value) is not None and (not most or len(value) <= most)

    return is_text


_FORBIDDEN = bytes(code for code in range(32) if code not in b"\t\n\r")
_MOST = 2**20


def _is_string(value: Any) -> bool:
    if type(value) is not str or not value or len(value) > _MOST:
        return False
    if value.isprintable():
        return True
    # Narratives are long: taking out what must not be there is the quickest way over them.
    written = value.encode("utf-8", "replace")
    return len(written.translate(None, _FORBIDDEN)) == len(written)


_UNSPACED = re.compile(r"\S+", re.ASCII)


def _is_unspaced(value: Any) -> bool:
    if type(value) is not str:
        return False
    # Of all white space only the blank can be printed; most are told without the expression.
    return (value.isprintable() and " " not in value and value != "") or (
        _UNSPACED.fullmatch(value) is not None
    )


_CODE = re.compile(r"[^\s]+(?:\s[^\s]+)*", re.ASCII)


def _is_code(value: Any) -> bool:
    if type(value) is not str or not value:
        return False
    return value.isalnum() or _CODE.fullmatch(value) is not None


def _is_boolean(value: Any) -> bool:
    return value is True or value is False


def _whole(least: int) -> Format:
    def is_whole(value: Any) -> bool:
        return type(value) is int and least <= value <= 2**31 - 1

    return is_whole


def _is_decimal(value: Any) -> bool:
    return type(value) in (Decimal, int, float)


_ALPHABET = (string.ascii_letters + string.digits + "+/").encode()
_WHITE = string.whitespace.encode()
_PADDINGS = (b"", b"=", b"==")


def _is_base64(value: Any) -> bool:
    if type(value) is not str or not value:
        return False
    # Attachments are large: taking out whole alphabets is the quickest way over their characters.
    bare = value.encode("utf-8", "replace").translate(None, _WHITE)
    padding = bare.translate(None, _ALPHABET)
    return bool(bare) and len(bare) % 4 == 0 and padding in _PADDINGS and bare.endswith(padding)


FORMATS: dict[str, Format] = {
    "base64Binary": _is_base64,
    "boolean": _is_boolean,
    "canonical": _is_unspaced,
    "code": _is_code,
    "date": _calendar(_DATE),
    "dateTime": _calendar(_DATE_TIME),
    "decimal": _is_decimal,
    "id": _text(r"[A-Za-z0-9\-.]{1,64}"),
    "instant": _calendar(rf"{_FULL_DATE}T{_CLOCK}{_ZONE}"),
    "integer": _whole(-(2**31)),
    "markdown": _is_string,
    "oid": _text(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+"),
    "positiveInt": _whole(1),
    "string": _is_string,
    "time": _text(_CLOCK),
    "unsignedInt": _whole(0),
    "uri": _is_unspaced,
    "url": _is_unspaced,
    "uuid": _text(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    "xhtml": _is_string,
}
"""By type name. A string of white space alone has the format (it only SHOULD NOT be one)."""

EXPECTED: dict[str, str] = {
    "base64Binary": "base64 text",
    "boolean": "true or false",
    "canonical": "a URL without white space",
    "code": "a code without white space at its ends or twice in a row",
    "date": "a date that exists: YYYY, YYYY-MM or YYYY-MM-DD",
    "dateTime": "a date that exists, and after a T a time with seconds and zone if there is one",
    "decimal": "a number",
    "id": "1 to 64 letters, digits, - or .",
    "instant": "a date that exists, T, a time with seconds, and a zone",
    "integer": "a whole number of 32 bits",
    "markdown": "text that is not empty and has no control characters",
    "oid": "urn:oid: and numbers with dots",
    "positiveInt": "a whole number from 1",
    "string": "text that is not empty and has no control characters",
    "time": "a time hh:mm:ss without zone",
    "unsignedInt": "a whole number from 0",
    "uri": "a URI without white space",
    "url": "a URL without white space",
    "uuid": "urn:uuid: and a UUID in small letters",
    "xhtml": "XHTML in a string",
}
"""What each type asks for, in a reader's words."""
