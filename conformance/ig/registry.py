"""Find definitions and value sets among several books, so that versions do not mix."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import cache, cached_property
from typing import Protocol, TypeVar

from conformance.core.errors import PackageError
from conformance.ig.base import BASE, BASE_ID
from conformance.ig.book import Book
from conformance.ig.book_file import shipped_book
from conformance.ig.definitions import Definition, NotChecked, ValueSet
from conformance.ig.type_model import TypeModel

_CORE_TYPES = "http://hl7.org/fhir/StructureDefinition/"


class _Versioned(Protocol):
    @property
    def version(self) -> str: ...


Entry = TypeVar("Entry", bound=_Versioned)


class Registry:
    """
    Books side by side; one of them is the base specification.

    A canonical is looked for in the package of the definition that names it, then in what that
    package depends on, then in the others in their order, but never in another version of any of
    these unless the canonical asks for that version.
    """

    def __init__(self, books: Sequence[Book]) -> None:
        self.books = tuple({book.id: book for book in books}.values())
        bases = [book for book in self.books if book.package == BASE]
        if not bases:
            raise PackageError(f"Among these packages {BASE} is missing.", "Name it as well.")
        self._base = bases[0]
        self._scopes: dict[str, tuple[tuple[Book, _Tie], ...]] = {}
        # What leads nowhere is not kept: resources may name any number of such canonicals.
        self._definitions: dict[tuple[str, str], Definition] = {}
        self._value_sets: dict[tuple[str, str], ValueSet] = {}

    def definition(self, canonical: str, within: str = "") -> Definition | None:
        """
        Return the definition of a canonical, with or without `|version`; None when there is none.

        `within` is the package (`id#version`) of the definition that names it.
        """
        key = canonical, within
        found = self._definitions.get(key)
        if found is None:
            scope = self._scope(within)
            found = _found(canonical, [(book.definitions, tie) for book, tie in scope])
            if found is not None:
                self._definitions[key] = found
        return found

    def type(self, name: str) -> Definition | None:
        """Return the base definition of a FHIR type (`Patient`, `HumanName`, `date`)."""
        found = self._base.definitions.get(_CORE_TYPES + name)
        return found if found and found.type == name and found.derivation != "constraint" else None

    def value_set(self, canonical: str, within: str = "") -> ValueSet | None:
        """Return a value set that some definition requires; `within` as for `definition`."""
        key = canonical, within
        found = self._value_sets.get(key)
        if found is None:
            scope = self._scope(within)
            found = _found(canonical, [(book.value_sets, tie) for book, tie in scope])
            if found is not None:
                self._value_sets[key] = found
        return found

    def not_checked(self) -> tuple[NotChecked, ...]:
        """
        Return what the books leave unjudged, each with its reason.

        A definition that a book misses and another one brings is not among it.
        """
        return tuple(
            entry
            for book in self.books
            for entry in book.not_checked
            if entry.what != "definition" or self.definition(entry.name, book.id) is None
        )

    @cached_property
    def types(self) -> TypeModel:
        """The types of the base specification."""
        return TypeModel(self.type)

    def _scope(self, within: str) -> tuple[tuple[Book, "_Tie"], ...]:
        if within not in self._scopes:
            self._scopes[within] = tuple(self._ordered(within))
        return self._scopes[within]

    def _ordered(self, within: str) -> Iterator[tuple[Book, "_Tie"]]:
        own = next((book for book in self.books if book.id == within), None)
        if own is None:
            # A user names a profile: guides come before the base that they stand on.
            yield from ((book, _Tie.OWN) for book in self.books if book is not self._base)
            yield self._base, _Tie.OWN
            return
        yield own, _Tie.OWN
        asked = {entry.id: entry for entry in own.dependencies if entry.version}
        needed = [
            book
            for book in self.books
            if book is not own
            and book.package in asked
            and book.version == asked[book.package].version
        ]
        for book in needed:
            exact = asked[book.package].asked == book.version
            yield book, _Tie.OWN if exact else _Tie.STAND_IN
        if self._base not in (own, *needed):
            yield self._base, _Tie.OWN
        settled = {book.package for book in (own, *needed, self._base)}
        for book in self.books:
            if book not in (own, *needed, self._base):
                yield book, _Tie.RIVAL if book.package in settled else _Tie.OTHER


class _Tie(Enum):
    """How a book stands to the definition that asks."""

    OWN = "itself, or what it depends on"
    STAND_IN = "another version of what it depends on, which stands in"
    OTHER = "a package that it says nothing of"
    RIVAL = "another version of a package that is in use here"


def _found(canonical: str, scope: Sequence[tuple[Mapping[str, Entry], _Tie]]) -> Entry | None:
    url, _, version = canonical.partition("|")
    entries = [(held[url], tie) for held, tie in scope if url in held]
    for held, tie in scope:
        # A value set that is not at hand as asked for is kept by the canonical that asks for it.
        if version and canonical in held and tie is not _Tie.RIVAL:
            return held[canonical]
    for entry, tie in entries:
        # `4.0` asks for any 4.0.x.
        fits = f"{entry.version}.".startswith(f"{version}.")
        if fits if version else tie is not _Tie.RIVAL:
            return entry
    return next((entry for entry, tie in entries if tie is _Tie.STAND_IN), None)


@cache
def shipped(*packages: str) -> Registry:
    """
    Return the registry of some packages that ship (`hl7.fhir.us.core#6.1.0`) over the base.

    PackageError for one that does not.
    """
    return Registry([shipped_book(name) for name in (*packages, BASE_ID)])
