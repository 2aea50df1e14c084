"""
Which profile of an edition a resource belongs to, told by its type, category and code.

Compiled from what the definitions fix: patterns and required slices of category and code, with the
few marks of `selection.toml` that stand in the guide's pages only. `meta.profile` has no part.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import UNSET, Struct

from conformance.ig.definitions import Definition, ElementRule
from conformance.ig.registry import Registry
from conformance.ig.rows import Code, Expectation
from conformance.ig.rulebook import Rulebook, load_rulebook

_PAGES = Path(__file__).with_name("selection.toml")
_FHIR = "http://hl7.org/fhir/StructureDefinition/"


class Selection(Struct, frozen=True, kw_only=True):
    """
    What selects one profile.

    One of `codes`, else one of each set of `categories`, else the type alone, and all members that
    the resource is `having`. A resource with a right code counts unless `categories` are `required`
    and it has others of their systems. The profiles of `ancestors` are left out where this one is
    in. Of several, those with the lowest `rank` are in.
    """

    profile: str
    type: str
    level: Expectation
    ancestors: tuple[str, ...] = ()
    codes: frozenset[Code] = frozenset()
    categories: tuple[frozenset[Code], ...] = ()
    required: bool = False
    having: tuple[str, ...] = ()
    rank: int = 0

    @property
    def whole(self) -> bool:
        """Whether the type alone selects it."""
        return not self.codes and not self.categories


def asked_profiles(rulebook: Rulebook) -> list[tuple[str, str, Expectation]]:
    """Return canonical, type and expectation of the profiles that a guide and its pages ask for."""
    asked = [(entry.url, entry.type, entry.level) for entry in rulebook.profiles]
    for entry in _pages()["also"]:
        if rulebook.version in entry["editions"]:
            names = entry["profiles"]
            asked += [(_FHIR + name, entry["type"], Expectation.SHALL) for name in names]
    return asked


def compile_selections(rulebook: Rulebook, registry: Registry) -> tuple[Selection, ...]:
    """Return what selects each profile that a guide asks for and that is at hand."""
    asked = asked_profiles(rulebook)
    types = [type_ for _, type_, _ in asked]
    crowded = {type_ for type_ in types if types.count(type_) > 1}
    found = []
    for url, type_, level in asked:
        definition = registry.definition(url)
        if definition is not None and level != Expectation.MAY:
            found.append(_selection(definition, level, type_ in crowded, rulebook, registry))
    return tuple(found)


@cache
def selections(edition: str, registry: Registry) -> tuple[Selection, ...]:
    """Return what selects each profile of a US Core edition that ships."""
    return compile_selections(load_rulebook(edition), registry)


def contradictions(edition: str, profile: str) -> frozenset[tuple[str, str]]:
    """Return code and path of what a profile asks for in two ways that cannot both be met."""
    return frozenset(
        (entry["code"], entry["path"])
        for entry in _pages()["contradiction"]
        if edition in entry["editions"] and profile.rpartition("/")[2] == entry["profile"]
    )


def _selection(
    definition: Definition,
    level: Expectation,
    crowded: bool,
    rulebook: Rulebook,
    registry: Registry,
) -> Selection:
    root = {child.name: child for child in definition.root.children}
    coded = _codings(root.get("code"), definition, registry) if crowded else ()
    category = root.get("category")
    slices = category.slices if category else ()
    needed = [part for part in slices if part.min > 0]
    # Where a type has one profile, an optional slice selects nothing: there is no other to be in.
    page = _page(definition.url, rulebook.version)
    telling = slices if page.get("every") else needed or (slices if crowded else ())
    sets = [frozenset(_codings(part, definition, registry, bound=True)) for part in telling]
    return Selection(
        profile=definition.url,
        type=definition.type,
        level=level,
        ancestors=tuple(_ancestors(definition, registry)),
        codes=frozenset(map(_code, page["codes"])) if "codes" in page else frozenset(coded),
        categories=(
            (frozenset(map(_code, page["categories"])),)
            if "categories" in page
            else tuple(codes for codes in sets if codes)
        ),
        required=bool(needed),
        having=tuple(page.get("having", ())),
        rank=page.get("rank", 0),
    )


def _codings(
    rule: ElementRule | None, within: Definition, registry: Registry, *, bound: bool = False
) -> Iterator[Code]:
    """Yield the codings that a rule fixes, or binds to where it is `bound`."""
    if rule is None:
        return
    fixed = list(_fixed(rule))
    yield from fixed
    if bound and not fixed and rule.binding is not None and rule.binding.strength == "required":
        known = registry.value_set(rule.binding.value_set, within.package)
        for system, codes in (known.codes or {} if known else {}).items():
            yield from (Code(system=system, code=code) for code in codes)


def _fixed(rule: ElementRule) -> Iterator[Code]:
    value = rule.pattern if rule.pattern is not UNSET else rule.fixed
    if isinstance(value, Mapping):
        codings = value.get("coding", [value])
        yield from (Code(system=c["system"], code=c["code"]) for c in codings if len(c) > 1)
        return
    parts = {child.name: child.fixed for child in rule.children if child.fixed is not UNSET}
    if "code" in parts:
        yield Code(system=parts.get("system", ""), code=parts["code"])
        return
    for child in rule.children:
        if child.name == "coding":
            for part in [part for part in child.slices if part.min > 0] or [child]:
                yield from _fixed(part)


def _ancestors(definition: Definition, registry: Registry) -> Iterator[str]:
    above: Definition | None = definition
    while above is not None and above.base and above.derivation == "constraint":
        yield above.base
        above = registry.definition(above.base, above.package)


def _page(url: str, edition: str) -> dict[str, Any]:
    name = url.rpartition("/")[2]
    for mark in _pages()["mark"]:
        if mark["profile"] == name and edition in mark.get("editions", (edition,)):
            return dict(mark)
    return {}


@cache
def _pages() -> dict[str, Any]:
    return tomllib.loads(_PAGES.read_text("utf-8"))


def _code(written: str) -> Code:
    system, _, code = written.partition("|")
    return Code(system=system, code=code)
