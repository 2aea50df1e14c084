"""When to ask again: after a broken answer, or when the server asks to wait."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from conformance.evidence.exchange import Request
from conformance.evidence.response import GATEWAY
from conformance.transport.bounds import Bounds
from conformance.transport.sender import Answer

_SAFE = frozenset({"GET", "HEAD"})
_BROKEN = frozenset({"reset", "timeout"})
_TOO_MANY = 429
_BREATH = 0.1
_WAITS = 10
"""A server that says "at once" again and again is asked so often, and no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Seconds before another attempt; `for_all` threads when the server asked the client for it."""

    seconds: float
    for_all: bool


class Patience:
    """
    What one request may still cost: attempts after broken answers, seconds of waiting.

    A request that is not safe to repeat is sent again only when the server asks for that.
    """

    def __init__(self, request: Request, bounds: Bounds) -> None:
        self._repeatable = request.repeatable or request.method in _SAFE
        self._attempts = bounds.attempts - 1
        self._seconds = bounds.patience
        self._waits = _WAITS

    def pause(self, answer: Answer) -> Pause | None:
        """Return the pause before another attempt, None when this answer stands."""
        asked = retry_after(answer, datetime.now(UTC))
        if answer.status == _TOO_MANY or (answer.status == 503 and asked is not None):
            return self._wait(1.0 if asked is None else asked)
        broken = answer.status in GATEWAY or (
            answer.failure is not None and answer.failure.kind in _BROKEN
        )
        if not (broken and self._repeatable and self._attempts):
            return None
        self._attempts -= 1
        return Pause(seconds=_BREATH, for_all=False)

    def _wait(self, seconds: float) -> Pause | None:
        if seconds > self._seconds or not self._waits:
            return None
        self._seconds -= seconds
        self._waits -= 1
        return Pause(seconds=seconds, for_all=True)


def retry_after(answer: Answer, now: datetime) -> float | None:
    """Return the seconds that a server asks for, None when it does not ask or asks nonsense."""
    value = next((value for name, value in answer.headers if name == "retry-after"), "").strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    try:
        until = parsedate_to_datetime(value)
        return max((until - now).total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None
