"""Tell what separates the target from certified-EHR level, gate by gate."""

from collections.abc import Sequence
from typing import Any

from conformance.core.outcomes import Outcome
from conformance.verdict.gates import GateResult, State
from conformance.verdict.reading import SETTLED, Check, Results

_MENDABLE = frozenset({"no-credentials", "not-configured", "needs-human"})
"""Codes of checks that lacked something that a person can provide, and say so."""
_SAID = 2
_ORDER = {State.CONTRADICTED: 0, State.ABSENT: 1, State.UNOBSERVED: 2}


def distance(results: Results, gates: Sequence[GateResult]) -> list[dict[str, Any]]:
    """
    Return a step for each gate that is not shown, the one that unblocks most rows first.

    `unblocks` counts the rows of checks that stay open or failed until the step is done: the gate's
    own, and those elsewhere that were skipped because one of the gate's checks failed. Where
    nothing can be unblocked yet, contradictions come first, then the rule set's order.
    """
    ranked = sorted(
        (
            (-_unblocks(results, found), _ORDER[found.state], position, found)
            for position, found in enumerate(gates)
            if found.state is not State.SHOWN
        ),
        key=lambda entry: entry[:3],
    )
    return [
        {
            "gate": found.gate.id,
            "state": found.state.value,
            "step": _step(results, found),
            "unblocks": -unblocks,
        }
        for unblocks, _, _, found in ranked
    ]


def _step(results: Results, found: GateResult) -> str:
    words = found.gate.words
    if found.state.against:
        return words.mend
    requirements = (results.catalogue.requirements[name] for name in found.gate.requirements)
    if any(requirement.untested is not None for requirement in requirements):
        return f"This version cannot try it; one that can will need this: {_uncapped(words.needs)}"
    return f"To decide this: {_uncapped(words.needs)}{_missing(results, found)}"


def _missing(results: Results, found: GateResult) -> str:
    """Return what this run was not given, in the words of the first checks that missed it."""
    lacking = [check for check in results.checks if _lacks(check)]
    said = dict.fromkeys(check.message for check in found.checks if _lacks(check))
    for waiting in found.checks:
        if waiting.code == "prerequisite-failed":
            said |= {c.message: None for c in lacking if c.function in waiting.message}
    return "".join(f" {sentence}" for sentence in list(said)[:_SAID])


def _lacks(check: Check) -> bool:
    return check.outcome is Outcome.SKIP and check.code in _MENDABLE


def _uncapped(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _unblocks(results: Results, found: GateResult) -> int:
    names = set(found.gate.requirements)
    own = {
        check.id
        for check in results.checks
        if not names.isdisjoint(check.requirements) and check.outcome not in SETTLED
    }
    failing = {check.function for check in found.checks if check.outcome is Outcome.FAIL}
    waiting = {
        check.id
        for check in results.checks
        if check.code == "prerequisite-failed"
        and any(function in check.message for function in failing)
    }
    return len(own | waiting)
