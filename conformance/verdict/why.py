"""Say in a sentence why a gate is in its state."""

from collections import Counter
from collections.abc import Sequence

from conformance.catalogue import Gate, Thresholds
from conformance.core.outcomes import Outcome
from conformance.verdict.reading import Check, Results
from conformance.verdict.rows import Rows

SKIPPED = {
    "no-data": "no data to try it with",
    "no-credentials": "no credentials for it",
    "prerequisite-failed": "something it builds on failed",
    "unstable-data": "the data changed meanwhile",
    "bounded": "a bound of ours cut it",
    "foreign-host": "it leads to a host that is not allowed",
    "needs-human": "it needs a person",
    "not-configured": "it is not configured",
    "not-checkable": "it could not be checked here",
    "redacted": "the evidence is masked",
}


def number(count: int, noun: str) -> str:
    """Return a count with its noun, `1 check` or `3 checks`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def why_shown(gate: Gate, checks: Sequence[Check]) -> str:
    """Say by how much a hard gate was shown."""
    warned = sum(check.outcome is Outcome.WARN for check in checks)
    tail = f", {warned} with a tolerated deviation or an unmet recommendation" if warned else ""
    return f"It {gate.words.shown}: {number(len(checks), 'check')} passed{tail}."


def why_failed(gate: Gate, against: Sequence[Check], state: str) -> str:
    """Say what failed on a hard gate, the first failure in words."""
    clause = gate.words.absent if state == "absent" else gate.words.contradicted
    return f"It {clause}: {_failed(against)}."


def why_rows(gate: Gate, rows: Rows, thresholds: Thresholds, state: str) -> str:
    """Say how the rows of a breadth gate came out, with the thresholds that decide."""
    tried = f"{rows.executed} of {number(rows.total, 'row')} could be tried, {rows.failed} failed"
    marks = (
        f"decided by at most {thresholds.failed_rows:.0%} failed and at least "
        f"{thresholds.executed_rows:.0%} tried{', a proposal of ours' * thresholds.proposal}"
    )
    if state == "unobserved":
        missing = (
            f"; nothing works yet for {_names(rows.types_missing)}" if rows.types_missing else ""
        )
        return f"Not decided: {tried}{missing} ({marks})."
    clauses = {"shown": gate.words.shown, "absent": gate.words.absent}
    clause = clauses.get(state, gate.words.contradicted)
    broken = f"; nothing works for {_names(rows.types_broken)}" if rows.types_broken else ""
    return f"It {clause}: {tried}{broken} ({marks})."


def why_open(deciding: Sequence[str], unsettled: Sequence[Check], results: Results) -> str:
    """Say why a gate is open: no check yet, not run, skipped, not confirmed."""
    requirements = results.catalogue.requirements
    without = [name for name in deciding if not results.answers(name)]
    reasons = []
    planned = sum(requirements[name].untested is not None for name in without)
    if planned:
        what = "this" if planned == len(deciding) else f"{planned} of {len(deciding)} requirements"
        reasons.append(f"this version has no check for {what}")
    if len(without) > planned:
        reasons.append(f"{number(len(without) - planned, 'requirement')} not tried in this run")
    codes = Counter(check.code for check in unsettled if check.outcome is Outcome.SKIP)
    for code, count in codes.most_common():
        reasons.append(f"{number(count, 'check')} skipped, {SKIPPED.get(code, 'not shown')}")
    errors = sum(check.outcome is Outcome.ERROR for check in unsettled)
    if errors:
        reasons.append(f"{number(errors, 'check')} ended in an error of ours or of the network")
    doubtful = sum(check.outcome is Outcome.FAIL for check in unsettled)
    if doubtful:
        reasons.append(f"{number(doubtful, 'failure')} could not be confirmed")
    return f"Not decided: {'; '.join(reasons) or 'nothing was seen that decides it'}."


def _failed(against: Sequence[Check]) -> str:
    first = against[0]
    said = (first.title or first.id).rstrip(".")
    more = f", and {len(against) - 1} more" if len(against) > 1 else ""
    return f'not met was "{said}"{more}'


def _names(types: Sequence[str]) -> str:
    return ", ".join(types[:6]) + (f" and {len(types) - 6} more" if len(types) > 6 else "")
