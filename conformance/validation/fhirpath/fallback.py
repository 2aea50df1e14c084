"""What the compiler leaves over goes to fhirpathpy, an interpreter of the whole language."""

from contextlib import suppress
from functools import cache
from threading import Lock
from typing import Any

from conformance.validation.fhirpath.invariants import Evaluate
from conformance.validation.fhirpath.nodes import NotEvaluable, Primitive
from conformance.validation.fhirpath.parser import parse
from conformance.validation.fhirpath.resolving import container, resolved
from conformance.validation.fhirpath.runtime import has_value
from conformance.validation.fhirpath.syntax import calls
from conformance.validation.fhirpath.xhtml import html_checks

_lock = Lock()
"""The interpreter keeps state in its modules: one evaluation at a time."""
_at: list[tuple[Any, Any]] = []
"""The resource and the root of the evaluation under way, for `resolve()`."""


OWN = ("hasValue", "htmlChecks", "resolve")
"""Functions of FHIR that the interpreter lacks."""


@cache
def _engine() -> tuple[Any, Any, Any]:
    """The interpreter, its node class and R4's model; importing them takes a while."""
    import fhirpathpy
    from fhirpathpy.engine.nodes import ResourceNode
    from fhirpathpy.models import models

    return fhirpathpy, ResourceNode, models["r4"]


@cache
def _functions() -> frozenset[str]:
    """What the interpreter can call; what asks the clock would judge differently each day."""
    from fhirpathpy.engine.invocations import invocation_registry

    return frozenset((*invocation_registry, *OWN)) - {"now", "today", "timeOfDay"}


def interpreted(expression: str, focus: str) -> Evaluate:
    """
    The invariant by interpretation.

    Raises NotEvaluable where the interpreter cannot read the expression. What it cannot evaluate on
    some data counts as holding, like all that cannot be told.
    """
    unknown = {call.name for call in calls(parse(expression))} - _functions()
    if unknown:
        raise NotEvaluable(f"The function {min(unknown)} cannot be evaluated here.")
    engine, create, model = _engine()
    functions = {
        "hasValue": {"fn": lambda items: [has_value(items)], "arity": {0: []}},
        "htmlChecks": {"fn": lambda items: [all(map(html_checks, items))], "arity": {0: []}},
        "resolve": {
            "fn": lambda items: [
                found for item in items if (found := resolved(item, *_at[-1])) is not None
            ],
            "arity": {0: []},
        },
    }
    options = {
        "userInvocationTable": functions,
        "traceFn": lambda label, items: None,
        "returnRawData": True,
    }
    try:
        run = engine.compile(expression, model, options)
    except Exception as error:
        raise NotEvaluable("Neither the compiler nor the interpreter reads it.") from error

    def invariant(focus_value: Any, resource: Any, root: Any) -> bool:
        value, beside = focus_value, None
        if type(value) is Primitive:
            value, beside = value.value, value.companion
        with _lock, suppress(Exception):
            _at[:] = [(resource, root)]
            item = create.create_node(value, focus, beside)
            names = {
                "context": item,
                "resource": create.create_node(resource),
                "rootResource": create.create_node(container(resource, root)),
            }
            found = run(item, names)
            return bool(found) and found != [False]
        return True

    return invariant
