"""The parts of a parsed FHIRPath expression."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Kind(StrEnum):
    """What a literal is."""

    STRING = "String"
    NUMBER = "Number"
    BOOLEAN = "Boolean"
    DATE = "Date"
    DATE_TIME = "DateTime"
    TIME = "Time"
    QUANTITY = "Quantity"
    EMPTY = "Empty"


@dataclass(frozen=True, slots=True)
class Literal:
    """`'a'`, `3.1`, `true`, `@2020-01`, `4 'mg'` (with its unit), `{}`; `text` is its value."""

    kind: Kind
    text: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A name with its sign: `$this`, `$index`, `%resource`."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """`target.name`; without a target the name stands first in its path."""

    target: "Node | None"
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """`target.name(arguments)`; without a target it works on `$this`."""

    target: "Node | None"
    name: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Index:
    """`target[index]`."""

    target: "Node"
    index: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Negative:
    """`-operand`; a plus sign leaves no trace."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class TypeTest:
    """`operand is Type`, `operand as Type`, and the functions of these names and `ofType`."""

    operator: str
    operand: "Node | None"
    type: str


Node: TypeAlias = Literal | Variable | Member | Call | Index | Binary | Negative | TypeTest


def chain(node: Binary) -> list[Node]:
    """The operands of `a or b or c`, of which the tree has `(a or b) or c`."""
    operands: list[Node] = []
    left: Node = node
    while isinstance(left, Binary) and left.operator == node.operator:
        operands.append(left.right)
        left = left.left
    return [left, *reversed(operands)]


def calls(node: Node) -> Iterator[Call]:
    """Every call of a function in a tree."""
    parts: tuple[Node | None, ...] = ()
    match node:
        case Call(target, _, arguments):
            yield node
            parts = (target, *arguments)
        case Member(target, _):
            parts = (target,)
        case Index(target, index):
            parts = (target, index)
        case Binary(_, left, right):
            parts = (left, right)
        case Negative(operand) | TypeTest(_, operand, _):
            parts = (operand,)
    for part in parts:
        if part is not None:
            yield from calls(part)
