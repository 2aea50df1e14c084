"""Tell which profiles a resource belongs to, never by what it claims."""

from collections.abc import Iterator, Sequence
from typing import Any

from conformance.ig.rows import Code
from conformance.ig.selection import Selection


def profiles_of(resource: Any, selections: Sequence[Selection]) -> tuple[str, ...]:
    """
    Return the canonicals of all profiles that a resource's type, category or code selects.

    A profile that another one is derived from is left out: who conforms to that one conforms to
    both. Nothing is raised on any value.
    """
    if not isinstance(resource, dict):
        return ()
    type_ = resource.get("resourceType")
    own = [entry for entry in selections if entry.type == type_]
    codes = frozenset(_codings(resource.get("code")))
    categories = frozenset(_codings(resource.get("category")))
    marked = [e for e in own if not e.whole and _selected(e, codes, categories, resource)]
    chosen = [entry for entry in marked if entry.rank == min(e.rank for e in marked)]
    if not chosen:
        chosen = [e for e in own if e.whole and all(name in resource for name in e.having)]
    above = {url for entry in chosen for url in entry.ancestors}
    return tuple(entry.profile for entry in chosen if entry.profile not in above)


def _selected(
    entry: Selection, codes: frozenset[Code], categories: frozenset[Code], resource: dict[str, Any]
) -> bool:
    if not all(name in resource for name in entry.having):
        return False
    fitting = all(known & categories for known in entry.categories)
    if not entry.codes or not entry.required or not entry.codes & codes:
        return fitting if not entry.codes else bool(entry.codes & codes)
    systems = {code.system for known in entry.categories for code in known}
    return fitting or all(code.system not in systems for code in categories)


def _codings(value: Any) -> Iterator[Code]:
    """Yield the codings of one CodeableConcept or of several, whatever stands there."""
    if isinstance(value, list):
        for entry in value:
            yield from _codings(entry) if isinstance(entry, dict) else ()
    elif isinstance(value, dict):
        codings = value.get("coding")
        for coding in codings if isinstance(codings, list) else ():
            if isinstance(coding, dict):
                system, code = coding.get("system"), coding.get("code")
                if isinstance(system, str) and isinstance(code, str):
                    yield Code(system=system, code=code)
