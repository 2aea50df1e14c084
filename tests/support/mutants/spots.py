"""Where a definition speaks of a place in a resource: the walk along snapshot and instance."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.mutants.library import Library
from tests.support.mutants.slicing import belongs
from tests.support.mutants.snapshots import Node, below, tree

Place = tuple[str | int, ...]
"""How to get at a value: keys and indices from the resource on."""


def path(resource: dict[str, Any], place: Place) -> str:
    """Return the place as a finding writes it: `Patient.name[0].family`."""
    written = str(resource["resourceType"])
    for step in place:
        written += f"[{step}]" if isinstance(step, int) else f".{step}"
    return written


def at(resource: Any, place: Place) -> Any:
    """Return what stands at a place."""
    for step in place:
        resource = resource[step]
    return resource


@dataclass(frozen=True, slots=True)
class Spot:
    """
    One value of a resource and the element that it is an occurrence of.

    `place` leads to the value, through the array where there is one. `type` is the one of its
    types that the key says. `above` are the nodes on the way, the root first.
    """

    node: Node
    place: Place
    value: Any
    type: str
    above: tuple["Node", ...]
    slice: bool = False
    """The node is a slice or stands below one."""

    @property
    def array(self) -> Place:
        """Where the array is that it stands in, or its own place."""
        return self.place[:-1] if isinstance(self.place[-1], int) else self.place

    @property
    def parent(self) -> Place:
        """Where the object is that it is a member of."""
        return self.array[:-1]


@dataclass(frozen=True, slots=True)
class Owner:
    """One object of a resource and the element whose children it may have."""

    node: Node
    place: Place
    value: dict[str, Any]
    children: tuple[Node, ...]
    above: tuple[Node, ...]
    slice: bool = False


class Walk:
    """The walk of one definition over one resource; `deep` goes on into the data types."""

    def __init__(self, library: Library, resource: dict[str, Any], *, deep: bool) -> None:
        self.library = library
        self.resource = resource
        self.deep = deep
        self.spots: list[Spot] = []
        self.owners: list[Owner] = []

    def of(self, definition: dict[str, Any], place: Place = ()) -> "Walk":
        """Walk along a definition, from a place of the resource on."""
        value = at(self.resource, place)
        if isinstance(value, dict) and "snapshot" in definition:
            self._object(tree(definition), place, value, (), sliced=False)
        return self

    def _object(
        self,
        node: Node,
        place: Place,
        value: dict[str, Any],
        above: tuple[Node, ...],
        sliced: bool,
        code: str = "",
    ) -> None:
        owner, children = (node, node.children)
        if not children and (self.deep or node.element.get("contentReference")):
            owner, children = below(self.library, node, code)
        if not children:
            return
        way = (*above, node) if owner is node else (*above, node, owner)
        self.owners.append(Owner(owner, place, value, tuple(children), way, sliced))
        for child in children:
            for spot in self._occurrences(child, place, value, way, sliced):
                self._visit(spot)
                for narrower in child.slices:
                    self._slice(narrower, spot, child, way)

    def _slice(self, narrower: Node, spot: Spot, child: Node, way: tuple[Node, ...]) -> None:
        if belongs(self.library, child, narrower, spot.value, spot.type):
            self._visit(Spot(narrower, spot.place, spot.value, spot.type, way, slice=True))
            for again in narrower.slices:
                self._slice(again, spot, narrower, way)

    def _visit(self, spot: Spot) -> None:
        self.spots.append(spot)
        if isinstance(spot.value, dict):
            if "resourceType" in spot.value:
                self._resource(spot)
                return
            self._object(spot.node, spot.place, spot.value, spot.above, spot.slice, spot.type)
            self._profiled(spot)

    def _resource(self, spot: Spot) -> None:
        definition = self.library.type(str(spot.value["resourceType"]))
        if self.deep and definition:
            self._object(tree(definition), spot.place, spot.value, (), sliced=False)

    def _profiled(self, spot: Spot) -> None:
        """Go on in the one profile that the element's type asks for."""
        profiles = [
            p for t in spot.node.types for p in t.get("profile", ()) if t["code"] == spot.type
        ]
        definition = self.library.definition(profiles[0]) if len(profiles) == 1 else None
        if definition and definition["kind"] == "complex-type" and len(spot.above) < 20:
            self._object(tree(definition), spot.place, spot.value, spot.above, spot.slice)

    def _occurrences(
        self, child: Node, place: Place, value: dict[str, Any], way: tuple[Node, ...], sliced: bool
    ) -> Iterator[Spot]:
        for key, code in child.names().items():
            if key not in value:
                continue
            found = value[key]
            if isinstance(found, list):
                for index, item in enumerate(found):
                    yield Spot(child, (*place, key, index), item, code, way, sliced)
            else:
                yield Spot(child, (*place, key), found, code, way, sliced)
