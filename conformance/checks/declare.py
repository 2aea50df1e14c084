"""Declare a check: which requirements it speaks for, and over which rows it is repeated."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from conformance.catalogue.load import load_catalogue
from conformance.checks.rows import ROWS, Row
from conformance.core.errors import CatalogueError
from conformance.core.findings import Level
from conformance.ig.rulebook import Rulebook

Function = TypeVar("Function", bound=Callable[..., None])
ATTRIBUTE = "__conformance__"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """
    What a check function says of itself.

    `title` is the docstring's first line, `citation` the rest. `argument` is the parameter that
    takes the row, "" for a check without rows. A `serial` check is not run ahead in a thread but
    after all that are, and a `last` one after every other: it ends what others still need. A check
    with a `witness` is decided by what was seen of a credential, which no transcript holds.
    """

    requirements: tuple[str, ...]
    level: Level
    title: str
    citation: str
    serial: bool = False
    last: bool = False
    witness: bool = False
    row_kind: type | None = None
    argument: str = ""
    where: dict[str, Any] = field(default_factory=dict)

    @property
    def turn(self) -> int:
        """When the check's turn comes: 0 ahead in threads, 1 serially, 2 last."""
        return 2 if self.last else int(self.serial)

    def rows(self, rulebook: Rulebook) -> list[Row]:
        """Return the rows under an edition's rulebook; empty for a check without rows."""
        if self.row_kind is None:
            return []
        return [row for row in ROWS[self.row_kind](rulebook) if self._selects(row)]

    def _selects(self, row: Row) -> bool:
        return all(
            wanted(row) if callable(wanted) else getattr(row, name) == wanted
            for name, wanted in self.where.items()
        )


def check(
    *requirements: str, serial: bool = False, last: bool = False, witness: bool = False
) -> Callable[[Function], Function]:
    """
    Mark a function as a check of some requirements of the catalogue.

    Raises CatalogueError at import for a function without docstring and for an unknown requirement.
    """

    def mark(function: Function) -> Function:
        lines = inspect.cleandoc(function.__doc__ or "").strip().partition("\n")
        if not lines[0] or not lines[2].strip():
            raise CatalogueError(
                f"{_place(function)} needs a docstring: what a good server does, then the citation."
            )
        setattr(
            function,
            ATTRIBUTE,
            Declaration(
                requirements=requirements,
                level=_level(function, requirements),
                title=lines[0].strip(),
                citation=" ".join(lines[2].split()),
                serial=serial or last,
                last=last,
                witness=witness,
            ),
        )
        return function

    return mark


def for_each(kind: type, **where: Any) -> Callable[[Function], Function]:
    """
    Repeat a check over the rows of a kind.

    `where` selects rows: an attribute's value, or a predicate over the row under any name. The row
    is passed as the argument that is annotated with the kind. Stands above `@check`.
    """

    def repeat(function: Function) -> Function:
        declaration = declaration_of(function)
        if declaration is None:
            raise CatalogueError(f"{_place(function)}: @for_each stands above @check.")
        arguments = [
            name
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.annotation is kind
        ]
        if kind not in ROWS or len(arguments) != 1:
            raise CatalogueError(
                f"{_place(function)} needs one argument annotated with {kind.__name__}."
            )
        repeated = replace(declaration, row_kind=kind, argument=arguments[0], where=where)
        setattr(function, ATTRIBUTE, repeated)
        return function

    return repeat


def declaration_of(function: object) -> Declaration | None:
    """Return a function's declaration, None for a function that is no check."""
    declaration = getattr(function, ATTRIBUTE, None)
    return declaration if isinstance(declaration, Declaration) else None


def _level(function: Callable[..., None], requirements: Iterable[str]) -> Level:
    known = load_catalogue().requirements
    levels = set()
    for name in requirements:
        if name not in known:
            raise CatalogueError(f"{_place(function)} names the unknown requirement {name!r}.")
        levels.add(str(known[name].level))
    if not levels:
        raise CatalogueError(f"{_place(function)} names no requirement.")
    return Level.SHALL if "SHALL" in levels else Level.SHOULD


def _place(function: Callable[..., None]) -> str:
    return f"{function.__module__}.{function.__name__}"
