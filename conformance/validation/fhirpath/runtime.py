"""What generated code calls besides equality and order: texts, numbers, tests of types."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from conformance.validation.fhirpath.comparing import number
from conformance.validation.fhirpath.kinds import COMPLEX, PRIMITIVES
from conformance.validation.fhirpath.nodes import Primitive, bare, nodes

NONE: dict[str, Any] = {}
"""Stands for an element that is not there."""

CHOICE_ENDINGS = frozenset(
    type_[:1].upper() + type_[1:]
    for type_ in (*PRIMITIVES, *COMPLEX)
    if not type_.startswith("System.")
)
"""How the JSON names of a choice element may end."""

_INTEGER = re.compile(r"[+-]?\d{1,40}")
_DECIMAL = re.compile(r"[+-]?\d{1,200}(\.\d{1,200})?")
_TRUE = ("true", "t", "yes", "y", "1", "1.0")
_FALSE = ("false", "f", "no", "n", "0", "0.0")


def held(item: Any) -> Any:
    """The JSON object of an item, an empty one where it is something else."""
    return item if type(item) is dict else NONE


def tip(items: Sequence[Any]) -> Any:
    """The last item, or None."""
    return items[-1] if items else None


def amount(value: Any) -> int:
    """How many items to take or skip; no negative number."""
    return max(0, int(value or 0))


def has_value(items: Sequence[Any]) -> bool:
    """A single primitive that has a value, not extensions alone."""
    if len(items) != 1:
        return False
    item = bare(items[0])
    return item is not None and type(item) not in (dict, list)


def resource_of(item: Any, type_: str) -> Any:
    """The item if it is a resource of this type, else None."""
    return item if type(item) is dict and item.get("resourceType") == type_ else None


def is_resource(item: Any, type_: str) -> bool | None:
    """Whether an item is a resource of this type; None where there is none."""
    return None if item is None else resource_of(item, type_) is not None


def child_values(items: Iterable[Any], keys: frozenset[str]) -> list[Any]:
    """What stands under these keys directly below the items."""
    found: list[Any] = []
    for item in items:
        for key, value in item.items() if type(item) is dict else ():
            if key in keys:
                found.extend(_flat(value, item.get(f"_{key}")))
            elif key[:1] == "_" and key[1:] in keys and key[1:] not in item:
                found.extend(_flat(None, value))
    return found


def _flat(value: Any, beside: Any) -> list[Any]:
    if beside is not None and type(value) is not dict and type(value) is not list:
        return [Primitive(value, beside)]
    items = value if type(value) is list else [value]
    return [item for item in items if item is not None]


def open_values(items: Iterable[Any], name: str) -> list[Any]:
    """What stands under a name in items of any type; `value` is `valueString` there as well."""
    found: list[Any] = []
    for item in items:
        if type(item) is Primitive:
            item = item.companion
        for key in item if type(item) is dict else ():
            plain = key[1:] if key[:1] == "_" else key
            if plain != name and not (
                plain.startswith(name) and plain[len(name) :] in CHOICE_ENDINGS
            ):
                continue
            if plain == key:
                found.extend(nodes(item, key, f"_{key}"))
            elif plain not in item:
                found.extend(nodes(item, plain, key))
    return found


def below_children(items: Iterable[Any], keys: frozenset[str]) -> list[Any]:
    """What stands under these keys anywhere below the items, but not directly below."""
    children = [
        inner
        for item in items
        if type(item) is dict
        for value in item.values()
        for inner in (value if type(value) is list else (value,))
    ]
    return deep_values(children, keys)


def deep_values(items: Iterable[Any], keys: frozenset[str]) -> list[Any]:
    """What stands under these keys anywhere below the items."""
    found: list[Any] = []
    waiting = list(items)
    while waiting:
        item = waiting.pop()
        if type(item) is not dict:
            continue
        for key, value in item.items():
            kind = type(value)
            if kind is list:
                waiting.extend(value)
                if key in keys:
                    found.extend(inner for inner in value if inner is not None)
            else:
                if kind is dict:
                    waiting.append(value)
                if key in keys and value is not None:
                    found.append(value)
    return found


def starts(text: Any, other: Any) -> bool | None:
    """`startsWith`; without a text false, see `text_functions`."""
    if text is None:
        return False
    return None if other is None else bool(text.startswith(other))


def ends(text: Any, other: Any) -> bool | None:
    """`endsWith`; without a text false."""
    if text is None:
        return False
    return None if other is None else bool(text.endswith(other))


def holds(text: Any, other: Any) -> bool | None:
    """`contains`; without a text false."""
    if text is None:
        return False
    return None if other is None else other in text


def substring(text: Any, start: Any, length: Any = math.inf) -> str | None:
    """The part of a text; None where it would begin outside."""
    if text is None or start is None or not 0 <= start < len(text):
        return None
    if length is None or length == math.inf:
        return str(text[start:])
    return str(text[start : start + max(0, length)])


def _given(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with None where one of its arguments is None."""

    def checked(*arguments: Any) -> Any:
        return None if None in arguments else function(*arguments)

    return checked


