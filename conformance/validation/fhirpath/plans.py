"""
What a piece of an expression becomes: Python text that gives an item, a collection or a truth.

A truth is kept as two tests, "it is true" and "it is false". What is neither is empty, and `and`,
`or`, `implies` and `not` of FHIRPath's three values become plain `and` and `or` of Python.
"""

from dataclasses import dataclass
from typing import TypeAlias

Types: TypeAlias = tuple[str, ...]
"""The types that an item may have: FHIR types, paths of backbone elements, `System.String`."""


@dataclass(frozen=True, slots=True)
class One:
    """
    At most one item: `code` gives it or None.

    `sure` says that it is never None, `present` is a cheaper test for that. With `full` a primitive
    comes with its companion (`Primitive`), else as the value alone.
    """

    code: str
    types: Types
    sure: bool = False
    present: str = ""
    full: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """
    Any number of items: comprehension `clauses` and the `item` they give, never None.

    `source` is the list itself (or None) where nothing has to be picked out of it.
    """

    clauses: str
    item: str
    types: Types
    full: bool = False
    source: str = ""
    present: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """A boolean; `total` says that it is never empty, so that `false` is `not true`."""

    true: str
    false: str
    total: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """Nothing, whatever the data."""


Plan: TypeAlias = One | Many | Truth | Empty
NOTHING = Empty()
BOOLEAN: Types = ("System.Boolean",)
STRING: Types = ("System.String",)
INTEGER: Types = ("System.Integer",)
DECIMAL: Types = ("System.Decimal",)


def total(code: str) -> Truth:
    """A truth that is never empty, of a Python test."""
    return Truth(f"({code})", f"(not ({code}))", total=True)


def ternary(code: str) -> Truth:
    """A truth of code that gives True, False or None."""
    return Truth(f"(({code}) is True)", f"(({code}) is False)")


def types_of(plan: Plan) -> Types:
    """The types of a plan's items."""
    match plan:
        case One() | Many():
            return plan.types
        case Truth():
            return BOOLEAN
    return ()


def present(plan: Plan) -> str:
    """A Python test for "there is an item"."""
    match plan:
        case One():
            if plan.sure:
                return "True"
            return plan.present or f"({plan.code} is not None)"
        case Many():
            return plan.present or (f"({plan.source})" if plan.source else listing(plan))
        case Truth():
            return "True" if plan.total else f"({plan.true} or {plan.false})"
    return "False"


def single(plan: Plan) -> str:
    """Code for the only item or None; several items end the evaluation (`SeveralItemsError`)."""
    match plan:
        case One():
            return plan.code
        case Many():
            return f"only({listing(plan)})"
        case Truth():
            if plan.total:
                return f"(not not {plan.true})"
            return f"(True if {plan.true} else False if {plan.false} else None)"
    return "None"


def value(plan: Plan) -> str:
    """Code for the only item's bare value or None."""
    code = single(plan)
    return f"bare({code})" if isinstance(plan, One | Many) and plan.full else code


def listing(plan: Plan) -> str:
    """Code for a list of the items."""
    match plan:
        case One():
            return f"[{plan.code}]" if plan.sure else f"listed({plan.code})"
        case Many():
            return f"({plan.source} or ())" if plan.source else f"[{plan.item} {plan.clauses}]"
        case Truth():
            return f"[{single(plan)}]" if plan.total else f"listed({single(plan)})"
    return "()"


def values(plan: Plan) -> str:
    """Code for a list of the items' bare values; items without a value are left out."""
    code = listing(plan)
    return f"bared({code})" if isinstance(plan, One | Many) and plan.full else code


def chained(outer: Many, inner: Plan, name: str) -> Plan:
    """For each item of `outer` the items of `inner`, whose code speaks of outer's item."""
    match inner:
        case Many():
            return Many(f"{outer.clauses} {inner.clauses}", inner.item, inner.types, inner.full)
        case One(sure=True):
            return Many(
                f"{outer.clauses} for {name} in ({inner.code},)", name, inner.types, inner.full
            )
        case One() | Truth():
            full = isinstance(inner, One) and inner.full
            clauses = f"{outer.clauses} for {name} in ({single(inner)},) if {name} is not None"
            return Many(clauses, name, types_of(inner), full)
    return NOTHING


def truth(plan: Plan) -> Truth:
    """
    A collection in a boolean place (FHIRPath N1, section 4.5, singleton evaluation).

    A single item that is no boolean is true.
    """
    match plan:
        case Truth():
            return plan
        case Empty():
            return Truth("False", "False")
        case One() if not _may_be_boolean(plan.types):
            return Truth(present(plan), "False")
        case One() if all(type_ in ("boolean", "System.Boolean") for type_ in plan.types):
            return ternary(value(plan))
    return ternary(f"as_truth({value(plan)})")


def _may_be_boolean(types: Types) -> bool:
    return any(type_ in ("boolean", "System.Boolean", "?") for type_ in types)
