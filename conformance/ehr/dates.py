"""
FHIR dates as ranges of time, and how two ranges compare.

A date of any precision is the half-open range of microseconds that it covers; a time without an
offset is taken as UTC. A missing end of a Period is open.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

Range = tuple[int, int]

BEGINNING, END = -(10**18), 10**18
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(
    r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2})"
    r"(T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(:(?P<second>[0-9]{2})(\.(?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)


@lru_cache(maxsize=65536)
def date_range(text: str) -> Range:
    """Return the range that a date, dateTime or instant covers; ValueError for anything else."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError("not a FHIR date")
    parts = match.groupdict()
    year, month, day, hour, minute, second = (
        int(parts[name]) if parts[name] else None
        for name in ("year", "month", "day", "hour", "minute", "second")
    )
    start = datetime(
        year or 0,
        1 if month is None else month,
        1 if day is None else day,
        hour or 0,
        minute or 0,
        second or 0,
        tzinfo=UTC,
    )
    low = (start - _EPOCH) // timedelta(microseconds=1) - _offset(parts["zone"])
    if fraction := parts["fraction"]:
        low += int(fraction.ljust(6, "0")[:6])
        return low, low + max(1, 10 ** (6 - len(fraction)))
    if second is not None:
        return low, low + 1_000_000
    if minute is not None:
        return low, low + 60_000_000
    if day is not None:
        return low, low + 86_400_000_000
    if month is not None:
        end = datetime(start.year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    else:
        end = datetime(start.year + 1, 1, 1, tzinfo=UTC)
    return low, (end - _EPOCH) // timedelta(microseconds=1)


def _offset(zone: str | None) -> int:
    if not zone or zone == "Z":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 14 or minutes > 59:
        raise ValueError("not an offset from UTC")
    return (-1 if zone[0] == "-" else 1) * (hours * 60 + minutes) * 60_000_000


def element_range(value: Any) -> Range:
    """Return the range of a resource's date, dateTime, instant or Period."""
    if isinstance(value, dict):
        start, end = value.get("start"), value.get("end")
        return (
            date_range(start)[0] if start else BEGINNING,
            date_range(end)[1] if end else END,
        )
    return date_range(value)


def compares(comparator: str, actual: Range, wanted: Range) -> bool:
    """Tell whether a resource's range stands to the wanted one as the comparator says."""
    (low, high), (wanted_low, wanted_high) = actual, wanted
    within = wanted_low <= low and high <= wanted_high
    match comparator:
        case "eq":
            return within
        case "ne":
            return not within
        case "gt":
            return high > wanted_high
        case "lt":
            return low < wanted_low
        case "ge":
            return high > wanted_high or within
        case "le":
            return low < wanted_low or within
        case "sa":
            return low >= wanted_high
        case "eb":
            return high <= wanted_low
        case _:
            # ap: what "approximately" means is the server's choice; here, that the two overlap
            return low < wanted_high and wanted_low < high