def to_string(value: Any) -> str | None:
    """A primitive as text; decimals keep the digits they were written with."""
    if value is None or type(value) is str:
        return value
    if type(value) is dict or type(value) is list:
        return None
    if type(value) is bool:
        return "true" if value else "false"
    value = number(value)
    return format(value, "f") if type(value) is Decimal else str(value)


def to_integer(value: Any) -> int | None:
    """A primitive as a whole number, None where it is none."""
    if type(value) is bool or type(value) is int:
        return int(value)
    return int(value) if type(value) is str and _INTEGER.fullmatch(value) else None


def to_decimal(value: Any) -> Decimal | None:
    """A primitive as a number, None where it is none."""
    if type(value) is bool or type(value) is int:
        return Decimal(value)
    if type(value) is float or type(value) is Decimal:
        return Decimal(str(value))
    return Decimal(value) if type(value) is str and _DECIMAL.fullmatch(value) else None


def to_boolean(value: Any) -> bool | None:
    """A primitive as a boolean, None where it is none."""
    if value is None or type(value) is bool:
        return value
    text = str(value).lower()
    return True if text in _TRUE else False if text in _FALSE else None


def converts(value: Any, conversion: Callable[[Any], Any]) -> bool | None:
    """Whether a conversion gives something; None where there is nothing to convert."""
    return None if value is None else conversion(value) is not None


def joined(left: Any, right: Any) -> str:
    """`&`: nothing counts as the empty text."""
    return (left or "") + (right or "")


def added(left: Any, right: Any) -> Any:
    """`+` of texts or numbers."""
    if left is None or right is None:
        return None
    return left + right if type(left) is str else number(left) + number(right)


def negative(value: Any) -> Any:
    """`-` before a number."""
    return None if value is None else -number(value)


def _divided(left: Any, right: Any) -> Decimal | None:
    return Decimal(number(left)) / number(right) if right else None


def _whole(left: Any, right: Any) -> int | None:
    return int(number(left) / Decimal(number(right))) if right else None


def _modulo(left: Any, right: Any) -> Any:
    # The sign of the dividend, as Decimal has it and Python's int has not.
    return Decimal(number(left)) % Decimal(number(right)) if right else None


def _rounded(value: Any, digits: Any = 0) -> Decimal:
    return Decimal(number(value)).quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP)


OTHERS: dict[str, Any] = {
    "minus": _given(lambda left, right: number(left) - number(right)),
    "times": _given(lambda left, right: number(left) * number(right)),
    "divided": _given(_divided),
    "whole": _given(_whole),
    "modulo": _given(_modulo),
    "number_abs": _given(lambda value: abs(number(value))),
    "number_ceiling": _given(lambda value: math.ceil(number(value))),
    "number_floor": _given(lambda value: math.floor(number(value))),
    "number_truncate": _given(lambda value: math.trunc(number(value))),
    "number_round": _given(_rounded),
    "text_upper": _given(lambda text: text.upper()),
    "text_lower": _given(lambda text: text.lower()),
    "text_trim": _given(lambda text: text.strip()),
    "text_length": _given(len),
    "text_indexof": _given(lambda text, other: text.find(other)),
    "text_replace": _given(lambda text, old, new: text.replace(old, new)),
    "text_split": _given(lambda text, by: text.split(by)),
    "text_tochars": _given(list),
}
"""Small functions by the names that generated code calls them."""
