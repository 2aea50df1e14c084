"""The bytes of a resource are judged before its elements."""

from decimal import Decimal

import pytest

from conformance.validation.parsing import MAX_DEPTH, parse


def codes(content: bytes) -> list[tuple[str, str]]:
    return [(issue.code, issue.path) for issue in parse(content)[1]]


def test_a_sound_text_has_no_issue_and_keeps_the_digits_of_its_decimals() -> None:
    value, issues = parse(b'{"resourceType": "Observation", "valueQuantity": {"value": 1.500}}')
    assert issues == []
    assert value["valueQuantity"]["value"].as_tuple() == Decimal("1.500").as_tuple()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("json.syntax", "")]),
        (b"{", [("json.syntax", "")]),
        (b'{"a": 1} {"b": 2}', [("json.syntax", "")]),
        (b"<Patient/>", [("json.syntax", "")]),
        (b'{"a": "\xff"}', [("json.encoding", "")]),
        (b"\xef\xbb\xbf{}", [("json.encoding", "")]),
        (b'{"a": NaN}', [("json.number", "a")]),
        (b'{"a": [1, -Infinity]}', [("json.number", "a[1]")]),
        (b'{"a": ' + b"9" * 5000 + b"}", [("json.number", "")]),
        (rb'{"a": "\ud83d"}', [("json.encoding", "a")]),
        (rb'{"\udc00": 1}', [("json.encoding", "")]),
        (rb'{"a": "\ud83d\ude00"}', []),
        (
            b'{"resourceType": "Patient", "name": [{"use": "usual", "use": "old"}]}',
            [("json.duplicate-key", "Patient.name[0].use")],
        ),
    ],
)
def test_what_json_does_not_have_is_an_issue_at_its_place(
    content: bytes, expected: list[tuple[str, str]]
) -> None:
    assert codes(content) == expected


def test_depth_is_bounded_and_brackets_in_text_do_not_count() -> None:
    deepest = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert codes(deepest) == []
    assert codes(b"[" + deepest + b"]") == [("json.depth", "")]
    assert codes(b"[" * 100_000 + b"]" * 100_000) == [("json.depth", "")]
    assert codes(b'{"a": "' + b"[" * 500 + b'"}') == []


def test_what_cannot_be_written_as_utf_8_is_taken_out() -> None:
    value, _ = parse(rb'{"a\ud800": ["\udfff x"]}')
    assert str(value).encode("utf-8")


def test_oddities_of_one_text_do_not_reach_the_next() -> None:
    parse(b'{"a": NaN, "a": NaN}')
    assert codes(b'{"a": 1}') == []
