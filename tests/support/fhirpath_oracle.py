"""fhirpathpy as the second opinion on invariants, with the functions of FHIR that it lacks."""

from functools import cache
from typing import Any

from fhirpathpy import compile as compile_path
from fhirpathpy.engine.nodes import ResourceNode
from fhirpathpy.models import models

from conformance.validation.fhirpath import Primitive
from conformance.validation.fhirpath.xhtml import html_checks

_now: dict[str, Any] = {}
_node: Any = ResourceNode.create_node


def _resolve(items: list[Any]) -> list[Any]:
    found = []
    for item in items:
        target = item.get("reference", "") if isinstance(item, dict) else str(item)
        if target == "#":
            found.append(_now["root"])
        elif target.startswith("#"):
            contained = _now["root"].get("contained", [])
            found += [inner for inner in contained if "#" + inner.get("id", "") == target]
    return found


def _has_value(items: list[Any]) -> list[bool]:
    return [len(items) == 1 and items[0] is not None and not isinstance(items[0], dict)]


FUNCTIONS = {
    "hasValue": {"fn": _has_value, "arity": {0: []}},
    "resolve": {"fn": _resolve, "arity": {0: []}},
    "htmlChecks": {"fn": lambda items: [all(map(html_checks, items))], "arity": {0: []}},
    "memberOf": {"fn": lambda items, _: [], "arity": {1: ["String"]}},
}
OPTIONS = {
    "userInvocationTable": FUNCTIONS,
    "traceFn": lambda label, items: None,
    "returnRawData": True,
}


@cache
def _compiled(expression: str) -> Any:
    return compile_path(expression, models["r4"], OPTIONS)


def opinion(expression: str, focus: str, value: Any, resource: Any, root: Any) -> str:
    """What fhirpathpy says: `true`, `false`, `empty`, or `error` with the kind of error."""
    _now["root"] = root
    beside = None
    if isinstance(value, Primitive):
        value, beside = value.value, value.companion
    try:
        node = _node(value, focus, beside)
        names = {
            "context": node,
            "resource": _node(resource),
            "rootResource": _node(root),
        }
        found = _compiled(expression)(node, names)
    except Exception as error:  # noqa: BLE001 - whatever the interpreter raises is an opinion, too
        return f"error {type(error).__name__}"
    if not found:
        return "empty"
    return "false" if found == [False] else "true"
