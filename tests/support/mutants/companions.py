"""
What else may be wrong once a place of a resource has been changed.

Taken from what the snapshots say of that place: invariants that name the element, slices that it
tells apart, and constants, bindings and references around it. Nothing else may come along.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.support.mutants.mutant import Study
from tests.support.mutants.snapshots import Node, tree
from tests.support.mutants.spots import Place

FAR = re.compile(r"descendants\(|children\(|repeat\(")


@dataclass(frozen=True, slots=True)
class Companions:
    """What may come along, worked out only for those mutants that are tried."""

    study: Study
    place: Place
    values: tuple[Any, ...] = ()
    others: dict[str, str] = field(default_factory=dict)

    def __or__(self, others: dict[str, str]) -> "Companions":
        """Return these and some others."""
        return Companions(self.study, self.place, self.values, self.others | others)

    def reasons(self) -> dict[str, str]:
        """Return the codes that may come along, and why each."""
        return self._around() | self.others

    def _around(self) -> dict[str, str]:
        names = {step for step in self.place[-2:] if isinstance(step, str)}
        names |= set(_keys(self.values))
        found: dict[str, str] = {}
        for node in _nodes(self.study, self.place):
            for constraint in node.element.get("constraint", ()):
                expression = constraint.get("expression", "")
                if FAR.search(expression) or any(_speaks(expression, name) for name in names):
                    key = constraint["key"]
                    found[f"invariant.{key}"] = "the invariant speaks of what was changed"
            for prefix in ("fixed", "pattern"):
                if node.constant(prefix) is not None:
                    found[f"value.{prefix}"] = f"what was changed is in what has a {prefix} value"
            if node.element.get("binding", {}).get("strength") == "required":
                found["binding.required"] = "what was changed is bound or part of what is"
            if node.element.get("slicing"):
                found["slice.min"] = "what was changed is in a slice or tells it from others"
                found["slice.closed"] = "what was changed tells it from others of a closed slicing"
            if "Reference" in node.codes():
                found["reference.target"] = "what was changed is part of a reference"
        return found


def around(study: Study, place: Place, *values: Any) -> Companions:
    """Return the companions of a change at a place, with all that the values there hold."""
    return Companions(study, place, values)


def _nodes(study: Study, place: Place) -> Iterator[Node]:
    """Yield every node that speaks of the place or of something around it or below it."""
    for walk in study.walks:
        for owner in walk.owners:
            if place[: len(owner.place)] == owner.place:
                yield from owner.above
            elif any(
                _far(c.get("expression", "")) for c in owner.node.element.get("constraint", ())
            ):
                yield owner.node
        for spot in walk.spots:
            if any(_far(c.get("expression", "")) for c in spot.node.element.get("constraint", ())):
                yield spot.node
            if place[: len(spot.place)] == spot.place or spot.place[: len(place)] == place:
                yield spot.node
                typed = study.library.type(spot.type)
                if typed and spot.type not in {"Resource", "BackboneElement", "Element"}:
                    yield tree(typed)


def _far(expression: str) -> bool:
    """Say whether an invariant looks at the whole resource."""
    return "%resource" in expression or "%rootResource" in expression or "resolve()" in expression


@cache
def _speaks(expression: str, name: str) -> bool:
    parts = re.split(r"(?=[A-Z])", name)
    stems = {re.escape("".join(parts[: n + 1])) for n in range(len(parts))} - {""}
    return any(re.search(rf"\b{stem}\b", expression) for stem in stems)


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from _keys(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _keys(member)
