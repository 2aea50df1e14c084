"""Compile packages to books."""

import msgspec

from conformance.ig.book import Book, Definitions
from conformance.ig.compiling import compile_definition
from conformance.ig.definitions import Definition, NotChecked
from conformance.ig.package import Package
from conformance.ig.reading import read_resources


def compile_book(package: Package) -> Book:
    """Return what a package says of data; PackageError when it cannot be read."""
    name = f"{package.name}#{package.version}"
    definitions: dict[str, Definition | msgspec.Raw] = {}
    not_checked: list[NotChecked] = []
    for written in read_resources(package.path, ("StructureDefinition",)):
        made = compile_definition(written, name)
        if isinstance(made, Definition):
            definitions[made.url] = made
        elif made is not None:
            not_checked.append(made)
    return Book(
        package=package.name,
        version=package.version,
        sha256=package.sha256 or "",
        definitions=Definitions(definitions),
        not_checked=tuple(not_checked),
    )
