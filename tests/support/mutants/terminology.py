"""Which codes a value set has, read from the ValueSet and CodeSystem resources themselves."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.support.mutants.library import Library

Code = tuple[str, str]
"""System and code."""


@cache
def codes(library: Library, canonical: str) -> frozenset[Code] | None:
    """
    Return the codes of a value set, None where the packages at hand do not say them all.

    Lists, whole code systems that are complete, `is-a` and `descendent-of`, other value sets, and
    exclusions; anything else is not expanded.
    """
    return _codes(library, canonical, ())


def _codes(library: Library, canonical: str, asking: tuple[str, ...]) -> frozenset[Code] | None:
    value_set = library.terminology("ValueSet", canonical)
    if value_set is None or canonical in asking:
        return None
    compose = value_set.get("compose", {})
    if not compose.get("include"):
        return None
    found: set[Code] = set()
    for part in compose["include"]:
        some = _part(library, part, (*asking, canonical))
        if some is None:
            return None
        found |= some
    for part in compose.get("exclude", ()):
        some = _part(library, part, (*asking, canonical))
        if some is None:
            return None
        found -= some
    return frozenset(found)


def _part(library: Library, part: dict[str, Any], asking: tuple[str, ...]) -> set[Code] | None:
    found: set[Code] | None = None
    if "system" in part:
        found = _of_system(library, part)
        if found is None:
            return None
    for canonical in part.get("valueSet", ()):
        some = _codes(library, canonical, asking)
        if some is None:
            return None
        found = set(some) if found is None else found & some
    return found


def _of_system(library: Library, part: dict[str, Any]) -> set[Code] | None:
    system = part["system"]
    if "concept" in part:
        return {(system, concept["code"]) for concept in part["concept"]}
    held = library.terminology("CodeSystem", system)
    if held is None or held.get("content") != "complete":
        return None
    parents = dict(_concepts(held.get("concept", ()), ()))
    found = set(parents)
    for rule in part.get("filter", ()):
        if rule["op"] not in {"is-a", "descendent-of"} or rule["property"] != "concept":
            return None
        wanted = rule["value"]
        some = {code for code, above in parents.items() if wanted in above}
        found &= some | {wanted} if rule["op"] == "is-a" else some
    return {(system, code) for code in found}


def _concepts(concepts: Any, above: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:
    for concept in concepts:
        parents = {
            p["valueCode"]
            for p in concept.get("property", ())
            if p["code"] in {"subsumedBy", "parent"} and "valueCode" in p
        }
        yield concept["code"], {*above, *parents}
        yield from _concepts(concept.get("concept", ()), (*above, concept["code"]))
