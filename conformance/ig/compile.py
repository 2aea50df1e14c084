"""
Compile a US Core package, with the core package that it stands on, to a rulebook.

`python -m conformance.ig.compile 6.1.0 7.0.0` rewrites the rulebooks that ship. What ships are
facts: names, codes, canonical URLs, paths and expectations, none of the packages' texts for people.

US Core 3.1.1 says of searches and interactions how strongly it asks, not of profiles and includes.
There a profile and the Provenance brought along are asked for as strongly as their type, as its
pages and the procedure take them, and an include as its later editions say it.
"""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.core.errors import HarnessError, PackageError
from conformance.ig.expressions import operands
from conformance.ig.harvest import first_searches, status_fallback
from conformance.ig.package import Package, find_package, open_package
from conformance.ig.rows import (
    Element,
    Expectation,
    Operation,
    Profile,
    ResourceType,
    Search,
    SearchParameter,
    weakest,
)
from conformance.ig.rulebook import Rulebook, encode_rulebook, join, rulebook_path
from conformance.ig.snapshots import Snapshots, unversioned
from conformance.ig.sources import Sources, expectation, expectations, read_sources

US_CORE = "hl7.fhir.us.core"
CORE = "hl7.fhir.r4.core"
CORE_VERSION = "4.0.1"

_COMBINATION = (
    "http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination"
)
_PRECISE = re.compile(r"precise to the \W*(day|second)")


def compile_rulebook(us_core: Package, core: Package) -> Rulebook:
    """Return the rulebook of `us_core`; PackageError when the packages miss something."""
    sources = read_sources(us_core, core)
    asked = sources.server["rest"][0]["resource"]
    parameters = tuple(p for entry in asked for p in _parameters(entry, sources))
    searches = tuple(search for entry in asked for search in _searches(entry))
    types = tuple(_type(entry, parameters, sources) for entry in asked)
    with_provenance = (
        entry.type
        for entry in types
        if entry.level == Expectation.SHALL
        and entry.rev_includes.get("Provenance:target") == Expectation.SHALL
    )
    return join(
        Rulebook(
            package=us_core.name,
            version=us_core.version,
            sha256=us_core.sha256 or "",
            core_package=core.name,
            core_version=core.version,
            core_sha256=core.sha256 or "",
            server=sources.server["url"],
            interactions=_interactions(sources.server["rest"][0]),
            types=types,
            profiles=tuple(profile for entry in asked for profile in _profiles(entry)),
            provenance_types=tuple(with_provenance),
            parameters=parameters,
            searches=searches,
            first_searches=first_searches(types, searches, parameters, sources),
        )
    )


def _type(
    asked: Mapping[str, Any], parameters: tuple[SearchParameter, ...], sources: Sources
) -> ResourceType:
    return ResourceType(
        type=asked["type"],
        level=expectation(asked),
        interactions=_interactions(asked),
        profiles=tuple(unversioned(url) for url in asked.get("supportedProfile", [])),
        rev_includes=dict(expectations(asked, "searchRevInclude", expectation(asked))),
        includes=dict(expectations(asked, "searchInclude", Expectation.SHOULD)),
        operations=tuple(_operations(asked)),
        status=status_fallback(asked["type"], parameters, sources),
    )


def _interactions(asked: Mapping[str, Any]) -> dict[str, Expectation]:
    return {entry["code"]: expectation(entry) for entry in asked.get("interaction", [])}


def _operations(asked: Mapping[str, Any]) -> Iterator[Operation]:
    for entry in asked.get("operation", []):
        yield Operation(
            name=entry["name"],
            definition=unversioned(entry["definition"]),
            level=weakest(expectation(asked), expectation(entry)),
        )


def _profiles(asked: Mapping[str, Any]) -> Iterator[Profile]:
    for url, level in expectations(asked, "supportedProfile", expectation(asked)):
        yield Profile(
            url=unversioned(url), type=asked["type"], level=weakest(expectation(asked), level)
        )


