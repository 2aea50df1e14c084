"""Refuse profiles that no package at hand defines, and name the one that was meant."""

from collections.abc import Iterable
from difflib import get_close_matches

from conformance.core.errors import UsageError
from conformance.ig.registry import Registry
from conformance.target.wording import either, listed, shown

_FEW = 3
_NEAR = 0.75


def refuse_unknown(canonicals: Iterable[str], registry: Registry) -> None:
    """Raise UsageError for the first canonical that no resource could be held against."""
    for canonical in canonicals:
        found = registry.definition(canonical)
        if found is None:
            raise _unknown(canonical, registry)
        if found.kind != "resource":
            raise UsageError(
                f"{shown(canonical)} speaks of {found.type}, which is no resource.",
                "Give the profile of a resource.",
            )


def _unknown(canonical: str, registry: Registry) -> UsageError:
    if not canonical:
        return UsageError("--profile is empty.", "Give the canonical URL of a profile.")
    books = [book.id for book in registry.books]
    among = listed(books) if len(books) <= _FEW else f"the {len(books)} packages in use"
    sentence = f"The profile {shown(canonical)} is not in {among}."
    url, _, version = canonical.partition("|")
    holding = [book for book in registry.books if url in book.definitions]
    if version and holding:
        versions = sorted({book.definitions[url].version for book in holding})
        return UsageError(sentence, f"At hand: {', '.join(f'{url}|{one}' for one in versions)}.")
    for entry in registry.not_checked():
        if entry.what == "definition" and entry.name.partition("|")[0] == url:
            reason = f"{shown(url)} cannot be used: {entry.reason[:1].lower()}{entry.reason[1:]}"
            return UsageError(reason, "Give a definition with its snapshot, or the package of it.")
    near = _near(url, registry)
    hint = f"Did you mean {either(near)}? " if near else ""
    return UsageError(sentence, f"{hint}--package names the package that defines it.")


def _near(url: str, registry: Registry) -> list[str]:
    """Return what is written alike, or ends in the same name."""
    known = dict.fromkeys(one for book in registry.books for one in book.definitions)
    ends = [one for one in known if one.rpartition("/")[2] == url.rpartition("/")[2]]
    return ends[:_FEW] or get_close_matches(url, known, n=1, cutoff=_NEAR)
