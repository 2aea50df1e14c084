"""Bytes that are not the JSON of a resource are told so before any element is looked at."""

import json

import pytest

from conformance.validation.parsing import MAX_DEPTH, parse
from tests.support.mutants.bases import CLINICAL

SOUND = json.dumps({"resourceType": "Observation", **CLINICAL["Observation"]})


def _deep(levels: int) -> bytes:
    return b'{"resourceType":"Patient","x":' + b"[" * levels + b"]" * levels + b"}"


@pytest.mark.parametrize(
    ("content", "code", "path"),
    [
        (b"", "json.syntax", ""),
        (b"{", "json.syntax", ""),
        (b"{} {}", "json.syntax", ""),
        (b"<Patient/>", "json.syntax", ""),
        (b'{"resourceType":"Patient",}', "json.syntax", ""),
        (b"{'resourceType':'Patient'}", "json.syntax", ""),
        (b'{"a":01}', "json.syntax", ""),
        (b'{"a":+1}', "json.syntax", ""),
        (b'{"a":.5}', "json.syntax", ""),
        (b'{"a":"\t"}', "json.syntax", ""),
        (b'{"a":"\xff"}', "json.encoding", ""),
        (b'{"a":"\xc0\xaf"}', "json.encoding", ""),
        (b'{"a":"\xed\xa0\x80"}', "json.encoding", ""),
        ('{"resourceType":"Patient"}'.encode("utf-16"), "json.encoding", ""),
        (b'\xef\xbb\xbf{"resourceType":"Patient"}', "json.encoding", ""),
        (b'{"resourceType":"Patient","id":"\\ud800"}', "json.encoding", "Patient.id"),
        (b'{"resourceType":"Patient","id":"\\udc00a"}', "json.encoding", "Patient.id"),
        (b'{"resourceType":"Patient","id":"a","id":"b"}', "json.duplicate-key", "Patient.id"),
        (
            b'{"resourceType":"Patient","name":[{"use":"usual","text":"x","use":"old"}]}',
            "json.duplicate-key",
            "Patient.name[0].use",
        ),
        (
            b'{"resourceType":"Patient","id":"a","\\u0069d":"b"}',
            "json.duplicate-key",
            "Patient.id",
        ),
        (b'{"resourceType":"Observation","valueInteger":NaN}', "json.number",
         "Observation.valueInteger"),
        (b'{"resourceType":"Observation","valueInteger":-Infinity}', "json.number",
         "Observation.valueInteger"),
        (_deep(MAX_DEPTH + 1), "json.depth", ""),
        (_deep(100_000), "json.depth", ""),
    ],
)  # fmt: skip
def test_odd_bytes_are_told(content: bytes, code: str, path: str) -> None:
    """With the code, and the place where there is one."""
    _, issues = parse(content)
    assert (code, path) in {(issue.code, issue.path) for issue in issues}


@pytest.mark.parametrize(
    "content",
    [
        SOUND.encode(),
        json.dumps(json.loads(SOUND), indent=4).encode(),
        f" \r\n\t{SOUND}\n".encode(),
        SOUND.replace("final", "f\\u0069nal").encode(),
        json.dumps({"resourceType": "Patient", "id": "\N{GRINNING FACE}"}).encode(),
        _deep(MAX_DEPTH - 1),
    ],
    ids=["plain", "indented", "white space", "escapes", "a pair of halves", "just not too deep"],
)
def test_other_bytes_are_read(content: bytes) -> None:
    """However they are laid out."""
    value, issues = parse(content)
    assert issues == []
    assert value == json.loads(content)


@pytest.mark.parametrize("digits", ["1.500", "1E-7", "0.10", "123456789012345678.90", "-0.0"])
def test_decimals_keep_their_digits(digits: str) -> None:
    """The precision of a decimal is part of it (R4, decimal)."""
    value, _ = parse(f'{{"resourceType":"Observation","x":{digits}}}'.encode())
    assert str(value["x"]) == digits
