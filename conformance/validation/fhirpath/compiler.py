"""From the tree of an expression to plans of Python code, with the types known at every step."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

from conformance.validation.fhirpath import operators
from conformance.validation.fhirpath.kinds import ABSTRACT, OPEN, is_kind_of
from conformance.validation.fhirpath.nodes import NotEvaluable, Uncompiled
from conformance.validation.fhirpath.plans import (
    DECIMAL,
    INTEGER,
    NOTHING,
    STRING,
    Many,
    One,
    Plan,
    Truth,
    chained,
    listing,
    present,
    single,
    ternary,
    types_of,
    value,
)
from conformance.validation.fhirpath.steps import Accept, child, step
from conformance.validation.fhirpath.syntax import (
    Binary,
    Call,
    Index,
    Kind,
    Literal,
    Member,
    Negative,
    Node,
    TypeTest,
    Variable,
    chain,
)
from conformance.validation.fhirpath.trees import descendants
from conformance.validation.fhirpath.writing import Writer

CONSTANTS = {
    "%ucum": "http://unitsofmeasure.org",
    "%sct": "http://snomed.info/sct",
    "%loinc": "http://loinc.org",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What `$this`, `%context`, `%resource` and `$index` are at a place of the expression."""

    this: Plan
    context: Plan
    resource: Plan
    index: str = ""

    def inside(self, item: Plan, index: str = "") -> "Scope":
        """The scope of a criterion or projection that is evaluated for an item."""
        return replace(self, this=item, index=index)


Function: TypeAlias = Callable[["Compiler", Call, Scope, bool, Accept | None], Plan]
FUNCTIONS: dict[str, Function] = {}


def function(*names: str) -> Callable[[Function], Function]:
    """Give the compiler a FHIRPath function."""

    def keep(made: Function) -> Function:
        FUNCTIONS.update(dict.fromkeys(names, made))
        return made

    return keep


