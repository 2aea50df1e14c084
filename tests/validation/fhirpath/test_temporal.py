"""Dates and times in the precision they are written in."""

from typing import Any

import pytest

from conformance.validation.fhirpath.temporal import order, same


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("2012-04-15", "2012-04-16", -1),
        ("2012-04-15", "2012-04-15", 0),
        ("2012-05", "2012-04-30", 1),
        ("2012-04", "2012-04-30", None),
        ("2012", "2013-01-01T00:00:00Z", -1),
        ("2012-04-15T10:00:00+10:00", "2012-04-15T00:00:00Z", 0),
        ("2012-04-15T10:00:00-01:00", "2012-04-15T10:30:00Z", 1),
        ("2012-04-15T10:00:00.5Z", "2012-04-15T10:00:00Z", 1),
        ("2012-04-15T10:00:00.50Z", "2012-04-15T10:00:00.5Z", 0),
        ("2012-04-15T10:00:00.5+02:00", "2012-04-15T08:00:00.5Z", 0),
        ("2012-12-31T23:30:00-01:00", "2013-01-01", None),
        ("2012-04-15T10:00", "2012-04-15T10:00:00", None),
        ("10:30", "11:00", -1),
        ("10:30:00", "10:30:00.0", 0),
        (None, "2012", None),
        ("2012", None, None),
        ("yesterday", "2012", None),
        ("", "2012", None),
    ],
)
def test_order(left: Any, right: Any, expected: int | None) -> None:
    assert order(left, right) == expected
    assert order(right, left) == (None if expected is None else -expected)
    assert same(left, right) == (None if expected is None else expected == 0)


@pytest.mark.parametrize("value", ["2012-02-30T10:00:00Z", "0000-01-01T00:00:00Z", 5, {}, []])
def test_what_is_no_moment_ends_the_evaluation(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        order(value, "2012-02-28T10:00:00Z")
