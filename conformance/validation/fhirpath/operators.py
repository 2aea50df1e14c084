"""The operators of FHIRPath N1, section 6, to plans."""

from typing import TYPE_CHECKING

from conformance.validation.fhirpath import syntax
from conformance.validation.fhirpath.comparing import OPERATORS
from conformance.validation.fhirpath.kinds import category
from conformance.validation.fhirpath.nodes import Uncompiled
from conformance.validation.fhirpath.plans import (
    DECIMAL,
    INTEGER,
    NOTHING,
    STRING,
    Empty,
    Many,
    One,
    Plan,
    Truth,
    listing,
    present,
    single,
    ternary,
    total,
    truth,
    types_of,
    value,
    values,
)
from conformance.validation.fhirpath.syntax import Binary, Literal, Node

if TYPE_CHECKING:
    from conformance.validation.fhirpath.compiler import Compiler, Scope
    from conformance.validation.fhirpath.steps import Accept

COMPARABLE = ("number", "text", "time", "quantity", "clock")
ARITHMETIC = {"-": "minus", "*": "times", "/": "divided", "div": "whole", "mod": "modulo"}


def plan(
    compiler: "Compiler", node: Binary, scope: "Scope", full: bool, accept: "Accept | None"
) -> Plan:
    """The plan of `left operator right`."""
    match node.operator:
        case "and" | "or":
            operands = syntax.chain(node)
            truths = [truth(compiler.plan(operand, scope, full=True)) for operand in operands]
            return balanced(node.operator, truths)
        case "xor" | "implies":
            left = truth(compiler.plan(node.left, scope, full=True))
            right = truth(compiler.plan(node.right, scope, full=True))
            return logic(node.operator, left, right)
        case "=" | "!=":
            made = equality(compiler, node, scope)
            return made if node.operator == "=" else inverse(made)
        case "~" | "!~":
            made = equivalence(compiler, node, scope)
            return made if node.operator == "~" else inverse(made)
        case "<" | "<=" | ">" | ">=":
            return comparison(compiler, node, scope)
        case "in":
            return membership(compiler, node.left, node.right, scope)
        case "contains":
            return membership(compiler, node.right, node.left, scope)
        case "|":
            return union(compiler, node, scope, accept)
    return arithmetic(compiler, node, scope)


def balanced(operator: str, truths: list[Truth]) -> Truth:
    """A chain of one operator, halved again and again: a list of codes may have hundreds."""
    if len(truths) == 1:
        return truths[0]
    middle = len(truths) // 2
    return logic(operator, balanced(operator, truths[:middle]), balanced(operator, truths[middle:]))


def inverse(made: Truth) -> Truth:
    """`not()`: true and false change places, empty stays empty."""
    return Truth(made.false, made.true, made.total)


def logic(operator: str, left: Truth, right: Truth) -> Truth:
    """Three-valued logic (section 6.5)."""
    if operator == "implies":
        return logic("or", inverse(left), right)
    both_total = left.total and right.total
    if operator == "and":
        true = f"({left.true} and {right.true})"
        return total(true) if both_total else Truth(true, f"({left.false} or {right.false})")
    if operator == "or":
        true = f"({left.true} or {right.true})"
        if both_total:
            return Truth(true, f"(not {true})", total=True)
        return Truth(true, f"({left.false} and {right.false})")
    return inverse(equal_truths(left, right))


def equal_truths(left: Truth, right: Truth) -> Truth:
    """`left = right` of booleans."""
    if left.total and right.total:
        return total(f"(not {left.true}) == (not {right.true})")
    return ternary(f"same({single(left)}, {single(right)})")


def equality(compiler: "Compiler", node: Binary, scope: "Scope") -> Truth:
    """`left = right` (section 6.1.1)."""
    left, right = compiler.plan(node.left, scope), compiler.plan(node.right, scope)
    if isinstance(left, Empty) or isinstance(right, Empty):
        return Truth("False", "False")
    if isinstance(left, Truth) and isinstance(right, Truth):
        return equal_truths(left, right)
    if isinstance(right, Truth) and isinstance(node.right, Literal) and isinstance(left, One):
        # `abstract = true`: the value is compared by identity, so that 1 is not true.
        return Truth(f"({value(left)} is {right.true})", f"({value(left)} is {right.false})")
    compare = _equal(compiler, left, right)
    if compare == "same":
        if isinstance(left, One) and isinstance(node.right, Literal):
            text = compiler.strings(node.right)
            if text and category(compiler.model, left.types) in ("text", "mixed"):
                return _against(left, f"== {text[0]!r}", f"not in (None, {text[0]!r})")
        left = compiler.plan(node.left, scope, full=True)
        right = compiler.plan(node.right, scope, full=True)
        if isinstance(left, Many) or isinstance(right, Many):
            return ternary(f"same_lists({listing(left)}, {listing(right)})")
        return ternary(f"same({single(left)}, {single(right)})")
    if isinstance(left, Many) or isinstance(right, Many):
        return ternary(f"same_lists({values(left)}, {values(right)}, {compare})")
    return ternary(f"{compare}({value(left)}, {value(right)})")


