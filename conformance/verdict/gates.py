"""Decide each gate: what its deciding checks together say."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from conformance.catalogue import Gate, GateKind
from conformance.core.outcomes import Outcome
from conformance.verdict.reading import FULFILLED, SETTLED, Check, Results
from conformance.verdict.rows import Rows, count_rows
from conformance.verdict.why import why_failed, why_open, why_rows, why_shown


class State(StrEnum):
    """What is known about a gate."""

    SHOWN = "shown"
    """The behaviour was seen."""
    CONTRADICTED = "contradicted"
    """A confirmed failure says otherwise."""
    ABSENT = "absent"
    """A specification fixes where it must be found, and it is not there."""
    UNOBSERVED = "unobserved"
    """Not enough was seen to say either."""

    @property
    def against(self) -> bool:
        """Whether it speaks against the certified class."""
        return self in (State.CONTRADICTED, State.ABSENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """One gate's state, why, and the checks that decided it (or leave it open)."""

    gate: Gate
    state: State
    why: str
    checks: tuple[Check, ...]
    rows: Rows | None = None


def decide_gates(results: Results) -> tuple[GateResult, ...]:
    """Return the gates of the rule set in its order, each decided."""
    gates = (results.catalogue.gates[name] for name in results.rule_set.gates)
    return tuple(
        decide_breadth(gate, results)
        if gate.kind is GateKind.BREADTH
        else decide_hard(gate, results)
        for gate in gates
    )


def decide_hard(gate: Gate, results: Results) -> GateResult:
    """
    Decide a gate by the rule "one confirmed contradiction is enough".

    It is shown when every deciding requirement that binds has checks, and all of them are settled.
    """
    deciding = [name for name in gate.requirements if results.binds(name)]
    checks = _checks(deciding, results)
    against = tuple(check for check in checks if check.contradicts)
    if against:
        state = _contradicted_or_absent(against)
        return GateResult(
            gate=gate, state=state, why=why_failed(gate, against, state.value), checks=against
        )
    if deciding and all(_requirement_shown(results.answers(name)) for name in deciding):
        shown = tuple(check for check in checks if check.outcome in FULFILLED)
        return GateResult(gate=gate, state=State.SHOWN, why=why_shown(gate, shown), checks=shown)
    unsettled = tuple(check for check in checks if check.outcome not in SETTLED)
    return GateResult(
        gate=gate,
        state=State.UNOBSERVED,
        why=why_open(deciding, unsettled, results),
        checks=unsettled,
    )


def decide_breadth(gate: Gate, results: Results) -> GateResult:
    """Decide a gate by the shares of its rows; the thresholds stand in the rule set."""
    deciding = [name for name in gate.requirements if results.binds(name)]
    checks = _checks(deciding, results)
    rows = count_rows(checks, results)
    against = tuple(check for check in checks if check.contradicts)
    if rows.contradicted:
        state = _contradicted_or_absent(against)
        why = why_rows(gate, rows, results.rule_set.thresholds, state.value)
        return GateResult(gate=gate, state=state, why=why, checks=against, rows=rows)
    if rows.shown:
        shown = tuple(check for check in checks if check.executed)
        why = why_rows(gate, rows, results.rule_set.thresholds, State.SHOWN.value)
        return GateResult(gate=gate, state=State.SHOWN, why=why, checks=shown, rows=rows)
    unsettled = tuple(check for check in checks if check.outcome not in SETTLED)
    why = (
        why_rows(gate, rows, results.rule_set.thresholds, State.UNOBSERVED.value)
        if rows.executed
        else why_open(deciding, unsettled, results)
    )
    return GateResult(gate=gate, state=State.UNOBSERVED, why=why, checks=unsettled, rows=rows)


def _checks(requirements: Sequence[str], results: Results) -> tuple[Check, ...]:
    found = {check.id: check for name in requirements for check in results.answers(name)}
    return tuple(found.values())


def _contradicted_or_absent(against: Sequence[Check]) -> State:
    missing = all(check.code == "absent" for check in against)
    return State.ABSENT if missing else State.CONTRADICTED


def _requirement_shown(checks: Sequence[Check]) -> bool:
    executed = {check.function for check in checks if check.executed}
    return any(check.outcome in FULFILLED for check in checks) and all(
        check.outcome in SETTLED or _row_without_data(check, executed) for check in checks
    )


def _row_without_data(check: Check, executed: set[str]) -> bool:
    # A server holds no data of some types; the rows that could be judged speak for those too.
    return (
        check.outcome is Outcome.SKIP
        and check.code == "no-data"
        and check.expanded
        and check.function in executed
    )
