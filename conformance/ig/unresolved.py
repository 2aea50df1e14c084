"""The definitions that a book names and no package at hand has."""

from collections.abc import Iterator

from conformance.ig.book import Book
from conformance.ig.definitions import ElementRule, NotChecked
from conformance.ig.registry import Registry


def unresolved(book: Book, registry: Registry) -> tuple[NotChecked, ...]:
    """Return the profiles and targets of a book's elements that lead nowhere, with their places."""
    known = {entry.name for entry in book.not_checked}
    places: dict[str, list[str]] = {}
    for definition in book.definitions.values():
        for canonical, element in _named(definition.root):
            if canonical not in known and registry.definition(canonical, book.id) is None:
                places.setdefault(canonical, []).append(f"{definition.url}#{element}")
    return tuple(
        NotChecked(
            what="definition",
            name=canonical,
            reason="It is in none of the packages at hand.",
            places=tuple(found),
        )
        for canonical, found in sorted(places.items())
    )


def _named(rule: ElementRule) -> Iterator[tuple[str, str]]:
    for type_ in rule.types:
        for canonical in (*type_.profiles, *type_.targets):
            yield canonical, rule.id
    for below in (*rule.slices, *rule.children):
        yield from _named(below)
