"""How a patient's data of each type is found: first searches with fixed codes, status fallbacks."""

from collections.abc import Iterator

from conformance.ig.rows import (
    Code,
    Expectation,
    FirstSearch,
    ResourceType,
    Search,
    SearchParameter,
    StatusFallback,
)
from conformance.ig.sources import Sources

# What most records hold is asked for first, so that a bounded run finds it.
_USUAL_FIRST = ("active", "order", "laboratory", "vital-signs", "social-history", "survey")

# A category splits a record in few searches; a code would take one per code.
_FIXED = ("category", "status", "intent")


def first_searches(
    types: tuple[ResourceType, ...],
    searches: tuple[Search, ...],
    parameters: tuple[SearchParameter, ...],
    sources: Sources,
) -> tuple[FirstSearch, ...]:
    """
    Return one first search per type that a patient's own search reaches.

    The plain search by patient where it is asked for; else patient with one coded parameter whose
    codes the packages tell.
    """
    table = {(parameter.type, parameter.name): parameter for parameter in parameters}
    found = []
    for type_ in types:
        rows = {search.parameters: search for search in searches if search.type == type_.type}
        by = "_id" if type_.type == "Patient" else "patient"
        if (by,) in rows:
            found.append(FirstSearch(type=type_.type, by=by, level=rows[(by,)].level))
        else:
            found += list(_with_codes(type_, rows, table, sources))[:1]
    return tuple(found)


def status_fallback(
    type_: str, parameters: tuple[SearchParameter, ...], sources: Sources
) -> StatusFallback | None:
    """
    Return the status-like parameter of a type with all its codes.

    It is the first of the type's parameters whose name holds `status`.
    """
    for parameter in parameters:
        if parameter.type == type_ and "status" in parameter.name:
            codes = sources.codes(type_, parameter.paths[0], ())
            return StatusFallback(
                parameter=parameter.name,
                codes=tuple(code.code for code in _usual_first(codes)),
                joined=parameter.multiple_or == Expectation.SHALL,
            )
    return None


def _with_codes(
    type_: ResourceType,
    rows: dict[tuple[str, ...], Search],
    table: dict[tuple[str, str], SearchParameter],
    sources: Sources,
) -> Iterator[FirstSearch]:
    for fixed in _FIXED:
        search = rows.get(("patient", fixed))
        if search is None or search.level != Expectation.SHALL:
            continue
        for path in table[type_.type, fixed].paths:
            codes = sources.codes(type_.type, path, type_.profiles)
            if codes:
                yield FirstSearch(
                    type=type_.type,
                    by="patient",
                    level=search.level,
                    fixed=fixed,
                    codes=_usual_first(codes),
                )


def _usual_first(codes: tuple[Code, ...]) -> tuple[Code, ...]:
    last = len(_USUAL_FIRST)
    return tuple(
        sorted(
            codes,
            key=lambda code: _USUAL_FIRST.index(code.code) if code.code in _USUAL_FIRST else last,
        )
    )
