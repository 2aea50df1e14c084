"""One departure from a requirement, with what a reader needs to see it for themselves."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How strongly the specification asks for what was not met."""

    SHALL = "SHALL"
    SHOULD = "SHOULD"
    TOLERATED = "TOLERATED"
    """A deviation from a SHALL that clients of the field live with; noted, never a failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One departure.

    `code` is `topic.word`. `expected` and `actual` hold codes, paths, counts and logical ids, never
    another value of a patient's record. `path` is an element path (`Patient.birthDate`) or empty.
    `exchange` is a number in the transcript, 0 where no exchange speaks for it. `curl` reproduces
    the request with credentials and patient values as names.
    """

    code: str
    level: Level
    message: str
    expected: str = ""
    actual: str = ""
    path: str = ""
    exchange: int = 0
    curl: str = ""
