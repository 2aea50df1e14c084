"""Date comparisons agree with an oracle that looks at every instant and every offset."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.validation.date_ranges import (
    DAY,
    PREFIXES,
    SECOND,
    Range,
    compare,
    parse_date,
    parse_period,
    parse_timing,
)

START = datetime(2020, 2, 27)
QUARTERS = 4 * 24 * 4
OFFSETS = range(-12 * 60, 14 * 60 + 1, 15)


@st.composite
def written_dates(draw: st.DrawFn) -> str:
    """Draw a day, or a minute with or without an offset, on or about a leap day."""
    moment = START + timedelta(minutes=15 * draw(st.integers(0, QUARTERS)))
    form = draw(st.sampled_from(["day", "minute", "placed"]))
    if form == "day":
        return moment.date().isoformat()
    offset = draw(st.sampled_from(["Z", "+05:30", "-08:00", "+00:00"])) if form == "placed" else ""
    return moment.strftime("%Y-%m-%dT%H:%M") + offset


def minutes(text: str) -> tuple[range, bool]:
    """Return the minutes that a written date covers, and whether they are UTC."""
    if "T" not in text:
        first = datetime.fromisoformat(text)
        span = 1440
    else:
        first, span = datetime.fromisoformat(text), 1
    placed = first.tzinfo is not None
    since = first - START.replace(tzinfo=UTC) if placed else first - START
    low = int(since.total_seconds()) // 60
    return range(low, low + span), placed


def judged(prefix: str, wanted: range, target: range) -> bool | None:
    """Answer by R4's words, instant by instant."""
    inside = all(instant in wanted for instant in target)
    touching = any(instant in wanted for instant in target)
    above = any(instant > wanted[-1] for instant in target)
    below = any(instant < wanted[0] for instant in target)
    answers: dict[str, bool | None] = {
        "eq": inside,
        "ne": not inside,
        "gt": above,
        "lt": below,
        "ge": above or inside or (None if touching else False),
        "le": below or inside or (None if touching else False),
        "sa": all(instant > wanted[-1] for instant in target),
        "eb": all(instant < wanted[0] for instant in target),
        "ap": True if touching else None,
    }
    return answers[prefix]


@given(st.sampled_from(PREFIXES), written_dates(), written_dates())
@settings(max_examples=150, deadline=None)
def test_a_comparison_holds_when_it_holds_for_an_offset(
    prefix: str, wanted: str, target: str
) -> None:
    asked, asked_is_placed = minutes(wanted)
    held, held_is_placed = minutes(target)
    if asked_is_placed == held_is_placed:
        shifts = [0]
    else:
        # A local time is UTC once its offset is taken away, and UTC local once it is added.
        shifts = [offset if held_is_placed else -offset for offset in OFFSETS]
    answers = {
        judged(prefix, asked, range(held.start + shift, held.stop + shift)) for shift in shifts
    }
    expected = True if True in answers else None if None in answers else False
    first, second = parse_date(wanted), parse_date(target)
    assert first is not None
    assert second is not None
    assert compare(prefix, first, second) is expected


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)), st.data())
def test_a_written_instant_covers_the_instant(moment: datetime, data: st.DataObject) -> None:
    hours = data.draw(st.integers(-12, 14))
    digits = data.draw(st.integers(0, 6))
    fraction = f".{moment.microsecond:06d}"[: digits + 1] if digits else ""
    text = f"{moment.isoformat(timespec='seconds')}{fraction}{hours:+03d}:00"
    found = parse_date(text)
    assert found is not None
    utc = moment - datetime(1, 1, 1) + timedelta(days=1) - timedelta(hours=hours)
    ticks = utc // timedelta(microseconds=1)
    assert found.zoned
    assert found.low <= ticks < found.high
    assert found.high - found.low == 10 ** (6 - digits)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2020", 366),
        ("2019", 365),
        ("2020-02", 29),
        ("2019-12", 31),
        ("9999-12", 31),
        ("0001", 365),
    ],
)
def test_a_partial_date_covers_all_of_its_days(text: str, days: int) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.high - found.low == days * DAY
    assert not found.zoned


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "20",
        "2020-13",
        "2020-02-30",
        "2020-1-1",
        "2020-01-01T",
        "2020-01-01T10",
        "2020-01-01T25:00Z",
        "2020-01-01T10:61Z",
        "2020-01-01T10:00:61Z",
        "2020-01-01T10:00+15:00",
        "2020-01-01T10:00+01:60",
        "2020-01-01 10:00:00",
        "2020-01-01Z",
        "0000-01-01",
        "٢٠٢٠",
        "2020\n",
    ],
)
def test_what_is_no_date_has_no_range(text: str) -> None:
    assert parse_date(text) is None


def test_a_leap_second_is_a_second() -> None:
    found = parse_date("2016-12-31T23:59:60Z")
    after = parse_date("2017-01-01T00:00:00Z")
    assert found is not None
    assert after is not None
    assert (found.low, found.high) == (after.low, after.high)


def test_an_open_period_reaches_to_infinity() -> None:
    asked = parse_date("1066-10-14")
    since = parse_period({"start": "2020-01-01T00:00:00Z"})
    until = parse_period({"end": "2020"})
    assert asked is not None
    assert since is not None
    assert until is not None
    assert compare("gt", asked, since)
    assert compare("lt", asked, since) is False
    assert compare("lt", asked, until)
    assert compare("eq", asked, until) is False


@pytest.mark.parametrize(
    "period", [{}, {"start": "x"}, {"start": 1, "end": "2020"}, {"start": "2020", "end": []}, [], 3]
)
def test_a_period_without_a_date_has_no_range(period: object) -> None:
    assert parse_period(period) is None


def test_a_period_ends_with_its_last_day() -> None:
    found = parse_period({"start": "2020-01-01", "end": "2020-01-02"})
    assert found is not None
    assert found.high - found.low == 2 * DAY


def test_a_timing_is_its_outer_limits() -> None:
    events = {"event": ["2020-01-03T00:00:00Z", "2020-01-01T00:00:00Z", 7, "x"]}
    found = parse_timing(events)
    assert found is not None
    assert found.high - found.low == 2 * DAY + SECOND
    assert parse_timing({"repeat": {"boundsPeriod": {"start": "2020"}}}) is not None
    shapes: list[object] = [{}, {"event": "2020"}, {"repeat": []}, "2020", {"event": [[]]}]
    for wrong in shapes:
        assert parse_timing(wrong) is None


def test_a_comparison_counts_ranges_not_points() -> None:
    day = Range(0, DAY, zoned=True)
    assert compare("eq", day, day)
    assert compare("gt", day, day) is False
    assert compare("sa", day, Range(DAY, DAY + 1, zoned=True))
    assert compare("ge", day, Range(-1, 1, zoned=True)) is None
