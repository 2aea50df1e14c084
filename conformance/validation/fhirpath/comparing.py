"""`<`, `<=`, `>` and `>=` of single items by kind: numbers, text, times, quantities."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from conformance.validation.fhirpath import temporal
from conformance.validation.fhirpath.values import Ternary

MOST_DIGITS = 1000

Order = Callable[[Any, Any], int | None]


def number(value: Any) -> Decimal | int:
    """
    A JSON number; anything else is no number and ends the evaluation.

    So does one like 1E+999999999, whose digits would fill the memory.
    """
    if type(value) is int:
        return value
    if type(value) is float:
        value = Decimal(str(value))
    if type(value) is Decimal and value.is_finite() and abs(value.adjusted()) < MOST_DIGITS:
        return value
    raise TypeError("no number")


def order_numbers(left: Any, right: Any) -> int | None:
    """-1, 0 or 1; None where one is missing."""
    if left is None or right is None:
        return None
    first, second = number(left), number(right)
    return (first > second) - (first < second)


def order_texts(left: Any, right: Any) -> int | None:
    """By code points; None where one is missing."""
    if left is None or right is None:
        return None
    return int(left > right) - int(left < right)


def order_quantities(left: Any, right: Any) -> int | None:
    """
    By value where both have the same unit, else None.

    The unit is the code with its system, or the text where there is no code. Units are not
    converted into each other: what cannot be told is empty, and empty breaks no invariant.
    """
    if left is None or right is None or _unit(left) != _unit(right):
        return None
    if left.get("comparator") or right.get("comparator"):
        return None
    return order_numbers(left.get("value"), right.get("value"))


def _unit(quantity: Any) -> tuple[Any, Any]:
    code = quantity.get("code")
    if code is None:
        return ("", quantity.get("unit"))
    return (quantity.get("system"), code)


def same_quantities(left: Any, right: Any) -> Ternary:
    """`left = right`; None where the units differ."""
    found = order_quantities(left, right)
    return None if found is None else found == 0


def _comparison(order: Order, wanted: tuple[int, ...]) -> Callable[[Any, Any], Ternary]:
    def compare(left: Any, right: Any) -> Ternary:
        found = order(left, right)
        return None if found is None else found in wanted

    return compare


OPERATORS = {"<": ("lt", (-1,)), "<=": ("le", (-1, 0)), ">": ("gt", (1,)), ">=": ("ge", (0, 1))}
"""The operators, their names in generated code and the orders that make them true."""

ORDERS: dict[str, Order] = {
    "number": order_numbers,
    "text": order_texts,
    "time": temporal.order,
    "quantity": order_quantities,
}

COMPARISONS = {
    f"{name}_{kind}": _comparison(order, wanted)
    for kind, order in ORDERS.items()
    for name, wanted in OPERATORS.values()
}
"""What generated code calls: `lt_number`, `ge_time`."""
