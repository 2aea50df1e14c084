"""
What a profile of US Core marks as must support, as a list of what has to be shown.

Compiled from the flags of the definitions; the choices, removals and additions that stand only in
the guide's pages, or that the certification procedure makes, are in `must_support.toml`.
"""

import tomllib
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from conformance.ig.definitions import Definition, ElementRule

_PAGES = Path(__file__).with_name("must_support.toml")
_EXTENSIONS = ("extension", "modifierExtension")


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One thing that some resource of the profile has to show.

    `id` is the element's in the snapshot, with the type in the place of `[x]` where that is one
    entry of several (`Observation.valueQuantity`). `path` is without slices and with `[x]`; `slice`
    names the slice that it is or lies in, those within each other with a dot between. `types` and
    `targets` are those that are flagged, each of them asked for; where there are none, any that
    the profile allows will do. `target_choice` are those targets of which one is enough.
    `extension` is the canonical of an extension. A value has to fit `pattern` where one is given,
    besides what the profile asks. `choice` names a group, `alternative` which one of it this
    belongs to: the group is shown by all entries of one alternative.
    """

    id: str
    path: str
    slice: str = ""
    types: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    target_choice: tuple[str, ...] = ()
    extension: str = ""
    uscdi: bool = False
    pattern: str | dict[str, Any] | UnsetType = UNSET
    choice: str = ""
    alternative: int = 0

    @property
    def is_slice(self) -> bool:
        """Whether this is a slice itself, and no extension."""
        return ":" in self.id.rpartition(".")[2] and not self.extension


def must_support(profile: Definition, edition: str) -> tuple[Entry, ...]:
    """
    Return what a profile of a US Core edition has to show.

    In the order of the snapshot, with what only the pages ask for at the end.
    """
    named = [rule for rule in _named() if _concerns(rule, profile, edition)]
    entries = [entry for rule in _rules(profile.root) for entry in _entries(rule)]
    for rule in named:
        if rule["kind"] == "removal":
            entries = list(_without(entries, rule))
    for rule in named:
        if rule["kind"] == "addition":
            entries = _with(entries, rule, profile)
    for rule in named:
        if rule["kind"] == "choice":
            entries = [_chosen(entry, rule) for entry in entries]
    return tuple(entries)


def flagged(profile: Definition) -> tuple[Entry, ...]:
    """Return what the definition alone flags, without the choices, removals and additions."""
    return tuple(entry for rule in _rules(profile.root) for entry in _entries(rule))


def missing(entries: Iterable[Entry], shown: Collection[str]) -> tuple[Entry, ...]:
    """
    Return the entries that are still to be shown when those with the ids `shown` are.

    Nothing of a choice is missing when one of its alternatives is whole.
    """
    asked = tuple(entries)
    open_ = [(entry.choice, entry.alternative) for entry in asked if entry.id not in shown]
    met = {
        entry.choice
        for entry in asked
        if entry.choice and (entry.choice, entry.alternative) not in open_
    }
    return tuple(e for e in asked if e.id not in shown and e.choice not in met)


def _rules(rule: ElementRule) -> Iterator[ElementRule]:
    yield rule
    for below in (*rule.slices, *rule.children):
        yield from _rules(below)


def _entries(rule: ElementRule) -> Iterator[Entry]:
    if not rule.must_support and not rule.uscdi:
        return
    entry = _entry(rule)
    if rule.choice and not rule.slice_name:
        for type_ in entry.types:
            own = entry.targets if type_ == "Reference" else ()
            yield replace(entry, id=_spelled(rule.id, type_), types=(type_,), targets=own)
        if entry.types:
            return
    yield entry


def _entry(rule: ElementRule) -> Entry:
    steps = [step.partition(":") for step in rule.id.split(".")]
    profiles = rule.types[0].profiles if rule.types and rule.name in _EXTENSIONS else ()
    return Entry(
        id=rule.id,
        path=".".join(name for name, _, _ in steps),
        slice=".".join(slice_ for _, _, slice_ in steps if slice_),
        types=tuple(type_.code for type_ in rule.types if type_.must_support),
        targets=tuple(url for type_ in rule.types for url in type_.must_support_targets),
        extension=profiles[0] if profiles else "",
        uscdi=rule.uscdi,
    )


def _spelled(id_: str, type_: str) -> str:
    """Put a type in the place of `[x]`."""
    return id_.removesuffix("[x]") + type_[0].upper() + type_[1:]


def _without(entries: Iterable[Entry], rule: dict[str, Any]) -> Iterator[Entry]:
    below = tuple(f"{id_}." for id_ in rule["ids"]) if rule.get("below") else ()
    for entry in entries:
        if entry.id not in rule["ids"] and not entry.id.startswith(below or "\0"):
            yield entry
        elif "targets" in rule:
            kept = tuple(url for url in entry.targets if _end(url) not in rule["targets"])
            yield replace(entry, targets=kept)


def _with(entries: list[Entry], rule: dict[str, Any], profile: Definition) -> list[Entry]:
    """Add entries; one of the same element, of whatever type, gives way."""
    found = {known.id: known for known in _rules(profile.root)}
    pattern = rule.get("pattern", UNSET)
    for id_ in rule["ids"]:
        # What lies within a data type has no rule of its own in the profile.
        entry = _entry(found[id_]) if id_ in found else Entry(id=id_, path=id_)
        types = tuple(rule.get("types", ()))
        if types:
            entry = replace(entry, id=_spelled(id_, types[0]))
        added = replace(entry, types=types, pattern=pattern)
        same = [e for e in entries if (e.path, e.slice) == (added.path, added.slice)]
        at = entries.index(same[0]) if same else len(entries)
        entries = [*entries[:at], added, *(e for e in entries[at:] if e not in same)]
    return entries


def _chosen(entry: Entry, rule: dict[str, Any]) -> Entry:
    if "targets" in rule:
        own = tuple(url for url in entry.targets if _end(url) in rule["targets"])
        fits = entry.id in rule["ids"] and len(own) > 1
        return replace(entry, target_choice=own) if fits else entry
    for at, ids in enumerate(rule["alternatives"]):
        if entry.id in ids:
            return replace(entry, choice=rule["name"], alternative=at)
    return entry


def _concerns(rule: dict[str, Any], profile: Definition, edition: str) -> bool:
    if edition not in rule["editions"]:
        return False
    name = _end(profile.url)
    if "profiles" in rule:
        return name in rule["profiles"]
    return profile.type == rule["type"] and name not in rule.get("but", ())


def _end(canonical: str) -> str:
    return canonical.partition("|")[0].rpartition("/")[2]


@cache
def _named() -> tuple[dict[str, Any], ...]:
    pages = tomllib.loads(_PAGES.read_text("utf-8"))
    return tuple(
        {"editions": pages["editions"], **rule, "kind": kind}
        for kind in ("removal", "addition", "choice")
        for rule in pages[kind]
    )
