"""What FHIRPath meets in JSON: raw values, and primitives that carry an `_x` companion."""

from typing import Any


class NotEvaluable(Exception):
    """
    An expression that is beyond what can be evaluated here.

    `reason` is a sentence that a report can show.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Uncompiled(Exception):
    """The compiler leaves this expression to the slower interpreter; the argument says why."""


class SeveralItemsError(ValueError):
    """One item was to be there and several are: FHIRPath stops the evaluation."""


class Primitive:
    """A primitive with a companion: `value` is None where JSON has only the companion."""

    __slots__ = ("companion", "value")

    def __init__(self, value: Any, companion: Any) -> None:
        self.value = value
        self.companion = companion

    def __repr__(self) -> str:
        return f"Primitive({self.value!r}, {self.companion!r})"


def bare(item: Any) -> Any:
    """The value itself: what a companion was attached to, None where there was no value."""
    return item.value if type(item) is Primitive else item


def node(holder: Any, key: str, companion: str) -> Any:
    """A single primitive element of a JSON object, with its companion if it has one."""
    beside = holder.get(companion)
    if beside is None:
        return holder.get(key)
    return Primitive(holder.get(key), beside)


def nodes(holder: Any, key: str, companion: str) -> list[Any]:
    """
    The repetitions of a primitive element.

    The two arrays of JSON run side by side; a place that is null in both is no element.
    """
    values = _array(holder.get(key))
    beside = _array(holder.get(companion))
    if not beside:
        return [value for value in values if value is not None]
    length = max(len(values), len(beside))
    values = values + [None] * (length - len(values))
    beside = beside + [None] * (length - len(beside))
    return [
        value if other is None else Primitive(value, other)
        for value, other in zip(values, beside, strict=True)
        if value is not None or other is not None
    ]


def _array(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if type(value) is list else [value]


def chosen(holder: Any, keys: frozenset[str]) -> bool:
    """Whether one of the keys of a choice element stands there with something in it."""
    return any(key in keys and holder[key] is not None for key in holder)


def choice(holder: Any, options: tuple[tuple[str, str], ...]) -> Any:
    """The value of a choice element; `options` are keys with their companion's key or ""."""
    for key, companion in options:
        found = node(holder, key, companion) if companion else holder.get(key)
        if found is not None:
            return found
    return None


def part(item: Any, key: str) -> Any:
    """`id` or `extension` of any element, primitives included."""
    if type(item) is Primitive:
        item = item.companion
    return item.get(key) if type(item) is dict else None
