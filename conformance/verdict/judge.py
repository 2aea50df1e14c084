"""Put the parts of the verdict together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.catalogue import Catalogue
from conformance.core.findings import Level
from conformance.core.outcomes import Outcome
from conformance.verdict.decide import decide
from conformance.verdict.dimensions import dimensions
from conformance.verdict.distance import distance
from conformance.verdict.exits import exit_of
from conformance.verdict.gates import GateResult, State, decide_gates
from conformance.verdict.headline import headline, meaning
from conformance.verdict.procedure import procedure
from conformance.verdict.reading import Results, read


def judge(document: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """
    Return the `verdict` object for a results document without one.

    A pure function: the same document and catalogue give the same verdict anywhere and at any time.
    Raises CatalogueError when the document names a rule set that the catalogue does not hold.
    """
    results = read(document, catalogue)
    gates = decide_gates(results)
    decision = decide(results, gates)
    end = exit_of(results, decision)
    return {
        "class": decision.system_class.value,
        "rule": decision.rule,
        "qualifier": decision.qualifier,
        "headline": headline(results, decision),
        "meaning": meaning(decision),
        "partial": results.partial,
        "edition": _edition(results, gates),
        "rule_set": results.rule_set.id,
        "exit": end.code,
        "exit_reason": end.reason,
        "deviations": _deviations(results),
        "counts": _counts(results),
        "gates": [_gate(found) for found in gates],
        "procedure": procedure(results),
        "dimensions": dimensions(results, gates),
        "distance": distance(results, gates),
    }


def _edition(results: Results, gates: Sequence[GateResult]) -> dict[str, Any]:
    discovered = any(
        found.gate.id == "smart-discovery" and found.state is State.SHOWN for found in gates
    )
    return {
        "us_core": results.edition.us_core,
        "current": results.edition.current,
        "smart": results.edition.smart if discovered else None,
    }


def _counts(results: Results) -> dict[str, int]:
    tally = Counter(check.outcome for check in results.checks)
    order = ("PASS", "WARN", "FAIL", "SKIP", "N/A", "ERROR")
    return {name: tally[Outcome(name)] for name in order}


def _deviations(results: Results) -> dict[str, int]:
    # A check counts once, by its gravest finding: a failure by a SHALL, whatever else it found.
    should = sum(
        check.outcome is Outcome.WARN and Level.SHOULD in check.levels for check in results.checks
    )
    return {"SHALL": results.broken_requirements, "SHOULD": should}


def _gate(found: GateResult) -> dict[str, Any]:
    rows = found.rows
    return {
        "id": found.gate.id,
        "title": found.gate.title,
        "kind": found.gate.kind.value,
        "authorization": found.gate.authorization,
        "state": found.state.value,
        "why": found.why,
        "requirements": list(found.gate.requirements),
        "checks": [check.id for check in found.checks],
        "rows": None
        if rows is None
        else {
            "total": rows.total,
            "executed": rows.executed,
            "failed": rows.failed,
            "types_required": list(rows.types_required),
            "types_missing": list(rows.types_missing),
        },
        "needs": found.gate.words.needs,
    }
