"""Escapes go there and back, and alternatives split where they should."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.validation.search_syntax import alternatives, escape, token_parts, unescape

TEXT = st.text(alphabet="ab \\,|$é", max_size=12)


@given(TEXT)
def test_an_escaped_text_comes_back(text: str) -> None:
    assert unescape(escape(text)) == text


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_alternatives_come_back_one_by_one(texts: list[str]) -> None:
    value = ",".join(escape(text) for text in texts)
    assert [unescape(part) for part in alternatives(value)] == texts


@given(TEXT, TEXT)
def test_system_and_code_come_back(system: str, code: str) -> None:
    assert token_parts(f"{escape(system)}|{escape(code)}") == (system, code)
    assert token_parts(escape(code)) == (None, code)


@given(TEXT)
def test_a_value_that_nobody_escaped_is_read_as_far_as_it_goes(text: str) -> None:
    assert alternatives(text)
    assert len(token_parts(text)) == 2
    assert len(unescape(text)) <= len(text)


def test_a_backslash_before_a_plain_character_stays() -> None:
    assert unescape(r"a\b\\c\,") == r"a\b\c,"
    assert unescape("end\\") == "end\\"
