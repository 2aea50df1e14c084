"""
FHIRPath's functions on texts, numbers and conversions (N1, sections 5.5 to 5.7) to plans.

N1 lets `startsWith`, `endsWith`, `contains` and `matches` of nothing be empty. Published invariants
count on false: ref-1 and bdl-8 (`fullUrl.contains('/_history/').not()`) stand on elements whose
text is optional, an invariant has to be true, and `not()` of empty is not. So false it is here, as
in the validator that those packages were published with.
"""

from conformance.validation.fhirpath.compiler import Compiler, Scope, function
from conformance.validation.fhirpath.functions import argument
from conformance.validation.fhirpath.kinds import OPEN, category
from conformance.validation.fhirpath.nodes import Uncompiled
from conformance.validation.fhirpath.patterns import Pattern
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
    ternary,
    total,
    types_of,
    value,
    values,
)
from conformance.validation.fhirpath.steps import Accept
from conformance.validation.fhirpath.syntax import Call, Kind, Literal


def _text(c: Compiler, call: Call, scope: Scope) -> str | None:
    """Code for the text that a function works on, None where there is none; numbers are none."""
    base = c.target(call.target, scope, full=False)
    if isinstance(base, Empty):
        return None
    if category(c.model, types_of(base)) != "text" and OPEN not in types_of(base):
        raise Uncompiled(f"{call.name} of something other than a text")
    return value(base)


@function("startsWith", "endsWith", "contains")
def _tests(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    text = _text(c, call, scope)
    if text is None:
        return Truth("False", "True", total=True)
    other = value(c.plan(argument(call), scope))
    name = {"startsWith": "starts", "endsWith": "ends", "contains": "holds"}[call.name]
    return ternary(f"{name}({text}, {other})")


@function("matches", "replaceMatches")
def _regex(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    text = _text(c, call, scope)
    if text is None:
        return Truth("False", "True", total=True) if call.name == "matches" else NOTHING
    pattern = argument(call)
    if not isinstance(pattern, Literal) or pattern.kind is not Kind.STRING:
        raise Uncompiled(f"{call.name} with a computed pattern")
    name = c.writer.constant(Pattern(pattern.text))
    if call.name == "matches":
        return total(f"{name}.matches({text})")
    other = value(c.plan(argument(call, 1), scope))
    return One(f"{name}.replaced({text}, {other})", STRING)


@function("substring")
def _substring(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    text = _text(c, call, scope)
    if text is None:
        return NOTHING
    numbers = [value(c.plan(number, scope)) for number in call.arguments]
    return One(f"substring({text}, {', '.join(numbers)})", STRING)


@function("upper", "lower", "trim", "replace", "indexOf", "length", "split", "toChars")
def _changed(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    text = _text(c, call, scope)
    if text is None:
        return NOTHING
    rest = "".join(f", {value(c.plan(other, scope))}" for other in call.arguments)
    code = f"text_{call.name.lower()}({text}{rest})"
    if call.name in ("split", "toChars"):
        name = c.writer.name()
        return Many(f"for {name} in {code}", name, STRING, source=code)
    return One(code, INTEGER if call.name in ("indexOf", "length") else STRING)


@function("join")
def _join(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    found = values(c.target(call.target, scope))
    by = value(c.plan(call.arguments[0], scope)) if call.arguments else "''"
    return One(f"{by}.join({found})", STRING, sure=True)


CONVERSIONS = {
    "toString": STRING,
    "toInteger": INTEGER,
    "toDecimal": DECIMAL,
    "toBoolean": ("System.Boolean",),
}


@function(*CONVERSIONS)
def _converted(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope, full=False)
    kind = category(c.model, types_of(base))
    if isinstance(base, Empty) or kind == "other":
        return NOTHING
    if kind == "quantity":
        raise Uncompiled(f"{call.name} of something other than a primitive")
    return One(f"{_snake(call.name)}({value(base)})", CONVERSIONS[call.name])


@function("convertsToString", "convertsToInteger", "convertsToDecimal", "convertsToBoolean")
def _converts(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope, full=False)
    if isinstance(base, Empty):
        return NOTHING
    if category(c.model, types_of(base)) in ("quantity", "other", "mixed"):
        raise Uncompiled(f"{call.name} of something other than a primitive")
    name = _snake("to" + call.name.removeprefix("convertsTo"))
    return ternary(f"converts({value(base)}, {name})")


@function("abs", "ceiling", "floor", "truncate", "round")
def _rounded(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope, full=False)
    if isinstance(base, Empty):
        return NOTHING
    if category(c.model, types_of(base)) != "number":
        raise Uncompiled(f"{call.name} of something other than a number")
    rest = "".join(f", {value(c.plan(other, scope))}" for other in call.arguments)
    types = types_of(base) if call.name in ("abs", "round") else INTEGER
    return One(f"number_{call.name}({value(base)}{rest})", types)


def _snake(name: str) -> str:
    return "to_" + name.removeprefix("to").lower()
