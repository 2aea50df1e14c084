"""Run one check to its result: attempt it, and ask once more before a FAIL counts."""

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from conformance.checks.context import Context
from conformance.checks.declare import Declaration
from conformance.checks.examples import is_property, run_property
from conformance.checks.record import Record, Recording
from conformance.checks.rows import Row
from conformance.core.errors import CheckEnded, Errored, Failed, NotApplicable, Skipped
from conformance.core.findings import Finding, Level
from conformance.core.ids import check_id
from conformance.core.outcomes import CheckResult, Outcome, gravest
from conformance.fhir.harvest import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One row of a check function, ready to run."""

    function: Callable[..., None]
    declaration: Declaration
    function_id: str
    row: Row | None = None

    @property
    def id(self) -> str:
        """The check's id."""
        return check_id(self.function_id, self.row.id if self.row else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    outcome: Outcome
    code: str | None
    message: str
    findings: tuple[Finding, ...]
    record: Record


def run_check(check: Check, context: Context) -> CheckResult:
    """
    Run a check and return its result; raises nothing.

    A FAIL is confirmed by a second attempt whose requests are sent anew. When that differs the
    deviation is WARN `flaky`; when the samples themselves have changed, SKIP `unstable-data`.
    """
    first = _attempt(check, context, 0)
    if first.outcome is not Outcome.FAIL:
        return _result(check, first, None)
    second = _attempt(check, context, 1, rests_on=first.record.samples)
    if second.code == "unstable-data":
        return _result(check, replace(second, record=first.record), None)
    first.record.exchanges |= second.record.exchanges
    if second.outcome is Outcome.FAIL:
        same = {f.code for f in first.findings} & {f.code for f in second.findings}
        return _result(check, first, bool(same))
    if second.outcome in (Outcome.SKIP, Outcome.ERROR):
        return _result(check, first, False)
    tolerated = tuple(replace(f, level=Level.TOLERATED) for f in first.findings)
    flaky = replace(
        first,
        outcome=Outcome.WARN,
        code="flaky",
        message="Asked once more, the server answered rightly.",
        findings=tolerated,
    )
    return _result(check, flaky, False)


def _attempt(
    check: Check, context: Context, occurrence: int, rests_on: Sequence[Sample] = ()
) -> _Attempt:
    record = Record(check_id=check.id, level=check.declaration.level, occurrence=occurrence)
    ended: CheckEnded | None = None
    with Recording(record):
        try:
            if not all(context.fhir.still_there(sample, occurrence) for sample in rests_on):
                raise Skipped("unstable-data", "The data changed while they were looked at.")
            if not context.binds(check.declaration):
                raise NotApplicable(
                    "not-applicable", "The edition of this run does not ask for it."
                )
            _call(check, context.arguments(check.function, check.declaration, check.row), context)
        except CheckEnded as reason:
            ended = reason
        except Exception as error:  # noqa: BLE001 - a fault of ours is an ERROR, never a crash
            ended = Errored("harness", _place(error))
    return _conclude(record, ended)


def _call(check: Check, arguments: Mapping[str, Any], context: Context) -> None:
    if is_property(check.function):
        run_property(check.function, arguments, check.id, context.evidence)
    else:
        check.function(**arguments)


def _conclude(record: Record, ended: CheckEnded | None) -> _Attempt:
    outcomes = []
    if any(finding.level is Level.SHALL for finding in record.findings):
        outcomes.append(Outcome.FAIL)
    elif record.findings:
        outcomes.append(Outcome.WARN)
    if isinstance(ended, Errored):
        outcomes.append(Outcome.ERROR)
    elif isinstance(ended, Skipped):
        outcomes.append(Outcome.SKIP)
    elif isinstance(ended, NotApplicable):
        outcomes.append(Outcome.NOT_APPLICABLE)
    elif not isinstance(ended, Failed) and not record.findings:
        outcomes.append(Outcome.PASS)
    outcome = gravest(outcomes)
    code, message = None, ""
    if outcome in (Outcome.FAIL, Outcome.WARN):
        worst = Level.SHALL if outcome is Outcome.FAIL else None
        leading = next(f for f in record.findings if worst in (None, f.level))
        code, message = leading.code, leading.message
    elif ended is not None:
        code, message = ended.code, ended.message
    elif not record.exchanges:
        outcome, code, message = Outcome.ERROR, "harness", "The check looked at nothing."
    return _Attempt(
        outcome=outcome,
        code=code,
        message=message,
        findings=_distinct(record.findings),
        record=record,
    )


def _result(check: Check, attempt: _Attempt, confirmed: bool | None) -> CheckResult:
    return CheckResult(
        id=check.id,
        function=check.function_id,
        area=check.function_id.partition(".")[0],
        title=check.declaration.title,
        citation=check.declaration.citation,
        row=dict(check.row.row) if check.row else {},
        outcome=attempt.outcome,
        code=attempt.code,
        message=attempt.message,
        requirements=check.declaration.requirements,
        findings=attempt.findings,
        exchanges=tuple(sorted(attempt.record.exchanges)),
        confirmed=confirmed,
        witnesses=tuple(sorted(attempt.record.witnesses)),
    )


def _distinct(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(findings))


def _place(error: Exception) -> str:
    """Say where a fault of ours happened; its text may quote a server and stays out."""
    frames = traceback.extract_tb(error.__traceback__)
    where = (
        f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
    )
    return f"A fault of this harness ({type(error).__name__} at {where}); please report it."
