"""`conformance rulebook`: build, show and list what packages ask, as the judge has it."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conformance.cli.epilog import epilog
from conformance.cli.guard import guarded

if TYPE_CHECKING:
    from conformance.ig.book import Book

EPILOG = epilog(
    "conformance rulebook list",
    "conformance rulebook show hl7.fhir.us.core#6.1.0",
    "conformance rulebook build my-ig.tgz --output my-ig.rulebook",
    "conformance validate --package my-ig.rulebook patient.json",
)
BUILD_EPILOG = epilog(
    "conformance rulebook build hl7.fhir.us.mcode#3.0.0 --output mcode.rulebook",
    "conformance rulebook build my-ig.tgz extra/ profile.json --output my.rulebook",
    then="A package is an id, a .tgz, a folder, or files with a StructureDefinition (and its "
    "snapshot), ValueSet or CodeSystem. What it depends on is looked for in the folder of the "
    "variable FHIR_PACKAGES, else in ~/.fhir/packages.",
)
SHOW_EPILOG = epilog(
    "conformance rulebook show hl7.fhir.us.core#6.1.0",
    "conformance rulebook show my-ig.rulebook --format json",
)
LIST_EPILOG = epilog(
    "conformance rulebook list",
    "conformance rulebook list --format json | jq -r '.[].package'",
)
_FORMATS = ("text", "json")
_FORMAT = typer.Option("--format", metavar="text|json", help="How to print it.")


@guarded
def build(
    packages: Annotated[
        list[str], typer.Argument(metavar="PACKAGE...", help="Packages, folders or files.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The rulebook to write.")
    ],
) -> None:
    """Compile packages, and what they depend on, to one file that `--package` takes."""
    from conformance.cli.rulebook_text import gist, needs
    from conformance.cli.screen import Screen, path_shown
    from conformance.core.errors import PackageError
    from conformance.ig.base import BASE_ID
    from conformance.ig.book_file import encode_books, shipped_books
    from conformance.ig.guides import with_guide
    from conformance.ig.opening import open_books

    screen = Screen()
    _refuse_to_overwrite(output)
    library, books = open_books(packages)
    whole: list[Book] = []
    for book in books:
        complete, reason = with_guide(book, library.package(book.id))
        whole.append(complete)
        if reason:
            screen.note(f"{book.id}: {reason}")
    if not any(book.definitions or book.terminology.value_sets for book in books):
        raise PackageError(
            f"{', '.join(packages)} holds no definition with a snapshot and no value set.",
            "Give a package whose definitions have snapshots.",
        )
    named = {book.id for book in books}
    ready = {BASE_ID, *shipped_books()}
    beneath = [book for book in library.books if book.id not in named | ready]
    content = encode_books([*whole, *beneath])
    _write(output, content)
    for book in (*whole, *beneath):
        screen.result(gist(book))
        for line in needs(book):
            screen.tell(line, indent=2)
    screen.result(f"{path_shown(output)}: {len(content):,} bytes")


@guarded
def show(
    package: Annotated[
        str, typer.Argument(metavar="ID", help="A package, or a rulebook built before.")
    ],
    format_: Annotated[str, _FORMAT] = "text",
) -> None:
    """Print what a package asks: profiles, bindings, references, searches, what is not checked."""
    from conformance.cli.rulebook_text import print_book
    from conformance.cli.screen import Screen
    from conformance.ig.guides import with_guide
    from conformance.ig.opening import open_books
    from conformance.ig.summary import summary

    _known(format_)
    screen = Screen()
    library, (first, *others) = open_books([package])
    book, reason = with_guide(first, library.package(first.id))
    if reason:
        screen.note(f"{book.id}: {reason}")
    if format_ == "json":
        screen.raw(json.dumps(summary(book, book.guide), indent=1))
        screen.note(_count(len(book.not_checked)) + "; --format text lists them.")
    else:
        print_book(screen, book)
    if others:
        screen.note(f"The file also holds {', '.join(entry.id for entry in others)}.")


@guarded
def list_(format_: Annotated[str, _FORMAT] = "text") -> None:
    """List the rulebooks that ship, each with the hash of its package."""
    from conformance.cli.rulebook_text import gist
    from conformance.cli.screen import Screen
    from conformance.ig.book_file import shipped_book, shipped_books

    _known(format_)
    screen = Screen()
    books = [shipped_book(name) for name in shipped_books()]
    if format_ == "json":
        screen.raw(json.dumps([_entry(book) for book in books], indent=1))
        return
    for book in books:
        screen.result(gist(book))
        screen.tell(f"sha256 {book.sha256}", "dim", indent=2)
    screen.note(f"{len(books)} rulebooks; `conformance rulebook show ID` tells about one.")


def _entry(book: "Book") -> dict[str, Any]:
    return {
        "package": book.id,
        "sha256": book.sha256,
        "definitions": len(book.definitions),
        "value_sets": len(book.value_sets),
        "not_checked": len(book.not_checked),
    }


def _count(number: int) -> str:
    return f"{number} {'thing is' if number == 1 else 'things are'} not checked"


def _known(format_: str) -> None:
    from conformance.core.errors import UsageError
    from conformance.target.wording import shown

    if format_ not in _FORMATS:
        raise UsageError(f"There is no format {shown(format_)}.", "Use text or json.")


def _refuse_to_overwrite(output: Path) -> None:
    """Keep what is no rulebook: a slip of the pen must not cost a person a package."""
    from conformance.core.errors import HarnessError, UsageError
    from conformance.ig.book_file import decode_books

    if not output.parent.is_dir():
        raise UsageError(f"There is no folder {output.parent}.", "Make it, or name another place.")
    if output.is_dir():
        raise UsageError(f"{output} is a folder.", "Name a file.")
    if not output.exists():
        return
    try:
        decode_books(output.read_bytes(), str(output))
    except (HarnessError, OSError) as error:
        raise UsageError(
            f"{output} exists and is no rulebook; it is left as it is.", "Name another file."
        ) from error


def _write(output: Path, content: bytes) -> None:
    """Write a file beside, then put it in place, so that nobody reads half of one."""
    from conformance.core.errors import UsageError

    draft = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(output)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UsageError(
            f"{output} cannot be written ({error.strerror}).", "Name another place."
        ) from error
