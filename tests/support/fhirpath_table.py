"""How each published expression is judged: compiled, by a function of its own, interpreted, not."""

from collections import Counter

from conformance.ig.registry import shipped
from conformance.validation.fhirpath.corrections import CORRECTIONS
from conformance.validation.fhirpath.fallback import interpreted
from conformance.validation.fhirpath.invariants import compiled
from conformance.validation.fhirpath.natives import NATIVES
from conformance.validation.fhirpath.nodes import NotEvaluable, Uncompiled
from tests.support.published import CORE, US_CORE, Constraint, constraints

WAYS = ("compiled", "native", "interpreted", "not evaluable")


def way(constraint: Constraint) -> str:
    """The worst of the ways in which the constraint is judged at the types it stands on."""
    expression = constraint.expression
    if expression in NATIVES:
        return "native"
    if expression in CORRECTIONS:
        expression = CORRECTIONS[expression].expression
    owner = constraint.path.split(".")[0]
    model = shipped().types
    resource = owner if model.is_resource(owner) else "Resource"
    found = {_way(expression, type_, resource) for type_ in constraint.types}
    return max(found, key=WAYS.index)


def _way(expression: str, type_: str, resource: str) -> str:
    try:
        compiled(expression, type_, shipped().types, resource)
    except NotEvaluable:
        return "not evaluable"
    except Uncompiled:
        try:
            interpreted(expression, type_)
        except NotEvaluable:
            return "not evaluable"
        return "interpreted"
    return "compiled"


def table() -> dict[str, Counter[str]]:
    """By package the number of its distinct expressions that are judged in each way."""
    found: dict[str, Counter[str]] = {}
    for package in (CORE, *US_CORE):
        worst: dict[str, str] = {}
        seen: set[tuple[str, tuple[str, ...]]] = set()
        for constraint in constraints(package):
            if (constraint.expression, constraint.types) in seen or not constraint.types:
                continue
            seen.add((constraint.expression, constraint.types))
            known = worst.get(constraint.expression, WAYS[0])
            worst[constraint.expression] = max(known, way(constraint), key=WAYS.index)
        found["#".join(package)] = Counter(worst.values())
    return found
