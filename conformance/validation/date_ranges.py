"""
FHIR dates as ranges of time, and the comparisons of R4's date search.

R4 search, section 3.1.1.4.4 (prefixes) and 3.1.1.4.7 (date): a date is the range of time that its
precision leaves open, and a prefix compares two ranges. Where one side has an offset from UTC and
the other has none, the other's is unknown: it may be any that is in use on Earth, and a comparison
holds when it holds for one of them.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

SECOND = 1_000_000
DAY = 86_400 * SECOND
EASTMOST = -14 * 3_600 * SECOND
"""What is added to a local time to get UTC where the sun rises first."""
WESTMOST = 12 * 3_600 * SECOND

PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")

_FORM = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
_INFINITE = 10**20
_OPPOSITE = {"gt": "le", "le": "gt", "lt": "ge", "ge": "lt"}


@dataclass(frozen=True, slots=True)
class Range:
    """
    A half-open range of microseconds since the start of year 1.

    `low` and `high` are UTC when `zoned`, else the wall clock of an unknown place.
    """

    low: int
    high: int
    zoned: bool


@lru_cache(maxsize=4096)
def parse_date(text: str) -> Range | None:
    """Return the range of a FHIR date, dateTime or instant, None for anything else."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (
        int(part) if part else None for part in found.groups()[:6]
    )
    try:
        start = date(year or 0, month or 1, day or 1).toordinal() * DAY
    except ValueError:
        return None
    if month is None:
        return Range(start, (date(year or 0, 12, 31).toordinal() + 1) * DAY, zoned=False)
    if day is None:
        return Range(start, _after_month(year or 0, month) * DAY, zoned=False)
    if hour is None or minute is None:
        return Range(start, start + DAY, zoned=False)
    if hour > 23 or minute > 59 or (second or 0) > 60:
        return None
    start += (hour * 60 + minute) * 60 * SECOND + (second or 0) * SECOND
    width = SECOND if second is not None else 60 * SECOND
    if fraction := found[7]:
        digits = fraction[:6]
        start += int(digits.ljust(6, "0"))
        width = 10 ** (6 - len(digits))
    return _placed(Range(start, start + width, zoned=False), found[8])


def parse_period(period: Any) -> Range | None:
    """
    Return the range of a Period, an open end reaching to infinity.

    None when it has neither end or one that is not a date.
    """
    if not isinstance(period, dict):
        return None
    ends = [period.get("start"), period.get("end")]
    ranges = [parse_date(end) if isinstance(end, str) else None for end in ends]
    if ends == [None, None] or any(
        end is not None and found is None for end, found in zip(ends, ranges, strict=True)
    ):
        return None
    start, end = ranges
    return Range(
        start.low if start else -_INFINITE,
        end.high if end else _INFINITE,
        zoned=all(found.zoned for found in ranges if found),
    )


def parse_timing(timing: Any) -> Range | None:
    """Return the outer limits of a Timing's events and bounds, None when it tells none."""
    if not isinstance(timing, dict):
        return None
    events = timing.get("event")
    texts = (
        [event for event in events if isinstance(event, str)] if isinstance(events, list) else []
    )
    repeat = timing.get("repeat")
    bounds = parse_period(repeat.get("boundsPeriod")) if isinstance(repeat, dict) else None
    known = [found for found in (*map(parse_date, texts), bounds) if found]
    if not known:
        return None
    return Range(
        min(found.low for found in known),
        max(found.high for found in known),
        zoned=all(found.zoned for found in known),
    )


def compare(prefix: str, wanted: Range, target: Range) -> bool | None:
    """
    Tell whether `target` (of the resource) satisfies `prefix` against `wanted` (of the search).

    None where R4 leaves the answer to the server: `ap` without overlap, and `ge` or `le` with a
    target that reaches into the wanted range from outside.
    """
    answers = _everywhere(prefix, wanted, target)
    if True in answers:
        return True
    return None if None in answers else False


def surely(prefix: str, wanted: Range, target: Range) -> bool:
    """
    Tell whether `target` satisfies `prefix` wherever its unknown offset may be.

    A target that lies on both sides of the wanted date is not sure to be found by either.
    """
    if _everywhere(prefix, wanted, target) != [True]:
        return False
    opposite = _OPPOSITE.get(prefix)
    return opposite is None or _everywhere(opposite, wanted, target) == [False]


def _everywhere(prefix: str, wanted: Range, target: Range) -> list[bool | None]:
    """Return the different answers that there are, one for each place that decides."""
    if wanted.zoned == target.zoned:
        return [_compare(prefix, wanted, target)]
    least, most = (-WESTMOST, -EASTMOST) if target.zoned else (EASTMOST, WESTMOST)
    # Both extremes, and where the edges of the two ranges meet.
    places = {least, most, wanted.low - target.low, wanted.high - target.high}
    return list(
        {
            _compare(
                prefix, wanted, replace(target, low=target.low + place, high=target.high + place)
            )
            for place in places
            if least <= place <= most
        }
    )


def _compare(prefix: str, wanted: Range, target: Range) -> bool | None:
    contained = wanted.low <= target.low and target.high <= wanted.high
    overlaps = target.low < wanted.high and wanted.low < target.high
    if prefix == "eq":
        return contained
    if prefix == "ne":
        return not contained
    if prefix == "gt":
        return target.high > wanted.high
    if prefix == "lt":
        return target.low < wanted.low
    if prefix == "ge":
        return target.high > wanted.high or contained or (None if overlaps else False)
    if prefix == "le":
        return target.low < wanted.low or contained or (None if overlaps else False)
    if prefix == "sa":
        return target.low >= wanted.high
    if prefix == "eb":
        return target.high <= wanted.low
    return overlaps or None


def _after_month(year: int, month: int) -> int:
    if month == 12:
        return date(year, 12, 31).toordinal() + 1
    return date(year, month + 1, 1).toordinal()


def _placed(local: Range, offset: str | None) -> Range | None:
    if not offset:
        return local
    if offset == "Z":
        return replace(local, zoned=True)
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if hours > 14 or minutes > 59:
        return None
    shift = (hours * 60 + minutes) * 60 * SECOND * (-1 if offset[0] == "+" else 1)
    return Range(local.low + shift, local.high + shift, zoned=True)
