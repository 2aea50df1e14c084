"""Which value sets definitions require, and what of them can be told offline."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from conformance.ig.contents import Contents
from conformance.ig.definitions import Definition, ElementRule, NotChecked, ValueSet
from conformance.ig.layers import Layers
from conformance.ig.untold import Untold
from conformance.ig.value_sets import Codes, ValueSets


def required(definitions: Iterable[Definition]) -> dict[str, tuple[str, ...]]:
    """Return the canonicals that required and maximal bindings name, each with its places."""
    places: dict[str, list[str]] = {}
    for definition in definitions:
        for canonical, element in _asked(definition.root):
            places.setdefault(canonical, []).append(f"{definition.url}#{element}")
    return {canonical: tuple(dict.fromkeys(found)) for canonical, found in places.items()}


def expand_required(
    places: Mapping[str, tuple[str, ...]], shelves: Sequence[Contents], package: str
) -> tuple[dict[str, ValueSet], list[NotChecked]]:
    """
    Return the value sets, and those that cannot be told.

    The key is the URL where the set at hand states the version that is asked for or none is, else
    the canonical as it is asked for.
    `shelves` are the contents of the packages to draw on, the one to ask first first.
    """
    written = Layers([shelf.value_sets for shelf in shelves])
    sets = ValueSets(written, Layers([shelf.code_systems for shelf in shelves]))
    found: dict[str, ValueSet] = {}
    open_: list[NotChecked] = []
    for canonical, asking in places.items():
        url, _, asked = canonical.partition("|")
        version = str(written[url].get("version", "")) if url in written else ""
        fits = url in written and f"{version}.".startswith(f"{asked}." if asked else "")
        codes, reason = None, ""
        try:
            # R4 names sets with a version of their own by the version of its package.
            by_package = asked == package.partition("#")[2] and url in shelves[0].value_sets
            codes = _by_system(sets.codes(url if by_package else canonical))
        except Untold as untold:
            reason = f"Its codes cannot be told offline: {untold}."
            open_.append(NotChecked(what="value-set", name=canonical, reason=reason, places=asking))
        found[url if fits else canonical] = ValueSet(
            url=url, version=version, package=package, codes=codes, reason=reason
        )
    return found, open_


def _by_system(codes: Codes) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for system, code in codes:
        if not isinstance(system, str) or not isinstance(code, str):
            raise Untold("it names a system or a code that is no text")
        found.setdefault(system, []).append(code)
    return {system: tuple(entries) for system, entries in found.items()}


def _asked(rule: ElementRule) -> Iterator[tuple[str, str]]:
    binding = rule.binding
    if binding is not None:
        if binding.strength == "required" and binding.value_set:
            yield binding.value_set, rule.id
        if binding.max_value_set:
            yield binding.max_value_set, rule.id
    for below in (*rule.slices, *rule.children):
        yield from _asked(below)
