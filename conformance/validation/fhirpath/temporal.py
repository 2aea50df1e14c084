"""Dates and times in the precision they were written in (FHIRPath N1, sections 6.1.1 and 6.2)."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

_WRITTEN = re.compile(
    r"(?:(\d{4})(?:-(\d\d)(?:-(\d\d))?)?)?"
    r"(?:(?:T|(?<!\d))(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?)?"
    r"(Z|[+-]\d\d:\d\d)?"
)

# The usual forms, compared without taking them apart.
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")


def order(left: Any, right: Any) -> int | None:
    """
    -1, 0 or 1 as left is before, at or after right; None where that cannot be told.

    It cannot be told where one is missing or malformed, or where they are equal as far as the less
    precise one goes. Seconds and their fractions are one precision. Where only one side has a time
    zone, the parts are compared as they are written.
    """
    if left is None or right is None:
        return None
    if _DAY.fullmatch(left) and _DAY.fullmatch(right):
        return int(left > right) - int(left < right)
    if _MOMENT.fullmatch(left) and _MOMENT.fullmatch(right):
        earlier, later = datetime.fromisoformat(left), datetime.fromisoformat(right)
        return int(earlier > later) - int(earlier < later)
    first, second = _parts(left), _parts(right)
    if first is None or second is None:
        return None
    for one, other in zip(first, second, strict=False):
        if one != other:
            return -1 if one < other else 1
    return 0 if len(first) == len(second) else None


def _parts(text: str) -> list[Decimal | int] | None:
    match = _WRITTEN.fullmatch(text)
    if match is None or not text:
        return None
    *numbers, zone = match.groups()
    if numbers[0] is None:
        numbers = numbers[3:]
    elif zone is not None and numbers[4] is not None and zone not in ("Z", "+00:00", "-00:00"):
        numbers = _in_utc(numbers, zone)
    return [
        Decimal(number) if "." in number else int(number)
        for number in numbers
        if number is not None
    ]


def _in_utc(numbers: list[str], zone: str) -> list[str]:
    year, month, day, hour, minute = map(int, numbers[:5])
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    moment = datetime(year, month, day, hour, minute)
    moment = moment - ahead if zone[0] == "+" else moment + ahead
    return [f"{moment:%Y}".zfill(4), *f"{moment:%m %d %H %M}".split(), *numbers[5:]]


def same(left: Any, right: Any) -> bool | None:
    """`left = right`; None where the precision does not allow to tell."""
    found = order(left, right)
    return None if found is None else found == 0
