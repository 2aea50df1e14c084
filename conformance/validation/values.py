"""Fixed values and patterns (R4 ElementDefinition.fixed[x] and .pattern[x]) as tests of a value."""

from collections.abc import Callable
from typing import Any

Test = Callable[[Any], bool]


def equals(wanted: Any) -> Test:
    """Return a test for exactly `wanted`: the same members, the same order in arrays."""
    if isinstance(wanted, str):
        return lambda value: value == wanted

    def is_same(value: Any) -> bool:
        return _same(value, wanted)

    return is_same


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return (
            isinstance(value, dict)
            and value.keys() == wanted.keys()
            and all(_same(value[name], part) for name, part in wanted.items())
        )
    if isinstance(wanted, list):
        return (
            isinstance(value, list)
            and len(value) == len(wanted)
            and all(_same(one, other) for one, other in zip(value, wanted, strict=True))
        )
    # True is no 1 in JSON, and 1.0 is 1.
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)


def fits(pattern: Any) -> Test:
    """Return a test for all that `pattern` holds; arrays may hold more, in any order."""
    if isinstance(pattern, dict):
        parts = [(name, fits(part)) for name, part in pattern.items()]

        def has_parts(value: Any) -> bool:
            if not isinstance(value, dict):
                return False
            for name, test in parts:
                part = value.get(name)
                if part is None or not test(part):
                    return False
            return True

        return has_parts
    if isinstance(pattern, list):
        wanted = [fits(item) for item in pattern]

        def has_items(value: Any) -> bool:
            if not isinstance(value, list):
                return False
            return all(any(test(item) for item in value) for test in wanted)

        return has_items
    return equals(pattern)


def written(wanted: Any) -> str:
    """Return what a fixed value or pattern asks for, short enough for a message."""
    match wanted:
        case str():
            return f"'{wanted}'"
        case dict():
            parts = (f"{name} {written(part)}" for name, part in wanted.items())
            return ", ".join(parts)
        case list():
            return " and ".join(written(item) for item in wanted)
    return str(wanted).lower() if isinstance(wanted, bool) else str(wanted)
