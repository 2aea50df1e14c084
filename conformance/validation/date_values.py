"""Dates to search with: moved by a day to the side on which they must still match."""

import re
from datetime import date, datetime, timedelta

from conformance.validation.date_ranges import DAY, parse_date

_TO_THE_SECOND = re.compile(r"(.{10}T\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_DOWN = ("gt", "ge", "sa")


def date_shifted(value: str, comparator: str, precision: str = "second") -> str | None:
    """
    Return `comparator` with a date that `value` must satisfy with a day to spare.

    `value` is a bare FHIR date, dateTime or instant; what comes back is as precise as `precision`
    asks (`second` with an offset, or `day`). A day to spare also covers an unknown offset. None
    when `value` is no date, or the calendar ends there.
    """
    range_ = parse_date(value)
    if range_ is None:
        return None
    down = comparator in _DOWN
    exact = _TO_THE_SECOND.fullmatch(value)
    try:
        if exact and precision == "second":
            moved = datetime.fromisoformat(exact[1]) + timedelta(days=-1 if down else 1)
            return f"{comparator}{moved.isoformat()}{exact[2]}"
        # The written day, not the one in UTC: a server compares days on its own clock.
        ordinal = date.fromisoformat(value[:10]).toordinal() if len(value) > 10 else None
        if down:
            day = (range_.low // DAY if ordinal is None else ordinal) - 1
        else:
            day = (range_.high // DAY if ordinal is None else ordinal + 1) + 1
        clock = "T00:00:00Z" if precision == "second" else ""
        return f"{comparator}{date.fromordinal(day).isoformat()}{clock}"
    except (ValueError, OverflowError):
        return None


def is_exact(value: str, precision: str) -> bool:
    """Tell whether a date is as precise as the guide asks and can be sent as it stands."""
    if precision == "day":
        return parse_date(value) is not None
    return _TO_THE_SECOND.fullmatch(value) is not None and parse_date(value) is not None
