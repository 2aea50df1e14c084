"""The gates of a verdict as rows of a picture."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.report.document import entries, number, part, text, words
from conformance.report.escape import folded
from conformance.report.wording import GATE_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCounts:
    """How many rows of a breadth gate were tried; `passed` + `failed` + `untried` = `total`."""

    total: int
    passed: int
    failed: int
    untried: int
    types_missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """
    One gate; `state` is one of the four known states, `decided_by` are (outcome, check id).

    `next` is what would decide a gate that was not observed, or what would mend one that speaks
    against the server; empty for one that is shown.
    """

    id: str
    title: str
    hard: bool
    authorization: bool
    state: str
    word: str
    why: str
    next: str
    requirements: tuple[str, ...]
    rows: RowCounts | None
    decided_by: tuple[tuple[str, str], ...]


def gate_rows(document: Mapping[str, Any]) -> list[GateRow]:
    """Return the gates in the order of the verdict."""
    outcomes = {text(check, "id"): text(check, "outcome") for check in entries(document, "checks")}
    verdict = part(document, "verdict")
    steps = {text(step, "gate"): folded(step.get("step")) for step in entries(verdict, "distance")}
    return [_row(gate, outcomes, steps) for gate in entries(verdict, "gates")]


def state_counts(gates: list[GateRow]) -> dict[str, int]:
    """Return how many gates are in each state, all four states in their fixed order."""
    counted = Counter(gate.state for gate in gates)
    return {state: counted[state] for state in GATE_STATES}


def _row(gate: Mapping[str, Any], outcomes: Mapping[str, str], steps: Mapping[str, str]) -> GateRow:
    said = text(gate, "state")
    state = said if said in GATE_STATES else "unobserved"
    # What would decide a gate is not what would mend it: that stands in the distance.
    following = {"shown": "", "unobserved": folded(gate.get("needs"))}
    return GateRow(
        id=text(gate, "id"),
        title=folded(gate.get("title")) or text(gate, "id"),
        hard=text(gate, "kind") != "breadth",
        authorization=gate.get("authorization") is True,
        state=state,
        word=GATE_STATES[state][0],
        why=folded(gate.get("why")),
        next=following.get(state, steps.get(text(gate, "id"), "")),
        requirements=tuple(words(gate, "requirements")),
        rows=_counts(part(gate, "rows")) if gate.get("rows") else None,
        decided_by=tuple((outcomes.get(id_, ""), id_) for id_ in words(gate, "checks")),
    )


def _counts(rows: Mapping[str, Any]) -> RowCounts:
    total = max(number(rows, "total"), 0)
    executed = min(max(number(rows, "executed"), 0), total)
    failed = min(max(number(rows, "failed"), 0), executed)
    return RowCounts(
        total=total,
        passed=executed - failed,
        failed=failed,
        untried=total - executed,
        types_missing=tuple(words(rows, "types_missing")),
    )
