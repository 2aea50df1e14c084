"""The rows of a rulebook: resource types, profiles, search parameters, searches."""

from enum import StrEnum
from typing import Any

from msgspec import Struct


class Expectation(StrEnum):
    """How strongly a CapabilityStatement asks for something; compares equal to its word."""

    SHALL = "SHALL"
    SHOULD = "SHOULD"
    MAY = "MAY"


_STRENGTH = (Expectation.SHALL, Expectation.SHOULD, Expectation.MAY)


def weakest(*levels: Expectation) -> Expectation:
    """Return the weakest of several expectations: what a SHOULD type SHALL do, it SHOULD do."""
    return max(levels, key=_STRENGTH.index)


class Code(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A code and the system it is from."""

    system: str
    code: str


class Element(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One place where a search parameter looks.

    `path` is a path of `conformance.core.elements`, without the resource type. `types` are the FHIR
    types that count there (`HumanName`, `Period`); for a choice element the concrete ones. With
    `extension`, the path starts inside each extension of that URL.
    """

    path: str
    types: tuple[str, ...]
    extension: str = ""


class SearchParameter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    A search parameter of one resource type.

    `kind` is `token`, `string`, `date`, `reference` and so on. `level` is what is asked of the
    parameter on its own. `targets` are the types that a reference parameter points at. `precision`
    is how precise a date has to be sent: `day` or `second` (with an offset), "" for other kinds.
    """

    type: str
    name: str
    kind: str
    url: str
    level: Expectation
    elements: tuple[Element, ...]
    targets: tuple[str, ...] = ()
    comparators: tuple[tuple[str, Expectation], ...] = ()
    multiple_or: Expectation | None = None
    precision: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The element paths, without those inside an extension."""
        return tuple(element.path for element in self.elements if not element.extension)

    @property
    def required_comparators(self) -> tuple[str, ...]:
        """The prefixes that a server SHALL support here (`gt`, `ge`, ...)."""
        return tuple(prefix for prefix, level in self.comparators if level == Expectation.SHALL)


class StatusFallback(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    What to add when a server answers 400 because it wants a status.

    `codes` are all codes of the status; `joined` tells whether they may be sent in one value
    (multiple-or SHALL), else one after the other.
    """

    parameter: str
    codes: tuple[str, ...]
    joined: bool


class Search(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One search that a server is asked to support, with its parameters in the guide's order.

    `level` takes the type's own expectation into account. `in_procedure` marks the searches that
    the (g)(10) test procedure executes: those of types that a patient's own search reaches.
    `definitions` are the parameters' definitions, in the same order. `status` is None where the
    search names a status already or the type has none.
    """

    type: str
    parameters: tuple[str, ...]
    level: Expectation
    in_procedure: bool
    definitions: tuple[SearchParameter, ...] = ()
    status: StatusFallback | None = None

    @property
    def id(self) -> str:
        """The row id: `Patient:birthdate+name`."""
        return f"{self.type}:{'+'.join(self.parameters)}"

    @property
    def row(self) -> dict[str, Any]:
        """The row as results.json holds it: builtins only."""
        return {"type": self.type, "parameters": list(self.parameters)}

    @property
    def elements(self) -> tuple[tuple[str, ...], ...]:
        """Per parameter the paths of which a sample needs one, for a search to be built from it."""
        return tuple(definition.paths for definition in self.definitions)

    def definition(self, name: str) -> SearchParameter:
        """Return one parameter's definition; KeyError when the search does not use it."""
        for definition in self.definitions:
            if definition.name == name:
                return definition
        raise KeyError(name)


class FirstSearch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    The search that harvests a patient's data of one type.

    `by` is `patient`, or `_id` for Patient itself. With `fixed`, that parameter is sent too, once
    for each of `codes`.
    """

    type: str
    by: str
    level: Expectation
    fixed: str = ""
    codes: tuple[Code, ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters sent."""
        return (self.by, self.fixed) if self.fixed else (self.by,)


class Profile(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A profile that a server is asked to support; `level` takes the type's into account."""

    url: str
    type: str
    level: Expectation


class Operation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    An operation on a resource type (`docref`), with the canonical URL of its definition.

    `level` takes the type's own expectation into account.
    """

    name: str
    definition: str
    level: Expectation


class ResourceType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A resource type with its interactions, includes and operations, each with its expectation."""

    type: str
    level: Expectation
    interactions: dict[str, Expectation]
    profiles: tuple[str, ...] = ()
    rev_includes: dict[str, Expectation] = {}
    includes: dict[str, Expectation] = {}
    operations: tuple[Operation, ...] = ()
    status: StatusFallback | None = None
