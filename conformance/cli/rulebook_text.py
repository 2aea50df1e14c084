"""A rulebook for people."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from conformance.ig.summary import profiles, summary

if TYPE_CHECKING:
    from conformance.cli.screen import Screen
    from conformance.ig.book import Book

_MOST_PLACES = 3


def gist(book: "Book") -> str:
    """Return a book in one line."""
    told = sum(entry.codes is not None for entry in book.value_sets.values())
    return (
        f"{book.id}  {len(book.definitions)} definitions, {told} of {len(book.value_sets)} "
        f"required value sets, {len(book.not_checked)} not checked"
    )


def needs(book: "Book") -> Iterator[str]:
    """Yield what a book depends on and does not have as it asks for it."""
    for entry in book.dependencies:
        if not entry.version:
            yield f"{entry.id}#{entry.asked} is not at hand."
        elif entry.version != entry.asked:
            yield f"{entry.id}#{entry.version} stands in for {entry.asked}."


def print_book(screen: "Screen", book: "Book") -> None:
    """Print a book whole: profiles, searches, and what is not checked with its reasons."""
    screen.result(gist(book), "bold")
    screen.tell(f"sha256 {book.sha256 or '(no archive)'}", "dim", indent=2)
    for line in needs(book):
        screen.tell(line, indent=2)
    _print_profiles(screen, book)
    _print_searches(screen, book)
    screen.result("")
    screen.result(f"Not checked: {len(book.not_checked)}", "bold")
    for entry in book.not_checked:
        screen.result(f"  {entry.what} {entry.name}")
        screen.tell(entry.reason, indent=6)
        for place in entry.places[:_MOST_PLACES]:
            screen.tell(place, "dim", indent=6)
        if len(entry.places) > _MOST_PLACES:
            screen.tell(f"and {len(entry.places) - _MOST_PLACES} more places", "dim", indent=6)


def _print_profiles(screen: "Screen", book: "Book") -> None:
    screen.result("")
    screen.result(f"Profiles: {len(profiles(book))}", "bold")
    for entry in summary(book, None)["profiles"]:
        required = sum(binding["strength"] == "required" for binding in entry["bindings"])
        screen.result(f"  {entry['type']}  {entry['url']}")
        screen.tell(
            f"{len(entry['must_support'])} must-support, {len(entry['bindings'])} bindings "
            f"({required} required), {len(entry['references'])} references",
            "dim",
            indent=6,
        )


def _print_searches(screen: "Screen", book: "Book") -> None:
    searches = summary(book, book.guide)["searches"]
    screen.result("")
    screen.result(f"Searches: {len(searches)}", "bold")
    for entry in searches:
        more = [f"comparators {', '.join(entry['comparators'])}"] if entry["comparators"] else []
        more += [f"multiple-or {entry['multiple_or']}"] if entry["multiple_or"] == "SHALL" else []
        ending = f"  ({'; '.join(more)})" if more else ""
        screen.result(
            f"  {entry['level']}  {entry['type']}: {' + '.join(entry['parameters'])}{ending}"
        )
