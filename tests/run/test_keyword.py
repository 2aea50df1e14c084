"""An expression for `-k` is refused exactly when pytest would refuse it, before anything starts."""

import pytest
from _pytest.mark.expression import Expression
from hypothesis import given
from hypothesis import strategies as st

from conformance.core.errors import UsageError
from conformance.run.keyword import refuse_unreadable

WORDS = ["paging", "tls", "Patient:birthdate+name", "a/b", "x-1", "and", "or", "not", "(", ")", "=",
         "&", "True", "é", "1.2", "'q'", ","]  # fmt: skip


def _readable(expression: str) -> bool:
    try:
        refuse_unreadable(expression)
    except UsageError:
        return False
    return True


def _readable_by_pytest(expression: str) -> bool:
    try:
        Expression.compile(expression)
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize(
    "expression", ["paging", "not tls", "(a or b) and not c", "birthdate+name", "a[b]"]
)
def test_what_pytest_reads_passes(expression: str) -> None:
    """Words, operators and parentheses."""
    assert _readable(expression)


@pytest.mark.parametrize(
    "expression", ["and", "a and", "a b", "(a", "a)", "()", "a(b)", "a=b", "a, b", "'a'", "a & b"]
)
def test_what_pytest_cannot_read_is_refused(expression: str) -> None:
    """With a hint how to write it."""
    with pytest.raises(UsageError) as refused:
        refuse_unreadable(expression)
    assert "and, or, not" in refused.value.hint


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).map(" ".join))
def test_it_agrees_with_pytest(expression: str) -> None:
    """On any row of words."""
    assert _readable(expression) == _readable_by_pytest(expression)


@pytest.mark.parametrize("expression", ["(" * 5000, "not " * 5000 + "a", "\x00", "a\nb"])
def test_strange_ones_are_no_crash(expression: str) -> None:
    """Depth and control characters end in a sentence."""
    assert not _readable(expression) or _readable_by_pytest(expression)
