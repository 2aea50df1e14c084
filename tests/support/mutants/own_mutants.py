"""Mutants against the profiles of our own: a small Patient that fits, broken in one place."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance.ig.contents import read_contents
from conformance.ig.library import Library
from conformance.ig.package import Package
from conformance.ig.registry import Registry
from tests.support.mutants.library import CORE, Example
from tests.support.mutants.mutant import Given, Mutant
from tests.support.mutants.own_profiles import PREFIX, files
from tests.support.mutants.own_tables import BROKEN, LEGAL, SOUND


def registry() -> Registry:
    """Return a registry of the profiles of our own over the base."""
    library = Library()
    package = Package(
        path=Path(),
        name="example.own",
        version="1.0.0",
        sha256=None,
        dependencies={"hl7.fhir.r4.core": "4.0.1"},
        fhir_versions=("4.0.1",),
    )
    library.compile(package, read_contents(files(), "example.own#1.0.0"))
    return Registry(library.books)


def own_mutants() -> Iterator[Mutant]:
    """Yield the mutants of the tables."""
    for kind, profile, change, members, code, path, companions in BROKEN:
        reasons = Given(dict.fromkeys(companions, "of the same rule"))
        yield _mutant(kind, profile, change, members, code, path, reasons)
    for profile, change, members in LEGAL:
        yield _mutant("legal: own profiles", profile, change, members, "", "", Given({}))


def _mutant(
    kind: str,
    profile: str,
    change: str,
    members: dict[str, Any],
    code: str,
    path: str,
    companions: Given,
) -> Mutant:
    sound = {"resourceType": "Patient", "active": True, **SOUND[profile]}

    def edit(resource: Any) -> None:
        resource.update(members)
        _without(resource)

    return Mutant(
        kind=kind,
        rule=f"{profile}: {change}",
        change=change,
        example=Example(CORE, profile, json.dumps(sound)),
        edit=edit,
        code=code,
        path=path,
        companions=companions,
        profiles=(PREFIX + profile,),
    )


def _without(value: Any) -> None:
    """Take away what is written as an ellipsis."""
    if isinstance(value, dict):
        for key in [key for key, member in value.items() if member is ...]:
            del value[key]
        for member in value.values():
            _without(member)
    elif isinstance(value, list):
        for member in value:
            _without(member)
