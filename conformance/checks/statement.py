"""What a server declares of a resource type in its CapabilityStatement, whatever shape that has."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from conformance.checks.fhir import Fhir
from conformance.core.elements import walk
from conformance.core.findings import Level
from conformance.fhir.client import Parameter
from conformance.fhir.harvest import Sample
from conformance.validation.search_values import value_from

CLOSED = frozenset({401, 403})
NOT_THERE = frozenset({404, 405, 410, 501})
"""Statuses that say that nothing of what was asked for is served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What is declared of one type; empty sets where the statement says nothing."""

    type: str
    interactions: frozenset[str]
    parameters: tuple[str, ...]
    includes: frozenset[str]
    rev_includes: frozenset[str]
    operations: frozenset[str]

    def includes_as(self, asked: str) -> bool:
        """Tell whether an include is declared, for all of its targets or for the one asked."""
        parts = asked.split(":")
        forms = {":".join(parts[:length]) for length in range(2, len(parts) + 1)}
        return bool(self.includes & (forms | {"*", f"{self.type}:*"}))


def declared_types(statement: dict[str, Any]) -> set[str]:
    """Return the types that a statement declares for a server."""
    return {str(name) for rest in _servers(statement) for name in walk(rest, "resource.type")}


def declared_of(statement: dict[str, Any], type_: str) -> Declared | None:
    """Return what a statement declares of a type for a server, None where it does not name it."""
    held = [
        resource
        for rest in _servers(statement)
        for resource in walk(rest, "resource")
        if isinstance(resource, dict) and resource.get("type") == type_
    ]
    if not held:
        return None

    def all_of(path: str) -> list[str]:
        values = [value for one in held for value in walk(one, path)]
        return [value for value in values if isinstance(value, str)]

    return Declared(
        type=type_,
        interactions=frozenset(all_of("interaction.code")),
        parameters=tuple(dict.fromkeys(all_of("searchParam.name"))),
        includes=frozenset(all_of("searchInclude")),
        rev_includes=frozenset(all_of("searchRevInclude")),
        operations=frozenset(name.removeprefix("$") for name in all_of("operation.name")),
    )


def required_declaration(fhir: Fhir, type_: str) -> Declared:
    """Return what is declared of a type; one that is not named ends the check."""
    declared = declared_of(fhir.statement().resource, type_)
    if declared is None:
        fhir.prerequisite_failed(
            f"{type_} is not declared", "fhir-api.declarations.name-every-required-type"
        )
    return declared


def expect_declared(
    fhir: Fhir,
    what: str,
    missing: Iterable[str],
    *,
    code: str,
    path: str,
    level: Level | None = None,
) -> None:
    """Note a finding about what a statement does not declare."""
    lacking = sorted(missing)
    fhir.statement().expect(
        not lacking,
        code,
        f"The CapabilityStatement does not declare {what}.",
        expected=", ".join(lacking),
        actual="nothing of the kind" if len(lacking) == 1 else f"{len(lacking)} are missing",
        path=f"CapabilityStatement.rest.resource.{path}",
        level=level,
    )


def values_of(fhir: Fhir, sample: Sample, names: Iterable[str]) -> list[Parameter]:
    """
    Return the parameters among some names for which a sample has a value, with that value.

    What a search of the guide has beside the sample's own parameters is left to its own check.
    """
    asked = {parameter.name for parameter in sample.found_by}
    rows = {frozenset(search.parameters) for search in fhir.rulebook.searches_of(sample.type)}
    given: list[Parameter] = []
    for name in names:
        if name in asked or {*asked, name} in rows:
            continue
        if name == "_id":
            given.append(Parameter(name=name, value=sample.id))
        elif name == "_lastUpdated":
            times = [t for t in walk(sample.resource, "meta.lastUpdated") if isinstance(t, str)]
            given += [Parameter(name=name, value=time) for time in times]
        elif definition := fhir.rulebook.parameter(sample.type, name):
            value = value_from(sample.resource, definition, base=fhir.base)
            if value is not None:
                shown = value.shown if value.sensitive else ""
                given.append(Parameter(name=name, value=value.value, shown=shown))
    return given


def _servers(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parts about a server; one that names no mode is taken for such."""
    parts = [rest for rest in walk(statement, "rest") if isinstance(rest, dict)]
    return [rest for rest in parts if rest.get("mode") in (None, "server")]
