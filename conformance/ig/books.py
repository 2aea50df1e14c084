"""Compile packages to books."""

from collections.abc import Sequence

from conformance.ig.book import Book
from conformance.ig.compiling import compile_definition
from conformance.ig.contents import Contents
from conformance.ig.definitions import Definition, Dependency, NotChecked
from conformance.ig.package import Package
from conformance.ig.required import expand_required, required


def compile_book(
    package: Package,
    contents: Contents,
    beneath: Sequence[Contents] = (),
    *,
    dependencies: Sequence[Dependency] = (),
    base: Book | None = None,
) -> Book:
    """
    Return what a package says of data; PackageError when it cannot be read.

    `beneath` are the contents of the packages that it stands on, the one to ask first first.
    `base` is the book of the base specification, whose value sets are not repeated.
    """
    name = f"{package.name}#{package.version}"
    definitions: dict[str, Definition] = {}
    not_checked: list[NotChecked] = []
    for written in contents.definitions.values():
        made = compile_definition(written, name)
        if isinstance(made, Definition):
            definitions[made.url] = made
        elif made is not None:
            not_checked.append(made)
    places = {
        canonical: asking
        for canonical, asking in required(definitions.values()).items()
        if base is None
        or base.value_sets.keys().isdisjoint((canonical, canonical.partition("|")[0]))
    }
    value_sets, untold = expand_required(places, (contents, *beneath), name)
    return Book(
        package=package.name,
        version=package.version,
        sha256=package.sha256 or "",
        dependencies=tuple(dependencies),
        definitions=definitions,
        value_sets=value_sets,
        not_checked=(*not_checked, *untold),
        terminology=contents,
    )