def _parameters(asked: Mapping[str, Any], sources: Sources) -> Iterator[SearchParameter]:
    for entry in asked.get("searchParam", []):
        definition = sources.parameters.get(entry.get("definition", ""))
        if definition is None:
            raise PackageError(f"{asked['type']}?{entry['name']} is defined in neither package.")
        multiple_or = expectation(definition.get("_multipleOr"))
        elements = _elements(definition, asked["type"], sources.snapshots)
        yield SearchParameter(
            type=asked["type"],
            name=entry["name"],
            kind=entry["type"],
            url=definition["url"],
            level=expectation(entry),
            elements=elements,
            targets=tuple(definition.get("target", [])),
            comparators=tuple(expectations(definition, "comparator")),
            multiple_or=multiple_or if definition.get("multipleOr") else None,
            precision=_precision(entry, elements),
        )


def _precision(asked: Mapping[str, Any], elements: tuple[Element, ...]) -> str:
    # The guide says it in the parameter's text only, and 3.1.1 not at all: "precise to the *day*".
    said = _PRECISE.search(asked.get("documentation", ""))
    if asked["type"] != "date":
        return ""
    if said:
        return said[1]
    only_days = {type_ for element in elements for type_ in element.types} == {"date"}
    return "day" if only_days else "second"


def _elements(
    definition: Mapping[str, Any], type_: str, snapshots: Snapshots
) -> tuple[Element, ...]:
    found: dict[tuple[str, str], list[str]] = {}
    for operand in operands(definition["expression"], type_):
        path, types = "value[x]", [operand.only]
        if not operand.extension:
            place = snapshots.place(type_, operand.path)
            path, types = place.path, [operand.only] if operand.only else list(place.types)
        found.setdefault((path, operand.extension), []).extend(types)
    if not found:
        raise PackageError(f"{definition['url']} says nothing of {type_}.")
    return tuple(
        Element(path=path, types=tuple(dict.fromkeys(types)), extension=extension)
        for (path, extension), types in found.items()
    )


def _searches(asked: Mapping[str, Any]) -> Iterator[Search]:
    rows = [((entry["name"],), expectation(entry)) for entry in asked.get("searchParam", [])]
    for extension in asked.get("extension", []):
        if extension.get("url") == _COMBINATION:
            parts = extension.get("extension", [])
            names = tuple(part["valueString"] for part in parts if part["url"] == "required")
            rows.append((names, expectation(extension)))
    wanted = {
        names: weakest(expectation(asked), level)
        for names, level in rows
        if level != Expectation.MAY
    }
    reached = asked["type"] == "Patient" or any(
        level == Expectation.SHALL and "patient" in names for names, level in wanted.items()
    )
    for names, level in wanted.items():
        yield Search(
            type=asked["type"],
            parameters=names,
            level=level,
            in_procedure=reached and level == Expectation.SHALL,
        )


def main(arguments: list[str]) -> int:
    """Rewrite the rulebooks of the editions named, beside the old ones and then in their place."""
    if not arguments:
        raise PackageError(
            "No edition was named.", "Name one: python -m conformance.ig.compile 6.1.0"
        )
    for version in arguments:
        rulebook = compile_rulebook(_found(US_CORE, version), _found(CORE, CORE_VERSION))
        path = rulebook_path(version)
        draft = path.with_name(f"{path.name}.draft")
        draft.write_bytes(encode_rulebook(rulebook))
        os.replace(draft, path)
        sys.stdout.write(f"{path.name}: {len(rulebook.searches)} searches\n")
    return 0


def _found(name: str, version: str) -> Package:
    path = find_package(name, version)
    if path is None:
        raise PackageError(
            f"The package {name} {version} is not on this machine.",
            "Put its .tgz in a folder and name that folder by the variable FHIR_PACKAGES.",
        )
    return open_package(path)


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except HarnessError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(error.exit_code) from None
