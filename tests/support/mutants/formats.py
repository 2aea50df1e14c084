"""
Values that the primitive types of R4 4.0.1 do not have, and odd ones that they do have.

From the table of primitive types (R4 2.24.0.1), its regular expressions and its text. JSON values:
numbers with a point come as text, so that their digits stay.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tests.support.mutants.companions import around
from tests.support.mutants.mutant import Mutant, Study, replacing

_DATES = ("2020-13", "2020-00-10", "2020-02-30", "2021-02-29", "1900-02-29", "2020-04-31")
_DATES_TOO = ("20200101", "2020-1-1", "2020/01/01", "01-01-2020", "0000", "20", "2020-01-", "x")

BAD: dict[str, tuple[Any, ...]] = {
    "base64Binary": ("a", "abc", "a=bc", "ab*d", "YQ=", "Y===", "====", "YQ==YQ=="),
    "boolean": (),
    "canonical": ("a b", " http://example.org", "http://example.org/a\n"),
    "code": (" a", "a ", "a  b", "a\tb ", "\u000aa"),
    "date": (*_DATES, *_DATES_TOO, "2020-01-01T10:00:00Z", "2020-01-01 ", "+2020-01-01"),
    "dateTime": (
        *_DATES,
        *_DATES_TOO,
        "2020-01-01T10",
        "2020-01-01T10:00Z",
        "2020-01-01T10:00:00",
        "2020-01-01T24:00:00Z",
        "2020-01-01T10:60:00Z",
        "2020-01-01T10:00:61Z",
        "2020-01-01T10:00:00.Z",
        "2020-01-01T10:00:00+14:01",
        "2020-01-01T10:00:00+1:00",
        "2020-01-01T10:00:00z",
        "2020-01-01 10:00:00Z",
        "2020-01T10:00:00Z",
        "2020-02-30T10:00:00Z",
    ),
    "decimal": (),
    "id": ("a b", "a_b", "a/b", "ä", "x" * 65, "#a", "a\n"),
    "instant": (
        "2020",
        "2020-01",
        "2020-01-01",
        "2020-01-01T10:00:00",
        "2020-01-01T10:00Z",
        "2020-02-30T10:00:00Z",
        "2020-01-01T25:00:00Z",
    ),
    "integer": (2147483648, -2147483649),
    "markdown": ("a\u0000b", "a\u0008b"),
    "oid": ("1.2.3", "urn:oid:3.1", "urn:oid:1", "urn:oid:1.02", "urn:oid:1..2", "URN:OID:1.2"),
    "positiveInt": (0, -1, 2147483648),
    "string": ("a\u0000b", "a\u001fb", "a\u000bb", "x" * (2**20 + 1)),
    "time": ("10:00", "24:00:00", "10:00:00Z", "10:60:00", "1:00:00", "10:00:61", "T10:00:00"),
    "unsignedInt": (-1, 2147483648),
    "uri": ("a b", " urn:x", "urn:x "),
    "url": ("http://a b", "\thttp://a"),
    "uuid": (
        "c757873d-ec9a-4326-a141-556f43239520",
        "urn:uuid:c757873d-ec9a-4326-a141-556f4323952",
        "urn:uuid:C757873D-EC9A-4326-A141-556F43239520",
        "urn:uuid:c757873dec9a4326a141556f43239520",
    ),
}
"""By type: right kind of JSON, wrong format."""

WRONG_KIND: dict[str, tuple[Any, ...]] = {
    "boolean": ("true", 1, 0),
    "decimal": ("1.5", True),
    "integer": ("1", True),
    "positiveInt": ("1", True),
    "unsignedInt": ("1", False),
    "date": (2020,),
    "dateTime": (2020, True),
    "string": (1, True),
    "code": (1,),
    "uri": (1,),
}
"""By type: another kind of JSON."""

GOOD: dict[str, tuple[Any, ...]] = {
    "base64Binary": ("YWI=", "YWJj", "YQ=="),
    "boolean": (True, False),
    "code": ("a b", "A-b.c_d", "ä"),
    "date": ("2020", "2020-02", "2020-02-29", "2000-02-29", "0001", "9999-12-31"),
    "dateTime": (
        "2020",
        "2020-02",
        "2020-02-29",
        "2020-12-31T23:59:60Z",
        "2020-01-01T00:00:00.123456789+14:00",
        "2020-01-01T00:00:00-13:59",
    ),
    "decimal": (0, -1, 1.5, 1e-7, 123456789.123456789),
    "id": ("a", "A-1.b", "x" * 64),
    "instant": ("2020-01-01T00:00:00Z", "2020-02-29T23:59:60.1-00:00"),
    "integer": (0, -5, 2147483647, -2147483648),
    "markdown": ("# a\n\n* b\r\n\tc",),
    "positiveInt": (1, 2147483647),
    "string": ("ä\u00a0\U0001f600", "a\n\tb\r\n", "x" * 3000),
    "time": ("00:00:00", "23:59:60", "10:00:00.5"),
    "unsignedInt": (0, 2147483647),
    "uri": ("urn:x", "a", "#a", "http://example.org/?a=b#c", "ä"),
    "url": ("mailto:a@example.org", "http://example.org"),
    "uuid": ("urn:uuid:c757873d-ec9a-4326-a141-556f43239520",),
}
"""By type: odd and allowed."""


def formats(study: Study) -> Iterator[Mutant]:
    """Put into primitive elements what their type does not have."""
    for spot in study.base.spots:
        for table, code in ((BAD, "value.format"), (WRONG_KIND, "structure.type")):
            for value in table.get(spot.type, ()):
                yield Mutant(
                    kind=f"format: {spot.type}" if table is BAD else "format: kind of JSON",
                    rule=f"{spot.type} {_shown(value)}",
                    change=f"{_shown(value)} for {spot.type}",
                    example=study.example,
                    edit=replacing(spot.place, value),
                    code=code,
                    path=study.path(spot.place),
                    companions=around(study, spot.place, spot.value)
                    | {"binding.max": "the value is no code of it"},
                    profiles=study.profiles,
                )


def legal_values(study: Study) -> Iterator[Mutant]:
    """Put odd values that the type does have into extensions, of which no other rule speaks."""
    for spot in study.base.spots:
        if spot.node.id != "Extension.value[x]" or study.example.name != "Basic":
            continue
        for value in GOOD.get(spot.type, ()):
            yield Mutant(
                kind="legal: odd values",
                rule=f"{spot.type} {_shown(value)}",
                change=f"{_shown(value)} for {spot.type}",
                example=study.example,
                edit=replacing(spot.place, value),
                code="",
                profiles=study.profiles,
            )


@lru_cache(maxsize=None, typed=True)
def _shown(value: Any) -> str:
    return ascii(value) if len(ascii(value)) < 60 else f"{ascii(value)[:20]}... ({len(value)})"
