"""FHIRPath's functions on collections (FHIRPath N1, sections 5.1 to 5.4, 5.8 and 5.9) to plans."""

from conformance.validation.fhirpath.compiler import Compiler, Scope, function
from conformance.validation.fhirpath.nodes import NotEvaluable
from conformance.validation.fhirpath.operators import inverse
from conformance.validation.fhirpath.plans import (
    INTEGER,
    NOTHING,
    Empty,
    Many,
    One,
    Plan,
    Truth,
    chained,
    listing,
    present,
    single,
    total,
    truth,
    types_of,
    value,
    values,
)
from conformance.validation.fhirpath.steps import Accept
from conformance.validation.fhirpath.syntax import Call, Node


def argument(call: Call, number: int = 0) -> Node:
    """An argument that has to be there."""
    if number >= len(call.arguments):
        raise NotEvaluable(f"The function {call.name} lacks an argument.")
    return call.arguments[number]


def looped(compiler: Compiler, base: Plan) -> Many:
    """The items one by one, each in a variable of its own."""
    name = compiler.writer.name()
    match base:
        case Many():
            return base
        case One(sure=True):
            return Many(f"for {name} in ({base.code},)", name, base.types, base.full)
        case One():
            clauses = f"for {name} in ({base.code},) if {name} is not None"
            return Many(clauses, name, base.types, base.full)
    return Many(f"for {name} in {listing(base)}", name, types_of(base))


def item_of(base: Many) -> One:
    """The item that a loop is at."""
    return One(base.item, base.types, sure=True, full=base.full)


def filtered(compiler: Compiler, base: Plan, criterion: Node, scope: Scope) -> Plan:
    """`where`."""
    if isinstance(base, Empty):
        return NOTHING
    loop = looped(compiler, base)
    test = truth(compiler.plan(criterion, scope.inside(item_of(loop))))
    return Many(f"{loop.clauses} if {test.true}", loop.item, loop.types, loop.full)


@function("where")
def _where(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope, accept=accept)
    return filtered(c, base, argument(call), scope)


@function("exists")
def _exists(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope)
    if call.arguments:
        base = filtered(c, base, argument(call), scope)
    return total(present(base))


@function("empty")
def _empty(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    return inverse(total(present(c.target(call.target, scope))))


@function("not")
def _not(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    return inverse(truth(c.target(call.target, scope)))


@function("all")
def _all(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope)
    if isinstance(base, Empty):
        return Truth("True", "False", total=True)
    loop = looped(c, base)
    test = truth(c.plan(argument(call), scope.inside(item_of(loop))))
    return total(f"not [1 {loop.clauses} if not {test.true}]")


@function("select")
def _select(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope)
    if isinstance(base, Empty):
        return NOTHING
    loop = looped(c, base)
    made = c.plan(argument(call), scope.inside(item_of(loop)), full=full, accept=accept)
    return chained(loop, made, c.writer.name())


@function("repeat")
def _repeat(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope)
    name, types = c.writer.name(), types_of(base)
    reached: tuple[str, ...] = ()
    while True:
        item = One(name, tuple(dict.fromkeys((*types, *reached))), sure=True, full=True)
        made = c.plan(argument(call), scope.inside(item), full=True)
        wider = tuple(dict.fromkeys((*reached, *types_of(made))))
        if wider == reached:
            break
        reached = wider
    if isinstance(base, Empty) or not reached:
        return NOTHING
    variable = c.writer.name()
    source = f"repeated({listing(base)}, lambda {name}: {listing(made)})"
    return Many(f"for {variable} in {source}", variable, reached, True, source)


@function("count")
def _count(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope)
    code = f"len({listing(base)})" if isinstance(base, Many) else f"(1 if {present(base)} else 0)"
    return One(code, INTEGER, sure=True)


@function("distinct")
def _distinct(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope, accept=accept)
    return _collected(c, f"distinct({listing(base)})", base)


@function("isDistinct")
def _is_distinct(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    return total(f"is_distinct({values(c.target(call.target, scope, full=False))})")


def _collected(c: Compiler, source: str, *bases: Plan) -> Plan:
    types = tuple(dict.fromkeys(type_ for base in bases for type_ in types_of(base)))
    if not types:
        return NOTHING
    name = c.writer.name()
    return Many(f"for {name} in {source}", name, types, True, source)


@function("combine", "union", "intersect", "exclude")
def _joined(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope, accept=accept)
    other = c.plan(argument(call), scope, full=True)
    kept = (base, other) if call.name in ("combine", "union") else (base,)
    return _collected(c, f"{call.name}({listing(base)}, {listing(other)})", *kept)


@function("subsetOf", "supersetOf")
def _subset(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    first = values(c.target(call.target, scope))
    second = values(c.plan(argument(call), scope))
    if call.name == "supersetOf":
        first, second = second, first
    return total(f"subset({first}, {second})")


@function("allTrue", "anyTrue", "allFalse", "anyFalse")
def _truths(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    found = values(c.target(call.target, scope))
    match call.name:
        case "allTrue":
            return total(f"False not in {found}")
        case "allFalse":
            return total(f"True not in {found}")
        case "anyTrue":
            return total(f"True in {found}")
    return total(f"False in {found}")


@function("first", "last", "single")
def _one_of(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope, accept=accept)
    if not isinstance(base, Many):
        return base
    if call.name == "single":
        return One(single(base), base.types, full=base.full)
    code = f"head({listing(base)})" if call.name == "first" else f"tip({listing(base)})"
    return One(code, base.types, full=base.full)


@function("tail", "skip", "take")
def _slice(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope, accept=accept)
    if call.name == "tail":
        return _collected(c, f"{listing(base)}[1:]", base)
    number = f"amount({value(c.plan(argument(call), scope))})"
    part = f"{number}:" if call.name == "skip" else f":{number}"
    return _collected(c, f"{listing(base)}[{part}]", base)


@function("iif")
def _iif(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    inner = scope if call.target is None else scope.inside(c.target(call.target, scope))
    test = truth(c.plan(argument(call), inner)).true
    then = c.plan(argument(call, 1), inner, full=full, accept=accept)
    other: Plan = NOTHING
    if len(call.arguments) > 2:
        other = c.plan(argument(call, 2), inner, full=full, accept=accept)
    if isinstance(then, Truth | Empty) and isinstance(other, Truth | Empty):
        yes, no = truth(then), truth(other)
        return Truth(
            f"({yes.true} if {test} else {no.true})", f"({yes.false} if {test} else {no.false})"
        )
    types = tuple(dict.fromkeys((*types_of(then), *types_of(other))))
    if isinstance(then, Many) or isinstance(other, Many):
        return _collected(c, f"({listing(then)} if {test} else {listing(other)})", then, other)
    return One(f"({single(then)} if {test} else {single(other)})", types, full=True)


@function("trace")
def _trace(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    """What is traced goes nowhere: it would show a patient's data."""
    return c.target(call.target, scope, full=full, accept=accept)
