"""The constraints that packages publish, and every place of a resource where they are judged."""

import json
import tarfile
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from conformance.ig.package import find_package, iter_files
from conformance.ig.registry import shipped
from conformance.ig.type_model import TypeModel
from conformance.validation.fhirpath import Primitive

CORE = ("hl7.fhir.r4.core", "4.0.1")
US_CORE = [
    ("hl7.fhir.us.core", version)
    for version in ("3.1.1", "4.0.0", "5.0.1", "6.1.0", "7.0.0", "8.0.0")
]
EVERYWHERE = ("ele-1", "ext-1")
"""Constraints of nearly every element, which validation judges natively."""


class Constraint(NamedTuple):
    """One published constraint; `path` is the element's, `types` what may stand there."""

    package: str
    key: str
    expression: str
    path: str
    types: tuple[str, ...]


class Place(NamedTuple):
    """
    One element of a resource: its path without indices, its type, its value, its resource.

    `within` is its name below the type that it is part of: `HumanName.given`, `Narrative.div`.
    """

    path: str
    within: str
    type: str
    value: Any
    resource: dict[str, Any]
    root: dict[str, Any]


def members(package: tuple[str, str], *prefixes: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each JSON resource of a package by file name; without the package the test is skipped."""
    path = find_package(*package)
    if path is None:
        pytest.skip(f"the package {'#'.join(package)} is not on this machine")
    for name, content in sorted(iter_files(path, prefixes or ("",))):
        if name.endswith(".json") and not name.startswith((".", "package.json")):
            found = json.loads(content)
            if isinstance(found, dict) and "resourceType" in found:
                yield name, found


def examples(package: tuple[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each example that a package brings along; without the package the test is skipped."""
    path = find_package(*package)
    if path is None:
        pytest.skip(f"the package {'#'.join(package)} is not on this machine")
    with tarfile.open(path) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            content = archive.extractfile(member)
            if content is None or not fnmatch(member.name, "package/example*/*.json"):
                continue
            found = json.loads(content.read())
            if isinstance(found, dict) and "resourceType" in found:
                yield Path(member.name).name, found


@cache
def constraints(package: tuple[str, str]) -> tuple[Constraint, ...]:
    """Every constraint of the snapshots of a package, logical models left out."""
    model = shipped().types
    found: dict[Constraint, None] = {}
    for _, definition in members(package, "StructureDefinition-"):
        if definition.get("kind") == "logical" or definition.get("abstract") is None:
            continue
        for element in definition.get("snapshot", {}).get("element", ()):
            for constraint in element.get("constraint", ()):
                if "expression" in constraint:
                    path = element["path"]
                    types = place_types(model, path)
                    made = "#".join(package), constraint["key"], constraint["expression"]
                    found[Constraint(*made, path, types)] = None
    return tuple(found)


def place_types(model: TypeModel, path: str) -> tuple[str, ...]:
    """The types that the element of a path may have."""
    first, *steps = path.split(".")
    types: tuple[str, ...] = (first,)
    for step in steps:
        name = step.removesuffix("[x]")
        types = tuple(
            dict.fromkeys(
                inner
                for type_ in types
                for child in model.children(type_).values()
                for key, inner in child.keys
                if name in (child.name, key)
            )
        )
    return types


def places(resource: dict[str, Any], root: dict[str, Any] | None = None) -> Iterator[Place]:
    """Every element of a resource, contained resources and entries of Bundles included."""
    type_ = str(resource.get("resourceType"))
    root = resource if root is None else root
    yield Place(type_, type_, type_, resource, resource, root)
    yield from _below(resource, type_, type_, resource, root)


def _below(
    holder: Any, type_: str, path: str, resource: dict[str, Any], root: dict[str, Any]
) -> Iterator[Place]:
    for child in shipped().types.children(type_).values():
        for key, inner in child.keys:
            for value in _values(holder, key):
                if inner in ("Resource", "DomainResource"):
                    if isinstance(value, dict):
                        yield from places(value, value if type_ == "Bundle.entry" else root)
                    continue
                here = f"{path}.{child.name}"
                yield Place(here, f"{type_}.{child.name}", inner, value, resource, root)
                if isinstance(value, dict):
                    yield from _below(value, inner, here, resource, root)


def _values(holder: Any, key: str) -> Iterator[Any]:
    if not isinstance(holder, dict):
        return
    value, beside = holder.get(key), holder.get(f"_{key}")
    values = value if isinstance(value, list) else [value]
    others = beside if isinstance(beside, list) else [beside]
    for one, other in zip_longest(values, others):
        if other is not None:
            yield Primitive(one, other)
        elif one is not None:
            yield one


def judged(
    resource: dict[str, Any], rules: dict[str, list[Constraint]]
) -> Iterator[tuple[Constraint, Place]]:
    """Every constraint of the rules with each place of the resource where it is to hold."""
    for place in places(resource):
        for name in dict.fromkeys((place.path, place.within, place.type)):
            for constraint in rules.get(name, ()):
                yield constraint, place


def by_path(
    found: Iterable[Constraint], without: tuple[str, ...] = EVERYWHERE
) -> dict[str, list[Constraint]]:
    """Constraints by the path that they stand on, each expression once a path."""
    sorted_: dict[str, dict[str, Constraint]] = {}
    for constraint in found:
        if constraint.key not in without:
            path = constraint.path.replace("[x]", "")
            sorted_.setdefault(path, {}).setdefault(constraint.expression, constraint)
    return {path: list(entries.values()) for path, entries in sorted_.items()}
