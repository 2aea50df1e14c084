"""What a book says, in the plain form that other programs read."""

from collections.abc import Iterable, Iterator
from typing import Any

from conformance.ig.book import Book
from conformance.ig.definitions import Definition, ElementRule
from conformance.ig.rows import Expectation, Search
from conformance.ig.rulebook import Rulebook


def summary(book: Book, guide: Rulebook | None) -> dict[str, Any]:
    """
    Return the profiles of a book and the searches that its guide asks for, as builtins.

    A path is an element's without its slices; `slice` names the slice that it lies in, and those
    within each other with a dot between.
    """
    return {
        "package": book.id,
        "profiles": [_profile(entry) for entry in profiles(book)],
        "searches": [_search(search) for search in (guide.searches if guide else ())],
    }


def profiles(book: Book) -> tuple[Definition, ...]:
    """Return the definitions of a book that constrain others, extensions among them."""
    found = (book.definitions[url] for url in sorted(book.definitions))
    return tuple(entry for entry in found if entry.derivation == "constraint")


def _profile(definition: Definition) -> dict[str, Any]:
    elements = list(_elements(definition.root))
    return {
        "url": definition.url,
        "type": definition.type,
        "must_support": _once(
            {"path": _path(rule)} | ({"slice": slice_} if slice_ else {})
            for rule, slice_ in elements
            if rule.must_support
        ),
        "bindings": _once(
            {
                "path": _path(rule),
                "valueset": rule.binding.value_set,
                "strength": rule.binding.strength,
            }
            for rule, _ in elements
            if rule.binding is not None and rule.binding.value_set
        ),
        "references": _once(
            {"path": _path(rule), "targets": list(type_.targets)}
            for rule, _ in elements
            for type_ in rule.types
            if type_.code == "Reference" and type_.targets
        ),
    }


def _search(search: Search) -> dict[str, Any]:
    asked = [entry.multiple_or for entry in search.definitions if entry.multiple_or]
    strongest = next((level for level in Expectation if level in asked), None)
    return {
        "type": search.type,
        "parameters": list(search.parameters),
        "level": str(search.level),
        "comparators": list(
            dict.fromkeys(c for entry in search.definitions for c in entry.required_comparators)
        ),
        "multiple_or": str(strongest) if strongest else None,
    }


def _elements(rule: ElementRule, slice_: str = "") -> Iterator[tuple[ElementRule, str]]:
    yield rule, slice_
    for entry in rule.slices:
        # A slice of a slice says the name of that slice itself (`a/b`).
        within = slice_.rpartition(".")[0] if rule.slice_name else slice_
        yield from _elements(entry, f"{within}.{entry.slice_name}" if within else entry.slice_name)
    for entry in rule.children:
        yield from _elements(entry, slice_)


def _path(rule: ElementRule) -> str:
    return ".".join(step.partition(":")[0] for step in rule.id.split("."))


def _once(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for entry in entries:
        if entry not in found:
            found.append(entry)
    return found
