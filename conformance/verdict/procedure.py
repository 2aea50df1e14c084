"""Read the results as a laboratory would: step by step, where a skip blocks."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from conformance.catalogue import Coverage, Means, Requirement
from conformance.core.outcomes import Outcome
from conformance.verdict.reading import FULFILLED, SETTLED, Results


def procedure(results: Results) -> dict[str, Any]:
    """
    Return the counts of the 77 steps of the (g)(10) test procedure and the state of each.

    `bind` counts the steps of this edition, `testable` those of them that a client can test.
    """
    steps = results.catalogue.steps
    states = {step.id: step_state(step, results) for step in steps}
    tally = Counter(states.values())
    bound = [step for step in steps if states[step.id] != "not-bound"]
    return {
        "steps": len(steps),
        "bind": len(bound),
        "testable": sum(step.testable is Means.CLIENT for step in bound),
        "shown": tally["shown"],
        "failed": tally["failed"],
        "blocked": tally["blocked"],
        "untested": tally["untested"],
        "detail": [
            {
                "id": step.id.partition("#")[2],
                "title": step.title,
                "state": states[step.id],
                "requirement": step.id,
            }
            for step in steps
        ],
    }


def step_state(step: Requirement, results: Results) -> str:
    """
    Return the state of one step.

    `failed` where a check that speaks for it failed, `blocked` where one was skipped, ended in an
    error or was not run, `shown` only where checks cover the whole step and all are settled, and
    `untested` where checks speak for none or only for a part of it.
    """
    if not results.binds(step.id):
        return "not-bound"
    if step.testable is Means.ATTESTATION:
        return "needs-human"
    speaking = [
        results.catalogue.requirements[name]
        for name in (step.shown_by or (step.id,))
        if results.binds(name)
    ]
    tested = [requirement for requirement in speaking if requirement.untested is None]
    states = {_requirement_state(requirement, results) for requirement in tested}
    if "failed" in states:
        return "failed"
    if "blocked" in states:
        return "blocked"
    if states == {"not-bound"}:
        return "not-bound"
    return "shown" if "met" in states and _covers(step, speaking) else "untested"


def _covers(step: Requirement, speaking: Sequence[Requirement]) -> bool:
    return all(entry.coverage is Coverage.FULL for entry in (step, *speaking))


def _requirement_state(requirement: Requirement, results: Results) -> str:
    outcomes = {check.outcome for check in results.answers(requirement.id)}
    if Outcome.FAIL in outcomes:
        return "failed"
    if outcomes == {Outcome.NOT_APPLICABLE}:
        return "not-bound"
    return "met" if outcomes & FULFILLED and outcomes <= SETTLED else "blocked"
