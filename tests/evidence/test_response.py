"""A body of any shape is parsed or refused, within bounds and without raising."""

import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conformance.evidence.response import DEPTH, UNSAFE, parse
from tests.support.raw_servers import ODD, UNREADABLE

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=20,
)


@given(value=st.dictionaries(st.text(max_size=6), JSON, max_size=5))
@example(value={"a": '["[{\\"\\\\', "b]": "}]}]"})
def test_an_object_is_itself(value: dict[str, object]) -> None:
    parsed = parse(json.dumps(value).encode())
    assert (parsed.value, parsed.problem) == (value, "")


@given(content=st.binary(max_size=200) | st.text('{}[]":,\\ 0a', max_size=200).map(str.encode))
def test_no_bytes_raise(content: bytes) -> None:
    parsed = parse(content)
    assert isinstance(parsed.value, dict)
    assert parsed.problem or parsed.value == json.loads(content)


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_body_past_a_bound_is_told_from_a_wrong_one(body: bytes) -> None:
    assert parse(body).problem in UNSAFE


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
def test_an_odd_body_is_within_the_bounds(body: bytes) -> None:
    assert parse(body).problem not in UNSAFE


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"{", "not-json"),
        (b"{'a': 1}", "not-json"),
        (b'{"a": NaN}', "not-json"),
        (b'{"a": "\xff"}', "not-json"),
        (b"[{}]", "not-object"),
        (b"7", "not-object"),
        (b'\xef\xbb\xbf{"a": 1}', ""),
        ('{"a": 1}'.encode("utf-16"), ""),
        (b'{"a": 1, "a": 2}', ""),
    ],
)
def test_each_problem_has_its_name(body: bytes, problem: str) -> None:
    assert parse(body).problem == problem


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_the_bound_is_where_it_is_said_to_be(opening: bytes, closing: bytes) -> None:
    def nested(depth: int) -> bytes:
        return b'{"x":' + opening * (depth - 1) + b"1" + closing * (depth - 1) + b"}"

    assert parse(nested(DEPTH)).problem == ""
    assert parse(nested(DEPTH + 1)).problem == "too-deep"


def test_brackets_in_texts_are_no_nesting() -> None:
    body = json.dumps({"div": '<p class=\\"[[[\\">' + "[{" * 500, "more": [{}] * 100}).encode()
    assert parse(body).problem == ""


@pytest.mark.parametrize(
    "body",
    [
        b'{"' + b'\\"' * 2_000_000,
        b'"' * 3_000_000,
        b"\\" * 3_000_000 + b"[" * 100,
        b"{" * 3_000_000,
    ],
    ids=["an open text of quotes", "quotes", "backslashes", "brackets"],
)
def test_a_body_made_to_be_slow_is_not(body: bytes) -> None:
    begun = time.process_time()
    assert parse(body).problem in ("not-json", "too-deep")
    assert time.process_time() - begun < 2
