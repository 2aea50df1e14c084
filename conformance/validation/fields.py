"""What may stand under one JSON name: one value or an array, complex or primitive (R4 2.6.2)."""

from typing import Any

from conformance.ig.definitions import UNBOUNDED
from conformance.validation.checks import Check, Context, Field, under
from conformance.validation.issue import Found, Severity, kind_of


def forbidden(key: str, profile: str) -> Field:
    """Return the field of an element that a definition takes away (`max` is 0)."""

    def field(value: Any, parent: dict[str, Any], context: Context) -> list[Found] | None:
        return [
            Found("cardinality.max", "This element must not be there.", profile=profile, step=key)
        ]

    return field


def single(key: str, check: Check) -> Field:
    """Return the field of an element that does not repeat."""

    def field(value: Any, parent: dict[str, Any], context: Context) -> list[Found] | None:
        found = check(value, context)
        return under(key, found) if found else None

    return field


def many(key: str, check: Check, least: int, most: int, profile: str) -> Field:
    """Return the field of an array of objects."""

    def field(value: Any, parent: dict[str, Any], context: Context) -> list[Found] | None:
        if type(value) is not list:
            return [no_array(key, value, profile)]
        found = counted(key, len(value), least, most, profile)
        for index, item in enumerate(value):
            problems = check(item, context)
            if problems:
                found = _with(found, under(f"{key}[{index}]", problems))
        return found

    return field


def many_primitives(key: str, check: Check, least: int, most: int, profile: str) -> Field:
    """Return the field of an array of primitives, in which null stands for a companion alone."""
    companion = f"_{key}"

    def field(value: Any, parent: dict[str, Any], context: Context) -> list[Found] | None:
        if type(value) is not list:
            return [no_array(key, value, profile)]
        found = counted(key, len(value), least, most, profile)
        for index, item in enumerate(value):
            if item is None:
                problems = [_null(profile)] if _item(parent.get(companion), index) is None else None
            else:
                problems = check(item, context)
            if problems:
                found = _with(found, under(f"{key}[{index}]", problems))
        return found

    return field


def companion(key: str, check: Check, profile: str) -> Field:
    """Return the field `_key`, the id and extensions of one primitive."""

    def field(value: Any, parent: dict[str, Any], context: Context) -> list[Found] | None:
        if type(value) is not dict:
            return [_no_companion(key, f"an object was expected, not {kind_of(value)}", profile)]
        return under(key, _beside(check(value, context), parent.get(key)))

    return field


def companions(key: str, check: Check, least: int, most: int, profile: str) -> Field:
    """Return the field `_key` of an array: as long as the array, null where there is nothing."""

    def field(value: Any, parent: dict[str, Any], context: Context) -> list[Found] | None:
        if type(value) is not list:
            return [_no_companion(key, f"an array was expected, not {kind_of(value)}", profile)]
        values = parent.get(key)
        found: list[Found] | None = None
        if key not in parent:
            found = counted(key, len(value), least, most, profile)
        elif isinstance(values, list) and len(values) != len(value):
            message = f"it has {len(value)} items beside {len(values)} values"
            # A shorter one tells all the same which value each belongs to; servers write it so.
            level: Severity = "warning" if len(value) < len(values) else "error"
            found = [_no_companion(key, message, profile, level)]
        for index, item in enumerate(value):
            if item is None:
                lonely = key not in parent
                problems = [_null(profile)] if lonely else None
            elif type(item) is not dict:
                problems = [
                    _no_companion("", f"an object was expected, not {kind_of(item)}", profile)
                ]
            else:
                problems = _beside(check(item, context), _item(values, index))
            if problems:
                found = _with(found, under(f"{key}[{index}]", problems))
        return found

    return field


def _beside(found: list[Found] | None, value: Any) -> list[Found] | None:
    # A companion with nothing but an id is all right where it stands beside a value.
    if not found or value is None:
        return found
    return [one for one in found if one.code != "invariant.ele-1" or one.steps]


def _with(found: list[Found] | None, more: list[Found] | None) -> list[Found] | None:
    """Return both, without a copy of what there is: an array may have as many issues as items."""
    if found is None or more is None:
        return found or more
    found.extend(more)
    return found


def counted(key: str, count: int, least: int, most: int, profile: str) -> list[Found] | None:
    """Return what is wrong with an array of `count` items, None when nothing is."""
    if not count:
        return [Found("structure.empty", "An array must not be empty.", profile=profile, step=key)]
    if most != UNBOUNDED and count > most:
        message = f"At most {most} may be there; there are {count}."
        return [Found("cardinality.max", message, profile=profile, step=key)]
    if count < least:
        message = f"At least {least} have to be there; there are {count}."
        return [Found("cardinality.min", message, profile=profile, step=key)]
    return None


def _item(array: Any, index: int) -> Any:
    return array[index] if isinstance(array, list) and index < len(array) else None


def no_array(key: str, value: Any, profile: str) -> Found:
    code = "structure.null" if value is None else "structure.type"
    message = f"An array was expected here, not {kind_of(value)}."
    return Found(code, message, profile=profile, step=key)


def _null(profile: str) -> Found:
    message = "null may stand only for a value whose companion is there."
    return Found("structure.null", message, profile=profile)


def _no_companion(key: str, why: str, profile: str, level: Severity = "error") -> Found:
    message = f"The id and extensions of this primitive (_{key or 'name'}) do not fit: {why}."
    return Found("structure.companion", message, level=level, profile=profile, step=key)
