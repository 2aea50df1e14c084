"""Equality and collections of JSON values, as FHIRPath N1 sections 5.4, 6.1 and 6.4 have it."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from conformance.validation.fhirpath.nodes import Primitive, SeveralItemsError, bare

Ternary: TypeAlias = bool | None

MOST_REPEATED = 100_000
"""Items that `repeat()` gathers at most: a step that makes new ones would never end."""


def listed(item: Any) -> list[Any]:
    """A collection of one item, or none."""
    return [] if item is None else [item]


def bared(items: Iterable[Any]) -> list[Any]:
    """The values of items, without those that have none."""
    return [found for item in items if (found := bare(item)) is not None]


def only(items: Sequence[Any]) -> Any:
    """The single item, or None; several are an error of the evaluation."""
    if len(items) > 1:
        raise SeveralItemsError("several items where one was to be")
    return items[0] if items else None


def head(items: Sequence[Any] | None) -> Any:
    """The first item, or None."""
    return items[0] if items else None


def at(items: Sequence[Any], index: Any) -> Any:
    """The item at an index, or None."""
    if index is None or type(index) is bool or not 0 <= index < len(items):
        return None
    return items[index]


def as_truth(value: Any) -> Ternary:
    """A single item in a boolean place."""
    return value if value is None or type(value) is bool else True


def frozen(value: Any) -> Any:
    """Something hashable that is equal for what FHIRPath holds equal."""
    kind = type(value)
    if kind is str or kind is int or kind is Decimal or value is None:
        return value
    if kind is bool:
        return (bool, value)
    if kind is float:
        return Decimal(str(value))
    if kind is dict:
        return frozenset((key, frozen(inner)) for key, inner in value.items())
    if kind is list or kind is tuple:
        return tuple(frozen(inner) for inner in value)
    if kind is Primitive:
        return frozen(value.value)
    return value


def same(left: Any, right: Any) -> Ternary:
    """`left = right` of single items; None where one is not there."""
    if left is None or right is None:
        return None
    if type(left) is str and type(right) is str:
        return left == right
    return bool(frozen(left) == frozen(right))


def same_lists(
    left: Sequence[Any], right: Sequence[Any], equal: Callable[[Any, Any], Ternary] = same
) -> Ternary:
    """`left = right` of collections: same length, same items in the same order."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    found = [equal(*pair) for pair in zip(left, right, strict=True)]
    if False in found:
        return False
    return None if None in found else True


def alike(left: Any, right: Any) -> bool:
    """`left ~ right` of collections: order, case and runs of white space do not count."""
    if len(left) != len(right):
        return False
    return sorted(map(_plain, left)) == sorted(map(_plain, right))


def _plain(value: Any) -> str:
    value = bare(value)
    if type(value) is str:
        return "s" + " ".join(value.lower().split())
    if type(value) is dict:
        return "d" + repr(sorted((key, _plain(inner)) for key, inner in value.items()))
    if type(value) is list:
        return "l" + repr(sorted(map(_plain, value)))
    if type(value) in (int, float, Decimal):
        return "n" + str(Decimal(str(value)).normalize())
    return repr(value)


def member(item: Any, items: Sequence[Any]) -> Ternary:
    """`item in items`."""
    if item is None:
        return None
    if type(item) is str:
        return item in items
    sought = frozen(item)
    return any(frozen(other) == sought for other in items)


def distinct(items: Iterable[Any]) -> list[Any]:
    """The items without repetitions, in the order they came."""
    seen: dict[Any, Any] = {}
    return [item for item in items if _is_new(item, seen)]


def _is_new(item: Any, seen: dict[Any, Any]) -> bool:
    """Whether no equal item was seen; objects are taken apart only where two look alike."""
    look = _look(item)
    if look not in seen:
        seen[look] = item
        return True
    known = seen[look]
    if type(known) is not set:
        known = seen[look] = {frozen(known)}
    found = frozen(item)
    if found in known:
        return False
    known.add(found)
    return True


def _look(item: Any) -> Any:
    """Something that is equal for equal items and seldom for others."""
    if type(item) is dict:
        return len(item), item.get("linkId"), item.get("id"), item.get("url")
    return frozen(item)


def is_distinct(items: Sequence[Any]) -> bool:
    """Whether no item comes twice."""
    return len({frozen(item) for item in items}) == len(items)


def union(left: Sequence[Any], right: Sequence[Any]) -> list[Any]:
    """`left | right`: what is in one of them, once."""
    return distinct([*left, *right])


def combine(left: Sequence[Any], right: Sequence[Any]) -> list[Any]:
    """Both, repetitions kept."""
    return [*left, *right]


def intersect(left: Sequence[Any], right: Sequence[Any]) -> list[Any]:
    """What is in both, once."""
    others = {frozen(item) for item in right}
    return distinct(item for item in left if frozen(item) in others)


def exclude(left: Sequence[Any], right: Sequence[Any]) -> list[Any]:
    """What is in the left one alone."""
    others = {frozen(item) for item in right}
    return [item for item in left if frozen(item) not in others]


def subset(left: Sequence[Any], right: Sequence[Any]) -> bool:
    """Whether all of the left one is in the right one."""
    return {frozen(item) for item in left} <= {frozen(item) for item in right}


def repeated(items: Sequence[Any], step: Callable[[Any], Sequence[Any]]) -> list[Any]:
    """What `step` reaches from the items, over and over; an item is taken once (N1, 5.2.3)."""
    found: list[Any] = []
    seen: dict[Any, Any] = {}
    waiting = [inner for item in items for inner in step(item)]
    while waiting:
        item = waiting.pop()
        if _is_new(item, seen):
            found.append(item)
            waiting.extend(step(item))
        if len(found) > MOST_REPEATED:
            raise ValueError("repeat() does not come to an end")
    return found
