"""What a package asks of servers, for packages that say so."""

from dataclasses import replace

from conformance.core.errors import PackageError
from conformance.ig.at_hand import at_hand
from conformance.ig.base import BASE, BASE_VERSION, LOOSE
from conformance.ig.book import Book
from conformance.ig.compile import US_CORE, compile_rulebook
from conformance.ig.package import Package, iter_resources, open_package
from conformance.ig.rulebook import Rulebook, available_editions, load_rulebook

_MALFORMED = (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError)


def guide_of(book: Book) -> Rulebook | None:
    """Return what the package of a book asks of servers, None where it is not known."""
    if book.guide is None and book.package == US_CORE and book.version in available_editions():
        return load_rulebook(book.version)
    return book.guide


def with_guide(book: Book, package: Package | None) -> tuple[Book, str]:
    """
    Return a book with what its package asks of servers, and why that is missing.

    A package without a CapabilityStatement for servers asks for nothing: the reason is "" then.
    """
    guide = guide_of(book)
    if guide is not None:
        return replace(book, guide=guide), ""
    if package is None or package.name == LOOSE:
        return book, ""
    try:
        if not _speaks_of_servers(package):
            return book, ""
        core = at_hand(BASE).get(BASE_VERSION)
        if core is None:
            return book, f"Its searches need the package {BASE}#{BASE_VERSION}, which is absent."
        return replace(book, guide=compile_rulebook(package, open_package(core))), ""
    except PackageError as error:
        return book, f"Its searches cannot be read: {error.sentence}"
    except _MALFORMED as error:
        return book, f"Its CapabilityStatement cannot be read ({error})."


def _speaks_of_servers(package: Package) -> bool:
    return any(
        rest.get("mode") == "server"
        for statement in iter_resources(package.path, ("CapabilityStatement-",))
        for rest in statement.get("rest", [])
    )
