"""A mutant: a sound resource, one stated change, and what is to be found because of it."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.support.mutants.library import Example, Library
from tests.support.mutants.spots import Place, Walk, at, path

Edit = Callable[[Any], None]
"""What breaks a copy of the resource, in place."""


class Reasoned(Protocol):
    """Codes that may come along, each with its reason."""

    def reasons(self) -> dict[str, str]:
        """Return them."""


@dataclass(frozen=True, slots=True)
class Given:
    """Companions that are written down."""

    held: dict[str, str]

    def reasons(self) -> dict[str, str]:
        """Return them."""
        return self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """
    One change and its consequences.

    `kind` is the kind of rule that is broken and `rule` the very rule. `code` has to appear at
    `path`; of other errors only those may be new whose code is among the `companions`, which says
    for each why. A mutant with `code` "" is a legal change: nothing new may appear.
    """

    kind: str
    rule: str
    change: str
    example: Example
    edit: Edit = field(compare=False)
    code: str
    path: str = ""
    aspect: tuple[str, str] = ("", "")
    """Of an invariant its key and its expression."""
    companions: "Reasoned | None" = field(default=None, compare=False)
    profiles: tuple[str, ...] = ()

    def resource(self) -> Any:
        """Return a broken copy."""
        made = self.example.read()
        self.edit(made)
        return made

    @property
    def id(self) -> str:
        """Say which one it is, for people."""
        return f"{self.kind}: {self.change} ({self.rule}) in {self.example.key}"


class Study:
    """One example with the walks of every definition that speaks of it."""

    def __init__(self, example: Example, profiles: tuple[str, ...] = ()) -> None:
        self.example = example
        self.library = Library(example.package)
        self.resource = example.read()
        self.profiles = profiles
        base = self.library.type(self.resource["resourceType"])
        self.base = Walk(self.library, self.resource, deep=True)
        if base:
            self.base.of(base)
        self.profiled: list[Walk] = []
        for place, claimed in (*_claims(self.resource), *(((), p) for p in profiles)):
            definition = self.library.definition(claimed)
            if definition:
                walk = Walk(self.library, self.resource, deep=False)
                self.profiled.append(walk.of(definition, place))
        for spot in self.base.spots:
            # An extension is held against its own definition wherever it stands.
            if spot.type == "Extension" and isinstance(spot.value, dict):
                definition = self.library.definition(str(spot.value.get("url")))
                if definition and definition["type"] == "Extension":
                    walk = Walk(self.library, self.resource, deep=False)
                    self.profiled.append(walk.of(definition, spot.place))

    @property
    def walks(self) -> list[Walk]:
        """All of them, that of the base type first."""
        return [self.base, *self.profiled]

    def path(self, place: Place) -> str:
        """Return a place as findings write it."""
        return path(self.resource, place)

    def value(self, place: Place) -> Any:
        """Return what stands at a place."""
        return at(self.resource, place)


def _claims(resource: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Yield the profiles that a resource and the entries of a bundle claim."""
    for claimed in resource.get("meta", {}).get("profile", ()):
        yield place, claimed
    for index, entry in enumerate(resource.get("entry", ())):
        if isinstance(entry.get("resource"), dict) and resource["resourceType"] == "Bundle":
            yield from _claims(entry["resource"], (*place, "entry", index, "resource"))


def replacing(place: Place, value: Any) -> Edit:
    """Return the edit that puts a value at a place."""

    def edit(resource: Any) -> None:
        at(resource, place[:-1])[place[-1]] = copy.deepcopy(value)

    return edit


def removing(place: Place) -> Edit:
    """Return the edit that takes away what stands at a place."""

    def edit(resource: Any) -> None:
        owner = at(resource, place[:-1])
        del owner[place[-1]]
        if isinstance(place[-1], str):
            owner.pop(f"_{place[-1]}", None)

    return edit


def adding(place: Place, **members: Any) -> Edit:
    """Return the edit that gives the object at a place some more members."""

    def edit(resource: Any) -> None:
        at(resource, place).update(copy.deepcopy(members))

    return edit


def appending(place: Place, *values: Any) -> Edit:
    """Return the edit that makes the array at a place longer."""

    def edit(resource: Any) -> None:
        at(resource, place).extend(copy.deepcopy(list(values)))

    return edit


def renaming(place: Place, key: str) -> Edit:
    """Return the edit that gives the member at a place another key."""

    def edit(resource: Any) -> None:
        owner = at(resource, place[:-1])
        owner[key] = owner.pop(place[-1])

    return edit
