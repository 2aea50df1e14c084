"""Count what a reader wants as numbers: steps of the procedure, and what was not looked at."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.report.document import entries, number, part, text
from conformance.report.escape import folded
from conformance.report.wording import CODES, MANY_STEPS, STEP_STATES

_ORDER = ("ERROR", "SKIP", "N/A")
_OUTCOMES = ("PASS", "WARN", "FAIL", "SKIP", "N/A", "ERROR")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepGroup:
    """The steps of the procedure that are in one state."""

    state: str
    word: str
    meaning: str
    steps: tuple[tuple[str, str], ...]
    """Step id and its title; the title may be empty."""

    @property
    def counted(self) -> str:
        """How many steps are in the state: `1 needs a person`, `6 need a person`."""
        word = self.word.lower()
        many = len(self.steps) != 1
        return f"{len(self.steps)} {MANY_STEPS.get(self.state, word) if many else word}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlooked:
    """All checks that ended without an answer for the same reason."""

    outcome: str
    code: str
    meaning: str
    checks: tuple[tuple[str, str], ...]
    """Check id and what it said."""


def step_groups(document: Mapping[str, Any]) -> list[StepGroup]:
    """Return the steps by state in a fixed order, states without a step left out."""
    steps = entries(part(part(document, "verdict"), "procedure"), "detail")
    groups = []
    for state, (word, meaning) in STEP_STATES.items():
        members = tuple(
            (text(step, "id"), folded(step.get("title")))
            for step in steps
            if text(step, "state") == state
        )
        if members:
            groups.append(StepGroup(state=state, word=word, meaning=meaning, steps=members))
    return groups


def unlooked(document: Mapping[str, Any]) -> list[Unlooked]:
    """Return what was not shown either way: ERROR, SKIP, N/A, in each the frequent code first."""
    members: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for check in entries(document, "checks"):
        outcome = text(check, "outcome")
        if outcome in _ORDER:
            key = (outcome, text(check, "code"))
            members.setdefault(key, []).append((text(check, "id"), text(check, "message")))
    groups = [
        Unlooked(outcome=outcome, code=code, meaning=CODES.get(code, ""), checks=tuple(checks))
        for (outcome, code), checks in members.items()
    ]
    return sorted(groups, key=lambda g: (_ORDER.index(g.outcome), -len(g.checks), g.code))


def outcome_counts(document: Mapping[str, Any]) -> dict[str, int]:
    """Return how many checks came to each outcome, counted here if the verdict does not say it."""
    said = part(part(document, "verdict"), "counts")
    if said:
        return {outcome: number(said, outcome) for outcome in _OUTCOMES}
    seen = Counter(text(check, "outcome") for check in entries(document, "checks"))
    return {outcome: seen[outcome] for outcome in _OUTCOMES}
