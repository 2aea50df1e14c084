"""The functions that FHIR adds to FHIRPath (R4 section 2.9.1), trees, and what is not judged."""

from conformance.validation.fhirpath.compiler import Compiler, Scope, function
from conformance.validation.fhirpath.functions import argument, looped
from conformance.validation.fhirpath.kinds import OPEN, is_primitive
from conformance.validation.fhirpath.nodes import NotEvaluable, Uncompiled
from conformance.validation.fhirpath.plans import (
    NOTHING,
    Empty,
    Many,
    One,
    Plan,
    Truth,
    chained,
    listing,
    total,
    types_of,
    value,
)
from conformance.validation.fhirpath.steps import Accept
from conformance.validation.fhirpath.syntax import Call
from conformance.validation.fhirpath.trees import children, descendants


@function("hasValue")
def _has_value(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope, full=False)
    types = types_of(base)
    if not any(type_ == OPEN or is_primitive(type_) for type_ in types):
        return Truth("False", "True", total=True)
    if isinstance(base, One) and all(map(is_primitive, types)):
        return total(f"{value(base)} is not None")
    return total(f"has_value({listing(c.target(call.target, scope))})")


@function("getValue")
def _get_value(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope, full=False)
    return One(value(base), types_of(base))


@function("extension")
def _extension(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope)
    if isinstance(base, Empty | Truth):
        return NOTHING
    loop, url = looped(c, base), value(c.plan(argument(call), scope))
    name = c.writer.name()
    clauses = f"for {name} in part({loop.item}, 'extension') or () if {name}.get('url') == {url}"
    return Many(f"{loop.clauses} {clauses}", name, ("Extension",))


@function("children", "descendants")
def _children(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope)
    if call.name == "children":
        return children(c.writer, base, accept)
    return descendants(c.writer, base, None)


@function("resolve")
def _resolve(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    base = c.target(call.target, scope)
    if isinstance(base, Empty | Truth):
        return NOTHING
    if isinstance(base, One):
        return One(f"resolved({base.code}, resource, root)", ("Resource",))
    inner = One(f"resolved({base.item}, resource, root)", ("Resource",))
    return chained(base, inner, c.writer.name())


@function("htmlChecks")
def _html(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    return total(f"html_checks({value(c.target(call.target, scope, full=False))})")


@function("memberOf", "subsumes", "subsumedBy", "validateVS", "conformsTo")
def _beyond(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    if call.name == "conformsTo":
        raise NotEvaluable("conformsTo asks for a profile within an expression.")
    raise NotEvaluable(f"{call.name} asks a terminology service.")


@function("now", "today", "timeOfDay")
def _clock(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    raise NotEvaluable(f"{call.name}() depends on the day of the validation.")


@function("aggregate", "type", "encode", "decode")
def _interpreted(c: Compiler, call: Call, scope: Scope, full: bool, accept: Accept | None) -> Plan:
    raise Uncompiled(f"the function {call.name}")
