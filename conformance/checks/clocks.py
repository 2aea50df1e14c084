"""
Whose clock is wrong: not for us to say, and a signed assertion depends on both.

An assertion is good for five minutes from now, by our clock. A server whose clock differs refuses
it rightly, so such a refusal shows nothing.
"""

from datetime import datetime
from email.utils import parsedate_to_datetime

from conformance.core.errors import Errored
from conformance.evidence.response import Response

ALLOWED = 30
"""Seconds by which two clocks may differ and an assertion is still judged as it is meant."""


def refuse_skew(response: Response) -> None:
    """End the check where an assertion was refused, and the clocks may be why."""
    if response.status not in (400, 401, 403):
        return
    ahead = seconds_ahead(response)
    if abs(ahead) > ALLOWED:
        where, judged = ("ahead of", "late") if ahead > 0 else ("behind", "early")
        raise Errored(
            "configuration",
            f"The server's clock is {abs(ahead)} seconds {where} this machine's, so that it judges "
            f"a signed assertion too {judged}, and refuses it.",
        )


def seconds_ahead(response: Response) -> int:
    """Return how far the server's clock is ahead of ours by its answer, 0 where it does not say."""
    try:
        theirs = parsedate_to_datetime(response.exchange.header("date"))
        ours = datetime.fromisoformat(response.exchange.at)
        return round((theirs - ours).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return 0