class Compiler:
    """
    Plans for the nodes of one expression.

    `full` asks for primitives with their companions, which only what counts elements or looks at
    extensions needs. `accept` narrows the types that the asker can use. `Uncompiled` is raised for
    what is left to the interpreter.
    """

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.model = writer.model

    def plan(
        self, node: Node, scope: Scope, *, full: bool = False, accept: Accept | None = None
    ) -> Plan:
        """The plan of a node."""
        match node:
            case Literal():
                return self._literal(node)
            case Variable():
                return self._variable(node.name, scope)
            case Member():
                return self._member(node, scope, full, accept)
            case Call():
                made = FUNCTIONS.get(node.name)
                if made is None:
                    raise Uncompiled(f"the function {node.name}")
                return made(self, node, scope, full, accept)
            case Index():
                return self._index(node, scope, full, accept)
            case Negative():
                operand = self.plan(node.operand, scope)
                return One(f"negative({value(operand)})", types_of(operand))
            case TypeTest():
                return self._type_test(node, scope, full)
            case Binary():
                return operators.plan(self, node, scope, full, accept)

    def target(
        self, node: Node | None, scope: Scope, *, full: bool = True, accept: Accept | None = None
    ) -> Plan:
        """What a function works on: its target, without one `$this`."""
        if node is None:
            return scope.this
        return self.plan(node, scope, full=full, accept=accept)

    def _literal(self, node: Literal) -> Plan:
        match node.kind:
            case Kind.STRING:
                return One(repr(node.text), STRING, sure=True)
            case Kind.BOOLEAN:
                true = node.text == "true"
                return Truth(str(true), str(not true), total=True)
            case Kind.NUMBER if "." not in node.text:
                return One(node.text.lstrip("0") or "0", INTEGER, sure=True)
            case Kind.NUMBER:
                return One(self.writer.constant(Decimal(node.text)), DECIMAL, sure=True)
            case Kind.EMPTY:
                return NOTHING
            case Kind.QUANTITY:
                quantity = {
                    "value": Decimal(node.text),
                    "code": node.unit,
                    "system": CONSTANTS["%ucum"],
                }
                return One(self.writer.constant(quantity), ("System.Quantity",), sure=True)
        return One(repr(node.text), (f"System.{node.kind}",), sure=True)

    def _variable(self, name: str, scope: Scope) -> Plan:
        match name:
            case "$this":
                return scope.this
            case "$index" if scope.index:
                return One(scope.index, INTEGER, sure=True)
            case "%context":
                return scope.context
            case "%resource":
                return scope.resource
            case "%rootResource":
                return One("container(resource, root)", ("Resource",), sure=True)
        if name in CONSTANTS:
            return One(repr(CONSTANTS[name]), STRING, sure=True)
        if name.startswith(("%vs-", "%ext-")):
            kind, _, tail = name[1:].partition("-")
            folder = "ValueSet" if kind == "vs" else "StructureDefinition"
            return One(repr(f"http://hl7.org/fhir/{folder}/{tail}"), STRING, sure=True)
        raise NotEvaluable(f"The variable {name} has no value here.")

    def _member(self, node: Member, scope: Scope, full: bool, accept: Accept | None) -> Plan:
        if isinstance(node.target, Call) and node.target.name == "descendants":
            base = self.target(node.target.target, scope)
            return descendants(self.writer, base, node.name)
        if node.target is None:
            return self._first_name(node.name, scope, full, accept)
        has = self._has(node.name)
        if isinstance(node.target, Call) and node.target.name == "children":
            # What contained resources have besides the elements of all is not looked for here.
            accepted, has = has, lambda type_: type_ not in ABSTRACT and accepted(type_)
        wanted = node.name in ("id", "extension")
        base = self.plan(node.target, scope, full=wanted, accept=has)
        return step(self.writer, base, node.name, full=full, accept=accept)

    def _has(self, name: str) -> Accept:
        if name in ("id", "extension"):
            return lambda type_: True
        return lambda type_: (
            type_ in (*ABSTRACT, OPEN) or child(self.model, type_, name) is not None
        )

    def _first_name(self, name: str, scope: Scope, full: bool, accept: Accept | None) -> Plan:
        """A path may begin with a type's name; then it is the focus itself, if it is such a one."""
        known = any(child(self.model, type_, name) for type_ in types_of(scope.this))
        if not known and name[:1].isupper() and self.model.children(name):
            return self.kept(scope.this, name)
        return step(self.writer, scope.this, name, full=full, accept=accept)

    def _index(self, node: Index, scope: Scope, full: bool, accept: Accept | None) -> Plan:
        base = self.plan(node.target, scope, full=True, accept=accept)
        index = value(self.plan(node.index, scope))
        return One(f"at({listing(base)}, {index})", types_of(base), full=True)

    def kept(self, base: Plan, wanted: str) -> Plan:
        """The items of a type."""
        types = types_of(base)
        fitting = tuple(type_ for type_ in types if is_kind_of(self.model, type_, wanted))
        if OPEN in types:
            raise Uncompiled(f"items of the type {wanted} below a resource")
        if fitting == types:
            return base
        if isinstance(base, One | Many) and any(type_ in ABSTRACT for type_ in types):
            return self._kept_resources(base, wanted)
        if fitting:
            raise Uncompiled(f"items of the type {wanted} among others")
        return NOTHING

    def _kept_resources(self, base: One | Many, wanted: str) -> Plan:
        if not self.model.is_resource(wanted):
            return NOTHING
        if wanted in ABSTRACT or not set(base.types) <= set(ABSTRACT):
            raise Uncompiled(f"items of the type {wanted} among others")
        if isinstance(base, One):
            return One(f"resource_of({base.code}, {wanted!r})", (wanted,))
        inner = One(f"resource_of({base.item}, {wanted!r})", (wanted,))
        return chained(base, inner, self.writer.name())

    def _type_test(self, node: TypeTest, scope: Scope, full: bool) -> Plan:
        wanted = node.type
        if node.operator != "is":
            narrowed = self._narrowed(node.operand, wanted, scope, full)
            return self.kept(narrowed, wanted)
        base = self.target(node.operand, scope)
        types = types_of(base)
        fitting = [type_ for type_ in types if is_kind_of(self.model, type_, wanted)]
        if OPEN in types:
            raise Uncompiled(f"a test for {wanted} below a resource")
        there = present(base) if isinstance(base, One) else f"({single(base)} is not None)"
        if not fitting and not any(type_ in ABSTRACT for type_ in types):
            return Truth("False", there)
        if len(fitting) == len(types):
            return Truth(there, "False")
        if set(types) <= set(ABSTRACT):
            if not self.model.is_resource(wanted):
                return Truth("False", there)
            if wanted in ABSTRACT:
                raise Uncompiled(f"a test for {wanted}")
            return ternary(f"is_resource({single(base)}, {wanted!r})")
        narrowed = self._narrowed(node.operand, wanted, scope, True)
        if not all(is_kind_of(self.model, type_, wanted) for type_ in types_of(narrowed)):
            raise Uncompiled(f"a test for {wanted} among other types")
        return Truth(present(narrowed), f"({there} and not {present(narrowed)})")

    def _narrowed(self, node: Node | None, wanted: str, scope: Scope, full: bool) -> Plan:
        def accept(type_: str) -> bool:
            return type_ in ABSTRACT or is_kind_of(self.model, type_, wanted)

        return self.target(node, scope, full=full, accept=accept)

    def strings(self, node: Node) -> tuple[str, ...] | None:
        """The texts of a union of string literals, None where it is something else."""
        parts = chain(node) if isinstance(node, Binary) and node.operator == "|" else [node]
        texts = [
            part.text for part in parts if isinstance(part, Literal) and part.kind is Kind.STRING
        ]
        return tuple(texts) if len(texts) == len(parts) else None
