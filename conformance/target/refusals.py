"""Judge a layer by the shipped schema and say the first departure in one sentence."""

import json
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators

from conformance.core.errors import UsageError
from conformance.target.layers import KeyPath, Layer
from conformance.target.secret import HINT
from conformance.target.suggest import did_you_mean
from conformance.target.wording import either, listed

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a table",
    "string": "a text in quotes",
}


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of the target file."""
    path = Path(__file__).with_name("target.schema.json")
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def refuse_departures(layer: Layer) -> None:
    """Raise `UsageError` for the first place where the layer departs from the schema."""
    errors = sorted(_validator().iter_errors(layer.data), key=_order)
    if errors:
        raise _usage_error(errors[0], layer.where)


@cache
def _validator() -> Any:
    def is_number(_: object, value: object) -> bool:
        # TOML has `nan` and `inf`, which every comparison of a bound lets pass.
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole or (isinstance(value, float) and math.isfinite(value))

    checker = Draft202012Validator.TYPE_CHECKER.redefine("number", is_number)
    extend: Any = validators.extend  # untyped in the published stubs
    return extend(Draft202012Validator, type_checker=checker)(schema())


def _order(error: ValidationError) -> tuple[bool, list[str]]:
    # An unknown key is the likeliest slip and explains what else is missing: it comes first.
    return error.validator != "additionalProperties", [str(step) for step in error.absolute_path]


def _usage_error(error: ValidationError, where: Callable[[KeyPath], str]) -> UsageError:
    path: KeyPath = tuple(error.absolute_path)
    rule = str(error.validator)
    value: Any = error.validator_value
    instance: Any = error.instance
    if rule == "additionalProperties":
        return _unknown_key(error, path, where)
    if "propertyNames" in error.absolute_schema_path:
        return UsageError(
            f"The name of {where((*path, str(instance)))} is none that a {path[0]} can have.",
            "It may hold letters, digits, '-', '_' and '.'.",
        )
    if rule == "not":
        return UsageError(f"Both a bearer and an api-key are given by {where(path)}.", "Keep one.")
    if rule == "dependentRequired":
        return UsageError(
            f"An API key's header is given by {where((*path, 'header'))}, and no API key.",
            "Give the key by reference, or leave the header out.",
        )
    if rule == "required":
        missing = next(key for key in value if key not in instance)
        return UsageError(f"The table {where(path)} has no {missing}.", _hint_of(error, missing))
    if rule in {"minProperties", "maxProperties"}:
        return UsageError(
            f"The reference {where(path)} has not exactly one of env, file and command.", HINT
        )
    start = f"The value of {where(path)}"
    if rule == "type":
        wanted = [value] if isinstance(value, str) else list(value)
        names = " or ".join(_TYPES[name] for name in wanted)
        return UsageError(f"{start} must be {names}, not {_type_of(instance)}.", _hint(error))
    if rule == "enum":
        return UsageError(
            f"{start} must be {either(list(value))}.", did_you_mean(str(instance), value)
        )
    if rule in {"minimum", "exclusiveMinimum"}:
        bound = "at least" if rule == "minimum" else "more than"
        return UsageError(f"{start} must be {bound} {value}.", _hint(error))
    if rule == "maximum":
        return UsageError(f"{start} must be at most {value}.", _hint(error))
    if rule in {"minLength", "minItems"}:
        return UsageError(f"{start} is empty.", _hint(error))
    return UsageError(f"{start} is not of the form that it must have.", _hint(error))


def _unknown_key(
    error: ValidationError, path: KeyPath, where: Callable[[KeyPath], str]
) -> UsageError:
    rules: Any = error.schema
    instance: Any = error.instance
    known = list(rules["properties"])
    key = next(str(key) for key in instance if key not in known)
    hint = did_you_mean(key, known)
    if not hint and not path and key in schema()["properties"]["target"]["properties"]:
        hint = "It belongs under [target]."
    if not hint and path[:1] == ("persona",) and key in _of_login():
        hint = f"It belongs under [{'.'.join(map(str, path[:2]))}.login]."
    return UsageError(
        f"The key {where((*path, key))} is unknown.", hint or f"Known are {listed(known)}."
    )


def _of_login() -> list[str]:
    persona = schema()["properties"]["persona"]["additionalProperties"]
    return list(persona["properties"]["login"]["properties"])


def _hint_of(error: ValidationError, key: str) -> str:
    rules: Any = error.schema
    return str(rules["properties"][key].get("description", _hint(error)))


def _hint(error: ValidationError) -> str:
    # What a key is for stands in the schema, beside the rule that was broken or above it.
    near = error.schema.get("description") if isinstance(error.schema, dict) else None
    if near:
        return str(near)
    if "$ref" in error.absolute_schema_path:
        return HINT
    node: Any = schema()
    for key in list(error.absolute_path)[:2]:
        node = node.get("properties", {}).get(key, {})
    return str(node.get("description", ""))


def _type_of(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int():
            return "a whole number"
        case float():
            return "a number" if math.isfinite(value) else str(value)
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "a table"
    return "a date or time"
