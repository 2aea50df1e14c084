"""Mutants that break invariants, by recipe, wherever a definition asks for them."""

import copy
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.support.mutants.companions import around
from tests.support.mutants.mutant import Edit, Mutant, Study
from tests.support.mutants.recipes import (
    ABSENT,
    CLINICAL_RECIPES,
    GONE,
    HERE,
    MAYBE,
    TYPES,
    Recipe,
)
from tests.support.mutants.recipes_definitional import RECIPES
from tests.support.mutants.recipes_us_core import US_CORE_RECIPES
from tests.support.mutants.snapshots import Node
from tests.support.mutants.spots import Place, at

ALL = (*TYPES, *CLINICAL_RECIPES, *US_CORE_RECIPES, *RECIPES)

_SOMETHING = "it asks for a code of the system 'something', a slip of R4: no value set has it"
_PATTERN = "Event is a pattern for resource types, no type with instances"
_THERE = "its element is there wherever it is asked, so that exists() holds"

CANNOT: dict[tuple[str, str], str] = {
    ("eld-11", ""): "select() gives true or false for every type, and exists() holds of both",
    ("eld-19", ""): "matches() looks for the expression anywhere in the path (R4: a partial match)",
    ("ele-1", ""): "broken by the mutants of emptiness and of companions, at every kind of element",
    ("txt-1", ""): "broken by the mutants of narratives",
    ("txt-2", ""): "the same expression as txt-1, broken with it",
    ("inv-1", "notDoneReason"): _PATTERN,
    ("inv-2", "reasonReference"): _PATTERN,
    ("ppc-2", ""): _SOMETHING,
    ("ppc-3", ""): _SOMETHING,
    ("ppc-4", ""): _SOMETHING,
    ("ppc-5", ""): _SOMETHING,
    ("provenance-1", "$this.agent"): _THERE,
    ("provenance-1", "%resource.agent"): _THERE,
    ("us-core-1", "is DateTime"): "no type of FHIR is called DateTime, and names have a case",
    ("us-core-1", "Observation.effectiveDateTime"): "from effective[x] on there is no Observation",
}
"""Invariants of level error that no recipe breaks: key and part of the expression, and why."""

_BY_KEY: dict[str, list[Recipe]] = defaultdict(list)
for _recipe in ALL:
    _BY_KEY[_recipe.key].append(_recipe)


def invariants(study: Study) -> Iterator[Mutant]:
    """Break, by each recipe that fits, each invariant at each element that asks for it."""
    seen: set[tuple[str, Place]] = set()
    for walk in study.walks:
        places: list[tuple[Node, Place, Any]] = [(o.node, o.place, o.value) for o in walk.owners]
        places += [(s.node, s.place, s.value) for s in walk.spots]
        for node, place, value in places:
            for constraint in node.element.get("constraint", ()):
                if constraint["severity"] != "error":
                    continue
                key, expression = constraint["key"], constraint.get("expression", "")
                for recipe in _BY_KEY.get(key, ()):
                    if not _fits(recipe, node, expression) or (recipe.key, place) in seen:
                        continue
                    mutant = _made(study, recipe, node, place, value, expression)
                    if mutant:
                        yield mutant


def _fits(recipe: Recipe, node: Node, expression: str) -> bool:
    path = str(node.element["path"])
    return (path == recipe.on or path.endswith(f".{recipe.on}")) and recipe.expression in expression


def _made(
    study: Study, recipe: Recipe, node: Node, place: Place, value: Any, expression: str
) -> Mutant | None:
    edit = _edit(recipe, place)
    trial = study.example.read()
    try:
        edit(trial)
    except (_Unfit, KeyError, IndexError, TypeError, AttributeError):
        return None
    if trial == study.resource:
        return None
    names = re.findall(r"[A-Za-z]+", " ".join(recipe.changes))
    return Mutant(
        kind="invariant",
        rule=f"{recipe.key} {node.rule} {sorted(recipe.changes)}",
        change=f"{recipe.key} broken: {', '.join(recipe.changes) or 'another value'}",
        example=study.example,
        edit=edit,
        code=f"invariant.{recipe.key}",
        aspect=(recipe.key, expression),
        path=study.path(place),
        companions=around(study, place, value, dict.fromkeys(names), recipe.changes)
        | recipe.others
        | {"cardinality.min": "what is taken away is required too"},
        profiles=study.profiles,
    )


class _Unfit(Exception):
    """The recipe asks for something that is not so here."""


def _edit(recipe: Recipe, place: Place) -> Edit:
    """Return the edit that a recipe makes of the element at a place."""
    entries = [n + 1 for n, step in enumerate(place) if step == "resource"]
    root = place[: entries[-1]] if entries else ()

    def edit(resource: Any) -> None:
        for written, value in recipe.changes.items():
            if not written:
                at(resource, place[:-1])[place[-1]] = value
                continue
            owner = at(resource, root if written.startswith("/") else place)
            _set(owner, written.strip("/").rstrip("+"), value)

    return edit


def _set(owner: Any, written: str, value: Any) -> None:
    steps: list[Any] = [int(s) if s.isdigit() else s for s in re.findall(r"[^.\[\]]+", written)]
    if steps[-1] == "+":
        *way, last = steps[:-1]
        at(owner, tuple(way)).setdefault(last, []).append(copy.deepcopy(value))
        return
    *way, last = steps
    holder: Any = None
    try:
        holder = at(owner, tuple(way))
        there = isinstance(holder, dict | list) and (
            last in holder if isinstance(holder, dict) else last < len(holder)
        )
    except (KeyError, IndexError, TypeError):
        there = False
    if value is ABSENT or value is HERE:
        if there is (value is ABSENT):
            raise _Unfit
    elif value is GONE or value is MAYBE:
        if there:
            del holder[last]
        elif value is GONE:
            raise _Unfit
    else:
        holder[last] = copy.deepcopy(value)
