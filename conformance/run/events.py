"""What a child tells while it runs: one JSON object a line, read as typed events."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from conformance.core.outcomes import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """
    The API was looked for and the checks are chosen.

    `base` is the address in use, `fhir` says whether an API answers there. `edition` is the US Core
    edition that the run judges by, `edition_from` what settled it.
    """

    checks: int
    base: str
    fhir: bool
    edition: str
    edition_from: str
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One check has its outcome; `code` is empty where there is none."""

    id: str
    outcome: Outcome
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Everything is written to `folder`; `exit` is the exit code of the verdict."""

    exit: int
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The child would not start: what is wrong, and how to mend it."""

    sentence: str
    hint: str


Event: TypeAlias = Started | Checked | Ended | Refused


def parse(line: bytes) -> Event | None:
    """Return the event that a line tells, None for a line that tells none."""
    try:
        told = json.loads(line)
        return _KINDS[told["event"]](told)
    except (ValueError, TypeError, KeyError):
        return None


def _started(told: Mapping[str, Any]) -> Started:
    return Started(
        checks=int(told["checks"]),
        base=str(told["base"]),
        fhir=bool(told["fhir"]),
        edition=str(told["edition"]),
        edition_from=str(told["edition_from"]),
        folder=Path(told["folder"]),
    )


def _checked(told: Mapping[str, Any]) -> Checked:
    return Checked(id=str(told["id"]), outcome=Outcome(told["outcome"]), code=str(told["code"]))


def _ended(told: Mapping[str, Any]) -> Ended:
    return Ended(exit=int(told["exit"]), folder=Path(told["folder"]))


def _refused(told: Mapping[str, Any]) -> Refused:
    return Refused(sentence=str(told["sentence"]), hint=str(told["hint"]))


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], Event]] = {
    "start": _started,
    "check": _checked,
    "end": _ended,
    "refused": _refused,
}
