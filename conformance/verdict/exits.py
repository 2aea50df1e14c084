"""The exit code of a run, and why."""

from dataclasses import dataclass

from conformance.core.outcomes import Outcome
from conformance.verdict.decide import Decision, SystemClass
from conformance.verdict.reading import Results
from conformance.verdict.why import number

MET, NOT_MET, UNDECIDED, INTERRUPTED = 0, 1, 3, 130
REQUIRE = ("certified-ehr-level", "determined", "no-new-failures")
"""What a run may require; the first is the default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """A process exit code with one sentence that explains it."""

    code: int
    reason: str


def exit_of(results: Results, decision: Decision) -> Exit:
    """
    Return the exit code for what the run required.

    0 what is required is met, 1 it is not, 3 it cannot be said, 130 a person stopped the run. A run
    that saw nothing of the server never ends in 0.
    """
    if results.interrupted:
        return Exit(
            code=INTERRUPTED, reason="The run was interrupted; what it saw until then is kept."
        )
    if not results.complete:
        return Exit(
            code=UNDECIDED,
            reason="The transcript is incomplete, so the run is not judged as a whole.",
        )
    if decision.rule == 1:
        return Exit(code=UNDECIDED, reason=_nothing_to_judge(decision))
    require = results.run.get("require")
    if require == "no-new-failures":
        return _no_new_failures(results)
    if require == "determined":
        return _determined(results, decision)
    return _certified(results, decision)


def _certified(results: Results, decision: Decision) -> Exit:
    if decision.system_class is SystemClass.EMR:
        return Exit(
            code=NOT_MET, reason="Required is certified-EHR level; the system is at EMR level."
        )
    if decision.system_class is SystemClass.UNDETERMINED:
        return Exit(code=UNDECIDED, reason=_undecided(decision))
    if not results.edition.current and results.run.get("edition") != "any":
        return Exit(
            code=NOT_MET,
            reason=f"US Core {results.edition.us_core} has expired; a current edition is required.",
        )
    return Exit(code=MET, reason="Required is certified-EHR level, and every gate is shown.")


def _determined(results: Results, decision: Decision) -> Exit:
    if decision.system_class is SystemClass.UNDETERMINED:
        return Exit(code=UNDECIDED, reason=_undecided(decision))
    if not results.executed:
        return _nothing_executed()
    return Exit(code=MET, reason="Required is a determined class, and there is one.")


def _no_new_failures(results: Results) -> Exit:
    baseline = results.run.get("baseline")
    known = (
        {item for item in baseline if isinstance(item, str)}
        if isinstance(baseline, list)
        else set()
    )
    new = [
        check.id
        for check in results.checks
        if check.outcome is Outcome.FAIL and check.id not in known
    ]
    if new:
        return Exit(
            code=NOT_MET,
            reason=f"{number(len(new), 'check')} failed that the baseline does not hold.",
        )
    if not results.executed:
        return _nothing_executed()
    errors = sum(check.outcome is Outcome.ERROR for check in results.checks)
    if errors:
        return Exit(
            code=UNDECIDED,
            reason=f"No new failure, but {number(errors, 'check')} ended in an error.",
        )
    return Exit(code=MET, reason="No check failed that had not failed in the baseline.")


def _nothing_executed() -> Exit:
    return Exit(
        code=UNDECIDED, reason="No check saw the server's behaviour, so nothing is demonstrated."
    )


def _nothing_to_judge(decision: Decision) -> str:
    if decision.qualifier == "unreachable":
        return "The server could not be reached."
    return "Nothing at the addresses tried says that this is a record system."


def _undecided(decision: Decision) -> str:
    if decision.rule == 2:
        return "This is an insurer's API; the two classes are for record systems."
    gates = number(len(decision.gates), "gate")
    return f"The class is undetermined: {decision.shown} of {gates} shown."
