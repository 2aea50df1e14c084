"""How long an export may take: when to ask for its status again, and when to stop asking."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from conformance.core.elements import walk
from conformance.evidence.response import Response

PATIENCE = 600.0
"""Seconds in all that an export may ask to be waited for; then it is our bound that cuts it."""
SHORTEST = 1.0
LONGEST = 30.0
TRANSIENT = frozenset(
    {"transient", "lock-error", "no-store", "exception", "timeout", "incomplete", "throttled"}
)
"""Issue codes that say: the export goes on, ask for its status once more."""


def goes_on(response: Response) -> bool:
    """Tell whether a status answer says that the export is still under way."""
    if response.status == 202:
        return True
    codes = {code for code in walk(response.resource, "issue.code") if isinstance(code, str)}
    return (response.status or 0) >= 500 and bool(codes & TRANSIENT)


def pause_after(response: Response, number: int) -> float:
    """
    Return the seconds to wait after the poll of this number.

    What the server says in Retry-After, as seconds or as a date, else 1, 2, 4 and so on.
    """
    value = response.exchange.header("retry-after").strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return max(float(value), SHORTEST)
    try:
        until = parsedate_to_datetime(value)
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        return max((until - _instant(response)).total_seconds(), SHORTEST)
    except (ValueError, TypeError, OverflowError):
        return float(min(2 ** min(number - 1, 10), LONGEST))


def passed_between(first: Response, last: Response) -> float:
    """Return the seconds between two answers, by the time at which they were recorded."""
    return (_instant(last) - _instant(first)).total_seconds()


def _instant(response: Response) -> datetime:
    return datetime.fromisoformat(response.exchange.at)
