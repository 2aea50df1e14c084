"""An invariant as one Python function."""

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from conformance.validation.fhirpath import (  # noqa: F401 - the functions register themselves
    comparing,
    fhir_functions,
    functions,
    nodes,
    resolving,
    runtime,
    temporal,
    text_functions,
    values,
    xhtml,
)
from conformance.validation.fhirpath.compiler import Compiler, Scope
from conformance.validation.fhirpath.kinds import TypeModel, is_primitive
from conformance.validation.fhirpath.nodes import NotEvaluable, Uncompiled
from conformance.validation.fhirpath.parser import parse
from conformance.validation.fhirpath.plans import One, truth
from conformance.validation.fhirpath.writing import Writer

Evaluate: TypeAlias = Callable[[Any, Any, Any], bool]
"""`evaluate(focus, resource, root)`: whether the invariant holds."""

MALFORMED = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What generated code raises where data have another shape than their types say."""

_TEMPLATE = """\
def make({constants}):
    def invariant(focus, resource, root):
        try:
            return {test}
        except MALFORMED:
            return True
    return invariant
"""

_VARIABLE = re.compile(r"\b(?:focus|resource|root|K\d+)\b")


def _public(module: Any) -> dict[str, Any]:
    return {
        name: made
        for name, made in vars(module).items()
        if not name.startswith("_") and getattr(made, "__module__", "") == module.__name__
    }


_GLOBALS: dict[str, Any] = {
    "MALFORMED": MALFORMED,
    "NONE": runtime.NONE,
    **_public(nodes),
    **_public(values),
    **_public(runtime),
    **_public(comparing),
    **_public(resolving),
    **runtime.OTHERS,
    **comparing.COMPARISONS,
    "same_time": temporal.same,
    "html_checks": xhtml.html_checks,
}


def source(
    expression: str, focus: str, model: TypeModel, resource: str
) -> tuple[str, dict[str, Any]]:
    """The Python source of an invariant, and the constants that it names."""
    writer = Writer(model)
    this = One("focus", (focus,), sure=True, full=is_primitive(focus))
    holder = One("resource", (resource,), sure=True)
    plan = Compiler(writer).plan(parse(expression), Scope(this, this, holder), full=True)
    test = truth(plan).true
    if writer.unknown and _is_never(test):
        # As cid-0 of R4, which asks for the name of a ChargeItemDefinition.
        raise NotEvaluable(f"It is never true: {focus} has no {writer.unknown}.")
    return _TEMPLATE.format(
        constants=", ".join(writer.constants), test=f"not not {test}"
    ), writer.constants


def _is_never(test: str) -> bool:
    """Whether a test is false whatever the data."""
    if _VARIABLE.search(test):
        return False
    try:
        return not eval(test, _GLOBALS)
    except MALFORMED:
        return False


def compiled(expression: str, focus: str, model: TypeModel, resource: str) -> Evaluate:
    """
    The invariant as a Python function.

    Text of the package gets into the source as quoted literals only. Raises `Uncompiled` for what
    the interpreter has to do, `NotEvaluable` for what cannot be done at all.
    """
    text, constants = source(expression, focus, model, resource)
    scope: dict[str, Any] = {}
    try:
        exec(compile(text, "<invariant>", "exec"), _GLOBALS, scope)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise Uncompiled("nests too deep for Python's compiler") from error
    made: Evaluate = scope["make"](**constants)
    return made
