"""Count the rows of a breadth gate."""

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.core.outcomes import Outcome
from conformance.verdict.reading import FULFILLED, Check, Results

_ROUNDING = 1e-9
"""Keeps a share that is met exactly from being lost to floating point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """
    How the rows of a breadth gate came out.

    A row is a type with parameters; several check functions may judge it. It is executed when one
    of them saw the server's behaviour, and it failed when one of them failed with confirmation.
    Rows that do not bind are not counted. `types_missing` are required types none of whose rows
    worked.
    """

    total: int
    executed: int
    failed: int
    types_required: tuple[str, ...]
    types_missing: tuple[str, ...]
    types_broken: tuple[str, ...]
    contradicted: bool
    shown: bool


def count_rows(checks: Sequence[Check], results: Results) -> Rows:
    """Count the rows of `checks` and hold them against the rule set's thresholds."""
    rows: dict[tuple[str, ...], list[Check]] = {}
    for check in checks:
        if check.outcome is not Outcome.NOT_APPLICABLE:
            rows.setdefault(check.row, []).append(check)
    executed = [row for row in rows.values() if any(check.executed for check in row)]
    failed = [row for row in executed if any(check.contradicts for check in row)]
    doubtful = [row for row in executed if any(check.outcome is Outcome.FAIL for check in row)]
    working = {row[0].type for row in executed if _works(row)}
    required = results.edition.search_types
    missing = tuple(name for name in required if name not in working)
    failing = {row[0].type for row in failed}
    broken = tuple(name for name in missing if name in failing and name in results.with_data)
    limit = results.rule_set.thresholds.failed_rows * len(executed) + _ROUNDING
    enough = results.rule_set.thresholds.executed_rows * len(rows) - _ROUNDING
    contradicted = len(failed) > limit or bool(broken)
    return Rows(
        total=len(rows),
        executed=len(executed),
        failed=len(failed),
        types_required=required,
        types_missing=missing,
        types_broken=broken,
        contradicted=contradicted,
        # A failure that was not confirmed contradicts nothing, and it shows nothing either.
        shown=(
            bool(executed)
            and not contradicted
            and len(doubtful) <= limit
            and len(executed) >= enough
            and not missing
        ),
    )


def _works(row: Sequence[Check]) -> bool:
    return any(check.outcome in FULFILLED for check in row) and not any(
        check.outcome is Outcome.FAIL for check in row
    )
