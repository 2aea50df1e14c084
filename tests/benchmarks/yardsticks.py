"""Other judges of the same resources, as far as each of them goes."""

import json
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from conformance.ig.registry import shipped
from tests.support.fhirpath_oracle import opinion
from tests.support.published import CORE, US_CORE, by_path, constraints, judged

Judge = Callable[[bytes], object]

_KINDS = {
    "boolean": "boolean",
    "decimal": "number",
    "integer": "integer",
    "positiveInt": "integer",
    "unsignedInt": "integer",
}
_NARRATIVE = ("txt-1", "txt-2")


def json_schema() -> Judge | None:
    """
    Return jsonschema-rs with a schema of R4's structure; None where it is not installed.

    The schema knows names, types, arrays and what is required: no formats, codes or invariants.
    """
    if find_spec("jsonschema_rs") is None:
        return None
    validator: Any = import_module("jsonschema_rs").validator_for(_schema())

    def judge(content: bytes) -> object:
        return next(iter(validator.iter_errors(json.loads(content))), None)

    return judge


def fhirpathpy(resources: Sequence[bytes]) -> Judge:
    """
    Return fhirpathpy on the invariants of R4 and US Core 6.1.0 at every place that has them.

    Which they are is found beforehand; narratives are left out, their function would be ours.
    """
    rules = by_path([*constraints(CORE), *constraints(US_CORE[3])])
    places = {}
    for content in resources:
        pairs = judged(json.loads(content), rules)
        places[content] = [(c.expression, p) for c, p in pairs if c.key not in _NARRATIVE]

    def judge(content: bytes) -> object:
        json.loads(content)
        return [
            opinion(expression, place.type, place.value, place.resource, place.root)
            for expression, place in places[content]
        ]

    return judge


def _schema() -> dict[str, Any]:
    return {
        "oneOf": [{"$ref": "#/$defs/Resource"}],
        "$defs": dict(_definitions()) | {"Resource": _any_resource()},
    }


def _any_resource() -> dict[str, Any]:
    one_each = [
        {
            "if": {"properties": {"resourceType": {"const": name}}},
            "then": {"$ref": f"#/$defs/{name}"},
        }
        for name in _resources()
    ]
    return {"type": "object", "required": ["resourceType"], "allOf": one_each}


def _resources() -> list[str]:
    base = next(book for book in shipped().books if book.package == CORE[0])
    found = (one for one in base.definitions.values() if one.kind == "resource")
    return [one.type for one in found if not one.abstract and one.derivation != "constraint"]


def _definitions() -> Iterator[tuple[str, dict[str, Any]]]:
    types = shipped().types
    waiting, seen = [*_resources(), "Element", "Extension"], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name == "Resource":
            continue
        seen.add(name)
        members: dict[str, Any] = {"resourceType": {"const": name}} if name in _resources() else {}
        for child in types.children(name).values():
            for key, inner in child.keys:
                waiting += [] if types.is_primitive(inner) else [inner]
                if types.is_primitive(inner):
                    one: dict[str, Any] = {"type": [_KINDS.get(inner, "string"), "null"]}
                    beside = {"anyOf": [{"$ref": "#/$defs/Element"}, {"type": "null"}]}
                    members[f"_{key}"] = _many(beside, child.many)
                else:
                    one = {"$ref": f"#/$defs/{inner}"}
                members[key] = _many(one, child.many)
        yield name, {"type": "object", "properties": members, "additionalProperties": False}


def _many(one: dict[str, Any], many: bool) -> dict[str, Any]:
    return {"type": "array", "items": one, "minItems": 1} if many else one
