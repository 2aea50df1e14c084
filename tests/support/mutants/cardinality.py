"""Mutants that take away what has to be there, or give too much of it."""

from collections.abc import Iterator

from tests.support.mutants.companions import around
from tests.support.mutants.mutant import Mutant, Study, appending, removing, replacing
from tests.support.mutants.slicing import discriminating
from tests.support.mutants.snapshots import Node
from tests.support.mutants.spots import Owner, Place, Walk

DISTINCT = "what is added is a copy"


def too_few(study: Study) -> Iterator[Mutant]:
    """Take away each required element, for every definition that requires it."""
    for walk in study.walks:
        for owner in walk.owners:
            for child in owner.children:
                key = next((k for k in child.names() if k in owner.value), None)
                if discriminating(owner.above, child):
                    continue
                if child.min and key and len(owner.value) > 1 + ("resourceType" in owner.value):
                    yield from _without(study, owner, child, key)


def _without(study: Study, owner: Owner, child: Node, key: str) -> Iterator[Mutant]:
    place: Place = (*owner.place, key)
    value = owner.value[key]
    if owner.value.keys() <= {key, f"_{key}", "id"}:
        return
    edits = [("taken away", removing(place))]
    if child.min > 1 and isinstance(value, list):
        edits.append(("one too few", replacing(place, value[: child.min - 1])))
    for change, edit in edits:
        yield Mutant(
            kind="cardinality: min",
            rule=f"{child.rule} {change}",
            change=f"{key} {change}",
            example=study.example,
            edit=edit,
            code="cardinality.min",
            path=study.path((*owner.place, child.name)),
            companions=around(study, place, value),
            profiles=study.profiles,
        )


def too_many(study: Study) -> Iterator[Mutant]:
    """Repeat what may stand once more than it may, for every definition that limits it."""
    for walk in study.walks:
        for owner in walk.owners:
            for child in owner.children:
                values = owner.value.get(child.name)
                if not child.max or not isinstance(values, list) or not values:
                    continue
                extra = [values[-1]] * (child.max + 1 - len(values))
                yield Mutant(
                    kind="cardinality: max",
                    rule=child.rule,
                    change=f"{child.max + 1} of {child.name}",
                    example=study.example,
                    edit=appending((*owner.place, child.name), *extra),
                    code="cardinality.max",
                    path=study.path((*owner.place, child.name)),
                    companions=around(study, (*owner.place, child.name), values)
                    | {"slice.max": DISTINCT},
                    profiles=study.profiles,
                )


def forbidden(study: Study) -> Iterator[Mutant]:
    """Give a value to what a definition forbids (`max` 0) and its base allows."""
    for walk in study.walks:
        for owner in walk.owners:
            for child in owner.children:
                if child.max != 0 or any(key in owner.value for key in child.names()):
                    continue
                if child.name == "extension":
                    key: str = "extension"
                    value: object = [{"url": "http://example.org/zz", "valueString": "x"}]
                elif child.name == "value[x]":
                    key, value = "valueString", "x"
                else:
                    continue
                yield Mutant(
                    kind="cardinality: max",
                    rule=child.rule,
                    change=f"a forbidden {key}",
                    example=study.example,
                    edit=replacing((*owner.place, key), value),
                    code="cardinality.max",
                    path=study.path((*owner.place, key)),
                    companions=around(study, (*owner.place, key), value)
                    | {"slice.closed": "no slice has such an extension"},
                    profiles=study.profiles,
                )


def slices_too_few(study: Study) -> Iterator[Mutant]:
    """Take away all that is in a required slice."""
    for array, narrower, members in sliced(study):
        values = study.value(array)
        if not narrower.min or len(members) == len(values) or len(members) < narrower.min:
            continue
        left = [v for i, v in enumerate(values) if (*array, i) not in members]
        yield Mutant(
            kind="slice: min",
            rule=narrower.rule,
            change="all of a slice taken away",
            example=study.example,
            edit=replacing(array, left),
            code="slice.min",
            path=study.path(array),
            companions=around(study, array, values)
            | {"cardinality.min": "fewer of the element are left too"},
            profiles=study.profiles,
        )


def slices_too_many(study: Study) -> Iterator[Mutant]:
    """Repeat what is in a slice more often than it may."""
    for array, narrower, members in sliced(study):
        if not narrower.max:
            continue
        extra = [study.value(members[0])] * (narrower.max + 1 - len(members))
        yield Mutant(
            kind="slice: max",
            rule=narrower.rule,
            change=f"{narrower.max + 1} of a slice",
            example=study.example,
            edit=appending(array, *extra),
            code="slice.max",
            path=study.path(array),
            companions=around(study, array, extra)
            | {"cardinality.max": "the element itself may be limited too"},
            profiles=study.profiles,
        )


def sliced(study: Study) -> Iterator[tuple[Place, Node, list[Place]]]:
    """Yield the arrays that hold something of a slice, and where."""
    for walk in study.profiled:
        yield from _of(walk)
    yield from _of(study.base)


def _of(walk: Walk) -> Iterator[tuple[Place, Node, list[Place]]]:
    found: dict[tuple[Place, str], tuple[Node, list[Place]]] = {}
    for spot in walk.spots:
        if spot.node.element.get("sliceName") and isinstance(spot.place[-1], int):
            entry = found.setdefault((spot.array, spot.node.id), (spot.node, []))
            entry[1].append(spot.place)
    for (array, _), (node, members) in found.items():
        yield array, node, members
