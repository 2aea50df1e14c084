"""Bring packages together: what a package stands on is found and compiled, or named as absent."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from conformance.core.errors import PackageError
from conformance.ig.at_hand import at_hand
from conformance.ig.base import BASE, BASE_ID, BASE_VERSION
from conformance.ig.book import Book
from conformance.ig.book_file import shipped_book, shipped_books
from conformance.ig.books import compile_book
from conformance.ig.contents import Contents, read_contents
from conformance.ig.definitions import Dependency
from conformance.ig.package import Package, iter_files, open_package
from conformance.ig.registry import Registry
from conformance.ig.unresolved import unresolved
from conformance.ig.versions import best, ordered

Source = tuple[Package, Contents]


class Library:
    """
    The books in use, each once.

    A book that ships is taken as it is. With `only` (ids `name#version`) no other package is taken
    for being at hand, and all are compiled: so the books that ship are made.
    """

    def __init__(self, *, only: frozenset[str] | None = None) -> None:
        self._shipped = frozenset(shipped_books()) if only is None else frozenset[str]()
        self._only = only
        self._books: dict[str, Book] = {}
        self._sources: dict[str, Source] = {}

    @property
    def books(self) -> tuple[Book, ...]:
        """What was asked for, in that order, each followed by what it stands on."""
        self._base()
        return tuple(self._books.values())

    def offer(self, package: Package, contents: Contents) -> None:
        """Take a package for being at hand, wherever it came from."""
        self._sources[f"{package.name}#{package.version}"] = package, contents

    def package(self, name: str) -> Package | None:
        """Return the package behind a book (`id#version`), None for a book that came finished."""
        return self._sources[name][0] if name in self._sources else None

    def versions(self, name: str) -> tuple[str, ...]:
        """Return the versions of a package that ship, are at hand or were given, lowest first."""
        return tuple(sorted(self._versions(name), key=ordered))

    def add(self, book: Book) -> Book:
        """
        Put a finished book among the others, with what ships or was given of its needs.

        What else lies on this machine is left there: a finished book judges everywhere alike.
        """
        if book.id not in self._books:
            self._books[book.id] = book
            for needed in self._with(book):
                self.named(needed.id, needed.version)
        return self._books[book.id]

    def named(self, name: str, version: str) -> Book:
        """Return the book of a package that ships or is at hand; PackageError when neither."""
        key = f"{name}#{version}"
        if key in self._books:
            return self._books[key]
        if key in self._shipped:
            return self.add(shipped_book(key))
        return self.compile(*self._source(name, version))

    def compile(self, package: Package, contents: Contents) -> Book:
        """Return the book of a package, compiled over what is at hand of its dependencies."""
        name = f"{package.name}#{package.version}"
        if name in self._books:
            return self._books[name]
        if name == BASE_ID:
            return self.add(compile_book(package, contents))
        _refuse_other_fhir(package)
        self.offer(package, contents)
        dependencies = tuple(self._closure(package))
        beneath = [
            self._contents(entry) for entry in dependencies if entry.version and entry.id != BASE
        ]
        base = Dependency(id=BASE, asked=BASE_VERSION, version=BASE_VERSION)
        book = compile_book(
            package,
            contents,
            (*beneath, self._contents(base)),
            dependencies=dependencies,
            base=self._base(),
        )
        self._books[name] = book
        for needed in dependencies:
            if needed.version:
                self.named(needed.id, needed.version)
        missing = unresolved(book, Registry(self.books))
        whole = replace(book, not_checked=(*book.not_checked, *missing))
        self._books[name] = whole
        return whole

    def _closure(self, package: Package) -> Iterator[Dependency]:
        """Yield what a package asks for and what that asks for; the nearest wish decides."""
        seen = {package.name}
        waiting = [package]
        while waiting:
            for name, asked in waiting.pop(0).dependencies.items():
                if name not in seen:
                    seen.add(name)
                    version = best(asked, self._versions(name))
                    needed = self._package(name, version) if version else None
                    waiting += [needed] if needed else []
                    sha256 = (needed and needed.sha256) or ""
                    yield Dependency(id=name, asked=asked, version=version, sha256=sha256)

    def _with(self, book: Book) -> Iterator[Dependency]:
        """Yield what a finished book brings with it."""
        for entry in book.dependencies:
            key = f"{entry.id}#{entry.version}"
            if key in self._shipped or key in self._sources or key in self._books:
                yield entry

    def _versions(self, name: str) -> set[str]:
        if name == BASE:
            # R4 is 4.0.1 here, whatever else lies about.
            return {BASE_VERSION}
        ids = [entry.partition("#") for entry in (*self._shipped, *self._books, *self._sources)]
        known = {version for package, _, version in ids if package == name}
        return known | set(self._at_hand(name))

    def _base(self) -> Book:
        return self.named(BASE, BASE_VERSION)

    def _finished(self, key: str) -> Book | None:
        if key in self._books and key not in self._sources:
            return self._books[key]
        return shipped_book(key) if key in self._shipped else None

    def _package(self, name: str, version: str) -> Package:
        book = self._finished(f"{name}#{version}")
        if book is None:
            return self._source(name, version)[0]
        asked = {entry.id: entry.asked for entry in self._with(book)}
        return Package(
            path=Path(), name=name, version=version, sha256=book.sha256, dependencies=asked
        )

    def _contents(self, entry: Dependency) -> Contents:
        book = self._finished(f"{entry.id}#{entry.version}")
        contents = book.terminology if book else self._source(entry.id, entry.version)[1]
        return contents if entry.version == entry.asked else contents.for_any_version()

    def _source(self, name: str, version: str) -> Source:
        key = f"{name}#{version}"
        if key not in self._sources:
            places = self._at_hand(name)
            path = places.get(version)
            if path is None:
                raise _absent(key, self.versions(name))
            self._sources[key] = open_package(path), read_contents(iter_files(path, ("",)), key)
        return self._sources[key]

    def _at_hand(self, name: str) -> dict[str, Path]:
        return {
            version: path
            for version, path in at_hand(name).items()
            if self._only is None or f"{name}#{version}" in self._only
        }


def _absent(name: str, others: Sequence[str]) -> PackageError:
    name = name.removesuffix("#")
    known = f" At hand: {', '.join(others)}." if others else ""
    return PackageError(
        f"The package {name} is not on this machine.{known}",
        "Put its .tgz in a folder and name that folder by the variable FHIR_PACKAGES.",
    )


def _refuse_other_fhir(package: Package) -> None:
    versions = package.fhir_versions
    if versions and not any(version.startswith("4.0") for version in versions):
        raise PackageError(
            f"The package {package.name}#{package.version} is for FHIR {', '.join(versions)}.",
            f"This tool judges R4 ({BASE_VERSION}).",
        )
