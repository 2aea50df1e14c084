"""What FHIRPath needs to know of the types of R4: their children and their ancestors."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from conformance.ig.definitions import Definition, ElementRule

_BACKBONE = ("BackboneElement", "Element")


class Child(NamedTuple):
    """
    A child by its FHIRPath name.

    `keys` are the JSON keys that it may have, each with its type: one for most elements, one for
    each type of a choice. A type is a FHIR type name, or the path of a backbone element.
    """

    name: str
    keys: tuple[tuple[str, str], ...]
    many: bool


class TypeModel:
    """
    The types of a registry: FHIR types by name, backbone elements by path.

    `Observation.component` is a type here. The `value` of a primitive is no child; its `id` and
    `extension` are, which JSON has in the companion (`_birthDate`).
    """

    def __init__(self, type_: Callable[[str], Definition | None]) -> None:
        self._type = type_
        self._children: dict[str, Mapping[str, Child]] = {}

    def children(self, type_: str) -> Mapping[str, Child]:
        """Return the children of a type by FHIRPath name, none of a type that is unknown."""
        found = self._children.get(type_)
        if found is None:
            found = dict(self._read(type_))
            if found:
                # Resources may call themselves anything; only what is a type is kept.
                self._children[type_] = found
        return found

    def is_a(self, type_: str, ancestor: str) -> bool:
        """Return whether a type is `ancestor` or is derived from it."""
        return ancestor in self.ancestry(type_)

    def is_primitive(self, type_: str) -> bool:
        """Return whether values of this type stand in JSON as strings, numbers or booleans."""
        definition = self._type(type_)
        return definition is not None and definition.kind == "primitive-type"

    def is_resource(self, type_: str) -> bool:
        """Return whether this names a resource type, abstract ones included."""
        definition = self._type(type_)
        return definition is not None and definition.kind == "resource"

    def ancestry(self, type_: str) -> tuple[str, ...]:
        """Return a type and what it derives from, nearest first."""
        found: list[str] = []
        place = self._backbone(type_)
        if place is not None:
            found.append(type_)
            type_ = place.types[0].code if place.types else "Element"
        while type_ and type_ not in found:
            found.append(type_)
            definition = self._type(type_)
            type_ = definition.base.rpartition("/")[2] if definition else ""
        return tuple(found)

    def _backbone(self, type_: str) -> ElementRule | None:
        return self._place(type_) if "." in type_ else None

    def _place(self, type_: str) -> ElementRule | None:
        name, *steps = type_.split(".")
        definition = self._type(name)
        place = definition.root if definition else None
        for step in steps:
            if place is None:
                return None
            wanted = step.removesuffix("[x]")
            place = next((child for child in place.children if child.name == wanted), None)
        return place

    def _read(self, type_: str) -> Iterator[tuple[str, Child]]:
        place = self._place(type_)
        primitive = self.is_primitive(type_)
        for child in place.children if place else ():
            if not (primitive and child.name == "value"):
                keys = tuple(_keys(child, f"{type_}.{child.name}"))
                yield child.name, Child(name=child.name, keys=keys, many=child.many)


def _keys(child: ElementRule, path: str) -> Iterator[tuple[str, str]]:
    if child.content:
        yield child.name, child.content
    for rule in child.types:
        backbone = rule.code in _BACKBONE and child.children
        ending = rule.code[:1].upper() + rule.code[1:] if child.choice else ""
        yield child.name + ending, path if backbone else rule.code
