"""The formats of primitive types (R4 4.0.1): what is right passes, and nothing else."""

import re
from decimal import Decimal
from typing import Any

import pytest

from conformance.validation.primitives import EXPECTED, FORMATS

RIGHT: dict[str, list[Any]] = {
    "base64Binary": ["AAAA", "AA==", "AAA=", "AAAA BBBB\nCCCC"],
    "boolean": [True, False],
    "canonical": ["http://example.org/x|1.0", "#contained"],
    "code": ["a", "a b", "é", "http://x"],
    "date": ["2020", "2020-02", "2020-02-29", "0001-01-01"],
    "dateTime": [
        "2020",
        "2020-12-31",
        "2020-12-31T23:59:60Z",
        "2020-12-31T00:00:00.123456789+14:00",
        "2020-12-31T00:00:00-13:59",
    ],
    "decimal": [0, -1, 1.5, Decimal("1.50"), Decimal("1E+2")],
    "id": ["a", "A.b-1", "x" * 64],
    "instant": ["2020-02-29T00:00:00Z", "2020-02-29T00:00:00.1+01:00"],
    "integer": [0, -(2**31), 2**31 - 1],
    "markdown": ["# a\n\tb", " "],
    "oid": ["urn:oid:1.2.3", "urn:oid:2.16.840"],
    "positiveInt": [1, 2**31 - 1],
    "string": ["a", " a ", "a\r\n\tb", "\N{NO-BREAK SPACE}x", "\N{GRINNING FACE}"],
    "time": ["00:00:00", "23:59:60.5"],
    "unsignedInt": [0, 1],
    "uri": ["urn:x:y", "a", "http://example.org/%20"],
    "url": ["http://example.org"],
    "uuid": ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
    "xhtml": ["<div/>"],
}
WRONG: dict[str, list[Any]] = {
    "base64Binary": ["", "A", "AAA", "A=AA", "AA_-", "....", " "],
    "boolean": ["true", 1, 0, None],
    "canonical": ["", "a b", 1],
    "code": ["", " a", "a ", "a  b", "\n", 1],
    "date": [
        "2020-02-30",
        "2021-02-29",
        "1900-02-29",
        "2020-13",
        "20",
        "0000",
        "2020-1-1",
        "2020-",
    ],
    "dateTime": [
        "2020-02-30T00:00:00Z",
        "2020-01-01T00:00:00",
        "2020-01-01T00:00Z",
        "2020-01-01T24:00:00Z",
        "2020-01-01T00:00:00+15:00",
        "2020-01T00:00:00Z",
        "2020-01-01 00:00:00Z",
        "2020-01-01T00:00:00Z\n",
    ],
    "decimal": ["1", True, None, []],
    "id": ["", "a_b", "x" * 65, "a/b", "a\n", 1],
    "instant": ["2020-01-01", "2020-01-01T00:00:00", "2020-02-30T00:00:00Z"],
    "integer": [2**31, -(2**31) - 1, 1.0, Decimal("1"), "1", True],
    "markdown": ["", 1],
    "oid": ["1.2.3", "urn:oid:3.1", "urn:oid:1.02", "urn:oid:1"],
    "positiveInt": [0, -1, 2**31],
    "string": ["", "\x00", "a\x0bb", 1, None, ["a"]],
    "time": ["24:00:00", "00:00", "00:00:00Z", "1:00:00"],
    "unsignedInt": [-1],
    "uri": ["", "a b", "\t"],
    "url": ["", "a b"],
    "uuid": [
        "urn:uuid:C757873D-EC9A-4326-A141-556F43239520",
        "c757873d-ec9a-4326-a141-556f43239520",
    ],
    "xhtml": ["", 1],
}


def test_every_primitive_type_of_r4_has_a_format_and_words_for_it() -> None:
    assert FORMATS.keys() == EXPECTED.keys() == RIGHT.keys() == WRONG.keys()
    assert len(FORMATS) == 20


@pytest.mark.parametrize("type_", FORMATS)
def test_a_format_takes_what_is_right_and_nothing_else(type_: str) -> None:
    assert [value for value in RIGHT[type_] if not FORMATS[type_](value)] == []
    assert [value for value in WRONG[type_] if FORMATS[type_](value)] == []


def test_a_string_larger_than_a_mebibyte_is_refused() -> None:
    assert FORMATS["string"]("x" * 2**20)
    assert not FORMATS["string"]("x" * (2**20 + 1))


def test_quick_ways_tell_what_the_expressions_of_the_specification_tell() -> None:
    """Every character of two planes, alone and beside others."""
    control = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
    unspaced = re.compile(r"\S+", re.ASCII)
    for code in (*range(0x3100), *range(0xD7F0, 0x10010)):
        for text in (chr(code), f"a{chr(code)}\n", f"{chr(code)}a"):
            assert FORMATS["string"](text) == (not control.search(text)), code
            assert FORMATS["uri"](text) == (unspaced.fullmatch(text) is not None), code
