"""What a check can come out as, the codes that say why, and the result that carries them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from conformance.core.findings import Finding


class Outcome(StrEnum):
    """The outcome of one check."""

    PASS = "PASS"
    """Shown."""
    WARN = "WARN"
    """A SHOULD unmet, or a tolerated deviation."""
    FAIL = "FAIL"
    """A SHALL unmet."""
    SKIP = "SKIP"
    """Could not be shown; the code says why."""
    NOT_APPLICABLE = "N/A"
    """The requirement does not bind under the chosen rule set."""
    ERROR = "ERROR"
    """Our fault or the network's."""


GRAVITY = (
    Outcome.FAIL,
    Outcome.ERROR,
    Outcome.SKIP,
    Outcome.WARN,
    Outcome.PASS,
    Outcome.NOT_APPLICABLE,
)

SKIP_CODES = frozenset(
    {
        "no-data",
        "no-credentials",
        "prerequisite-failed",
        "unstable-data",
        "bounded",
        "foreign-host",
        "needs-human",
        "not-configured",
        "not-checkable",
        "redacted",
    }
)
ERROR_CODES = frozenset({"network", "timeout", "unsafe-response", "harness", "configuration"})


def gravest(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the gravest of several; ERROR for none, since nothing executed is never green."""
    present = set(outcomes)
    return next((outcome for outcome in GRAVITY if outcome in present), Outcome.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """
    What one check (one row of it) came to.

    `code` is None for PASS, N/A's reason, the SKIP or ERROR code, or the first finding's code.
    `confirmed` is True for a FAIL that was seen twice, None where that question does not arise.
    `exchanges` are the numbers of the transcript's exchanges that the check looked at, ascending.
    `witnesses` are the names of what was seen of credentials and decided here: nobody can look at
    those again, so that judging once more repeats it.
    """

    id: str
    function: str
    title: str
    citation: str
    row: dict[str, Any]
    outcome: Outcome
    code: str | None
    message: str
    requirements: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    exchanges: tuple[int, ...] = ()
    confirmed: bool | None = None
    witnesses: tuple[str, ...] = ()
    area: str = ""
