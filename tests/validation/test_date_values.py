"""A shifted date keeps its precision and is satisfied by the date it was made from."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.validation.date_ranges import compare, parse_date
from conformance.validation.date_values import date_shifted, is_exact


@pytest.mark.parametrize(
    ("value", "comparator", "precision", "expected"),
    [
        ("2020-03-01T10:00:00-05:00", "gt", "second", "gt2020-02-29T10:00:00-05:00"),
        ("2020-03-01T10:00:00.123Z", "le", "second", "le2020-03-02T10:00:00Z"),
        ("2020-03-01", "ge", "second", "ge2020-02-29T00:00:00Z"),
        ("2020-03-01", "lt", "second", "lt2020-03-03T00:00:00Z"),
        ("2020", "gt", "second", "gt2019-12-31T00:00:00Z"),
        ("2020", "lt", "day", "lt2021-01-02"),
        ("2020-03-01", "gt", "day", "gt2020-02-29"),
        ("2020-03-01T23:30:00-05:00", "lt", "day", "lt2020-03-03"),
        ("2020-03-01T10:00Z", "gt", "second", "gt2020-02-29T00:00:00Z"),
        ("0001-01-01", "gt", "day", None),
        ("9999-12-31T23:59:59Z", "lt", "second", None),
        ("2016-12-31T23:59:60Z", "gt", "second", None),
        ("soon", "gt", "second", None),
    ],
)
def test_a_day_to_spare(value: str, comparator: str, precision: str, expected: str | None) -> None:
    assert date_shifted(value, comparator, precision) == expected


@given(
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)),
    st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S-08:00", "%Y-%m-%dT%H:%MZ"]),
    st.sampled_from(["gt", "ge", "lt", "le", "sa", "eb"]),
    st.sampled_from(["second", "day"]),
    st.integers(-12, 14),
)
def test_the_date_satisfies_what_was_made_from_it(
    moment: datetime, form: str, comparator: str, precision: str, hours: int
) -> None:
    text = moment.strftime(form)
    value = date_shifted(text, comparator, precision)
    assert value is not None
    wanted, target = parse_date(value[2:]), parse_date(text)
    assert wanted is not None
    assert target is not None
    assert compare(comparator, wanted, target)
    if precision == "second" and not target.zoned:
        # Whatever place on Earth the server thinks of, the answer is the same.
        placed = parse_date(f"{date.fromordinal(target.low // 86_400_000_000)}T00:00:00+14:00")
        assert placed is not None
        earliest = placed.low
        assert comparator not in ("gt", "ge", "sa") or wanted.high <= earliest
        latest = target.high + timedelta(hours=12) // timedelta(microseconds=1)
        assert comparator not in ("lt", "le", "eb") or wanted.low >= latest


def test_only_what_is_precise_enough_is_sent_as_it_stands() -> None:
    assert is_exact("2020-01-01T10:00:00Z", "second")
    assert is_exact("2020-01-01T10:00:00.5+01:00", "second")
    assert is_exact("1980", "day")
    assert not is_exact("2020-01-01", "second")
    assert not is_exact("2020-01-01T10:00:00", "second")
    assert not is_exact("2020-13-01T10:00:00Z", "second")
    assert not is_exact("", "day")
