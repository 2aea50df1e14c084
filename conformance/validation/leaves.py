"""The check of one primitive value: its kind in JSON, its format, and what a profile adds."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from conformance.validation.checks import Check, Context
from conformance.validation.issue import Found, kind_of
from conformance.validation.primitives import EXPECTED, FORMATS

_NUMBERS = ("decimal", "integer", "positiveInt", "unsignedInt")


def leaf(type_: str, profile: str) -> Check:
    """Return the check of a value of the primitive type `type_`."""
    is_format = FORMATS[type_]

    def check(value: Any, context: Context) -> list[Found] | None:
        return None if is_format(value) else [_wrong(type_, value, profile)]

    return check


def leaf_with(type_: str, profile: str, more: Check) -> Check:
    """Return the check of a value of `type_`, and then of what else is asked of it."""
    is_format = FORMATS[type_]

    def check(value: Any, context: Context) -> list[Found] | None:
        return more(value, context) if is_format(value) else [_wrong(type_, value, profile)]

    return check


def no_longer_than(most: int, profile: str) -> Check:
    """Return the check of a string's length in characters (maxLength)."""

    def check(value: Any, context: Context) -> list[Found] | None:
        if not isinstance(value, str) or len(value) <= most:
            return None
        message = f"At most {most} characters may stand here; there are {len(value)}."
        return [Found("value.length", message, profile=profile, value=value)]

    return check


def within(least: Any, most: Any, profile: str) -> Check:
    """Return the check of a number or date against minValue[x] and maxValue[x], None for none."""
    too_small = _compared(lambda value, bound: bool(value < bound), least)
    too_large = _compared(lambda value, bound: bool(value > bound), most)

    def check(value: Any, context: Context) -> list[Found] | None:
        if too_small(value):
            message = f"The least that may stand here is {least}."
        elif too_large(value):
            message = f"The most that may stand here is {most}."
        else:
            return None
        return [Found("value.range", message, profile=profile, value=value)]

    return check


def _compared(worse: Callable[[Any, Any], bool], bound: Any) -> Callable[[Any], bool]:
    def is_worse(value: Any) -> bool:
        if isinstance(bound, str):
            # Dates of one precision compare as text; others are not judged.
            return isinstance(value, str) and len(value) == len(bound) and worse(value, bound)
        if isinstance(bound, int | float | Decimal) and not isinstance(value, bool):
            return isinstance(value, int | float | Decimal) and worse(value, bound)
        return False

    return is_worse


def _wrong(type_: str, value: Any, profile: str) -> Found:
    if value is None:
        return Found("structure.null", "null must not stand here.", profile=profile)
    if _kind(value) != _wanted_kind(type_):
        message = f"A {type_} was expected here ({EXPECTED[type_]}), not {kind_of(value)}."
        return Found("structure.type", message, profile=profile, value=value)
    if value == "":
        return Found("structure.empty", "A string must not be empty.", profile=profile)
    message = f"This is no {type_} ({EXPECTED[type_]})."
    return Found("value.format", message, profile=profile, value=value)


def _wanted_kind(type_: str) -> str:
    if type_ == "boolean":
        return "boolean"
    return "number" if type_ in _NUMBERS else "string"


def _kind(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case str():
            return "string"
        case int() | float() | Decimal():
            return "number"
    return "other"
