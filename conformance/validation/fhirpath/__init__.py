"""
FHIRPath invariants as fast Python functions.

`compile_invariant` is all that others need; `Primitive` is how a value with a companion is passed,
`NotEvaluable` says why an invariant is not checked.
"""

from conformance.validation.fhirpath.corrections import CORRECTIONS
from conformance.validation.fhirpath.fallback import interpreted
from conformance.validation.fhirpath.invariants import Evaluate, compiled
from conformance.validation.fhirpath.kinds import ABSTRACT, TypeModel, is_primitive
from conformance.validation.fhirpath.natives import NATIVES
from conformance.validation.fhirpath.nodes import NotEvaluable, Primitive, Uncompiled

__all__ = ["Evaluate", "NotEvaluable", "Primitive", "TypeModel", "compile_invariant"]


def compile_invariant(
    expression: str, focus: str, model: TypeModel, *, resource: str = ""
) -> Evaluate:
    """
    The function that judges an invariant.

    `focus` is the type of the element that has the constraint: a FHIR type, also a primitive one,
    or the path of a backbone element. `resource` is the type of `%resource`, where it is known and
    not said by the focus; without it only the elements that all resources have can be asked of it.
    Raises NotEvaluable for what cannot be judged.

    The function is `evaluate(focus, resource, root)` and never raises, whatever JSON it gets. An
    invariant holds where its expression is true; false does not hold, and neither does empty: R4
    (page conformance-rules, constraints) asks that a constraint evaluate to true. What cannot be
    evaluated, because data have another shape than their types say or because several items stand
    where FHIRPath wants one, counts as holding: malformed data are reported as such, and one fault
    is not two findings.
    """
    if not is_primitive(focus) and not model.children(focus) and focus not in ABSTRACT:
        raise NotEvaluable(f"There is no type {focus}.")
    if expression in NATIVES:
        return NATIVES[expression](model)
    if expression in CORRECTIONS:
        expression = CORRECTIONS[expression].expression
    owner = focus.split(".", 1)[0]
    if not resource:
        resource = owner if model.is_resource(owner) else "Resource"
    try:
        try:
            return compiled(expression, focus, model, resource)
        except Uncompiled:
            return interpreted(expression, focus)
    except RecursionError as error:
        raise NotEvaluable("The expression nests too deep.") from error