def _against(left: One, equal: str, unequal: str) -> Truth:
    """
    The text of an element against constants.

    An element without a value, which has extensions alone, is there and equals none of them.
    """
    code = value(left)
    false = f"{code} {unequal}"
    if left.present or left.full:
        false += f" or ({code} is None and {present(left)})"
    return Truth(f"({code} {equal})", f"({false})")


def _equal(compiler: "Compiler", left: Plan, right: Plan) -> str:
    first = category(compiler.model, types_of(left))
    second = category(compiler.model, types_of(right))
    if first == second:
        return {"time": "same_time", "clock": "same_time", "quantity": "same_quantities"}.get(
            first, "same"
        )
    if {"time", "clock", "quantity"} & {first, second}:
        raise Uncompiled(f"equality of {first} and {second}")
    return "same"


def equivalence(compiler: "Compiler", node: Binary, scope: "Scope") -> Truth:
    """`left ~ right` (section 6.1.2)."""
    left, right = compiler.plan(node.left, scope), compiler.plan(node.right, scope)
    kinds = {category(compiler.model, types_of(side)) for side in (left, right)}
    if not kinds <= {"text", "number", "boolean"}:
        raise Uncompiled(f"equivalence of {' and '.join(sorted(kinds))}")
    return total(f"alike({values(left)}, {values(right)})")


def comparison(compiler: "Compiler", node: Binary, scope: "Scope") -> Truth:
    """`left < right` and its kin (section 6.2)."""
    left, right = compiler.plan(node.left, scope), compiler.plan(node.right, scope)
    if isinstance(left, Empty) or isinstance(right, Empty):
        return Truth("False", "False")
    kinds = {category(compiler.model, types_of(side)) for side in (left, right)}
    kind = kinds.pop()
    if kinds or kind not in COMPARABLE:
        raise Uncompiled(f"order of {kind} and {', '.join(kinds) or kind}")
    name = OPERATORS[node.operator][0]
    family = "time" if kind == "clock" else kind
    return ternary(f"{name}_{family}({value(left)}, {value(right)})")


def membership(compiler: "Compiler", item: Node, collection: Node, scope: "Scope") -> Truth:
    """`item in collection` (section 6.4.2)."""
    left = compiler.plan(item, scope)
    texts = compiler.strings(collection)
    if isinstance(left, Empty):
        return Truth("False", "False")
    kind = category(compiler.model, types_of(left))
    if texts is not None and kind == "text":
        inside = compiler.writer.constant(frozenset(texts))
        or_none = compiler.writer.constant(frozenset(texts) | {None})
        if isinstance(left, Many):
            left = One(single(left), left.types, full=left.full)
        if isinstance(left, One):
            return _against(left, f"in {inside}", f"not in {or_none}")
    if kind in ("time", "clock", "quantity"):
        raise Uncompiled(f"membership of {kind}")
    left = compiler.plan(item, scope, full=True)
    right = compiler.plan(collection, scope, full=True)
    return ternary(f"member({single(left)}, {listing(right)})")


def union(compiler: "Compiler", node: Binary, scope: "Scope", accept: "Accept | None") -> Plan:
    """`left | right` (section 6.4.1)."""
    left = compiler.plan(node.left, scope, full=True, accept=accept)
    right = compiler.plan(node.right, scope, full=True, accept=accept)
    types = tuple(dict.fromkeys((*types_of(left), *types_of(right))))
    if not types:
        return NOTHING
    item = compiler.writer.name()
    source = f"union({listing(left)}, {listing(right)})"
    test = f"({present(left)} or {present(right)})"
    return Many(f"for {item} in {source}", item, types, True, source, test)


def arithmetic(compiler: "Compiler", node: Binary, scope: "Scope") -> Plan:
    """`+ - * / div mod &` (section 6.6)."""
    left, right = compiler.plan(node.left, scope), compiler.plan(node.right, scope)
    first, second = value(left), value(right)
    if node.operator == "&":
        return One(f"joined({first}, {second})", STRING, sure=True)
    if isinstance(left, Empty) or isinstance(right, Empty):
        return NOTHING
    kinds = {category(compiler.model, types_of(side)) for side in (left, right)}
    if kinds == {"text"} and node.operator == "+":
        return One(f"added({first}, {second})", STRING)
    if kinds != {"number"}:
        raise Uncompiled(f"{node.operator} of {' and '.join(sorted(kinds))}")
    if node.operator == "+":
        return One(f"added({first}, {second})", _number(left, right))
    types = DECIMAL if node.operator == "/" else _number(left, right)
    return One(f"{ARITHMETIC[node.operator]}({first}, {second})", types)


def _number(left: Plan, right: Plan) -> tuple[str, ...]:
    whole = {"integer", "positiveInt", "unsignedInt", "System.Integer"}
    return INTEGER if {*types_of(left), *types_of(right)} <= whole else DECIMAL
