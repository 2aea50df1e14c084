"""
The file of books: a line of JSON for each under gzip, as books ship and as a user builds them.

Definitions stay JSON until one is asked for, so that loading a book costs little.
"""

import gzip
import io
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from conformance.core.errors import PackageError
from conformance.ig.bare import bare_contents
from conformance.ig.book import FORMAT, Book
from conformance.ig.contents import NOTHING, Contents
from conformance.ig.definitions import Definition, Dependency, NotChecked, ValueSet
from conformance.ig.lazily import Lazily
from conformance.ig.rulebook import RULEBOOKS, rulebook_json, rulebook_of

ENDING = ".json.gz"
MAX_BYTES = 2**28


_NO_GUIDE = msgspec.Raw()


class _File(msgspec.Struct, kw_only=True, omit_defaults=True):
    format: int
    package: str
    version: str
    sha256: str = ""
    dependencies: tuple[Dependency, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    guide: msgspec.Raw = _NO_GUIDE
    value_sets: dict[str, ValueSet] = {}
    definitions: dict[str, msgspec.Raw] = {}
    terminology: "_Terminology | None" = None


class _Terminology(msgspec.Struct, kw_only=True, omit_defaults=True):
    value_sets: dict[str, msgspec.Raw] = {}
    code_systems: dict[str, msgspec.Raw] = {}


_DECODER = msgspec.json.Decoder(_File)
_DEFINITION = msgspec.json.Decoder(Definition)


def encode_books(books: Iterable[Book]) -> bytes:
    """Return books as a file holds them; the same books give the same bytes."""
    return gzip.compress(b"".join(book_json(book) + b"\n" for book in books), mtime=0)


def book_json(book: Book) -> bytes:
    """Return what the file holds under its compression."""
    terminology = bare_contents(book.terminology)
    return msgspec.json.encode(
        _File(
            format=FORMAT,
            package=book.package,
            version=book.version,
            sha256=book.sha256,
            dependencies=book.dependencies,
            not_checked=book.not_checked,
            guide=msgspec.Raw(rulebook_json(book.guide)) if book.guide else _NO_GUIDE,
            value_sets=dict(sorted(book.value_sets.items())),
            definitions=_written(book.definitions),
            terminology=_Terminology(
                value_sets=_written(terminology.value_sets),
                code_systems=_written(terminology.code_systems),
            ),
        )
    )


def decode_books(content: bytes, where: str) -> tuple[Book, ...]:
    """Return the books of a file's content; PackageError, which names `where`, when it is none."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            written = stream.read(MAX_BYTES + 1)
        if len(written) > MAX_BYTES:
            raise PackageError(f"The rulebook {where} is larger than any rulebook should be.")
        books = tuple(_book(line, where) for line in written.splitlines())
    except (OSError, EOFError, zlib.error, msgspec.DecodeError) as error:
        raise PackageError(f"{where} is no rulebook ({error}).", "Build it again.") from error
    if not books:
        raise PackageError(f"The rulebook {where} is empty.", "Build it again.")
    return books


def _book(line: bytes, where: str) -> Book:
    file = _DECODER.decode(line)
    if file.format != FORMAT:
        raise PackageError(
            f"The rulebook {where} has format {file.format}, this tool reads {FORMAT}.",
            "Build it again with `conformance rulebook build`.",
        )
    return Book(
        package=file.package,
        version=file.version,
        sha256=file.sha256,
        dependencies=file.dependencies,
        definitions=Lazily(file.definitions, _DEFINITION.decode),
        value_sets=file.value_sets,
        not_checked=file.not_checked,
        guide=rulebook_of(bytes(file.guide)) if bytes(file.guide) else None,
        terminology=_terminology(file.terminology) if file.terminology else NOTHING,
    )


def shipped_path(name: str) -> Path:
    """Return where the book of a package (`id#version`) ships, or would."""
    return RULEBOOKS / f"{name.replace('#', '-')}{ENDING}"


@cache
def shipped_books() -> tuple[str, ...]:
    """Return the packages (`id#version`) whose books ship, by name and version."""
    names = (path.name.removesuffix(ENDING) for path in RULEBOOKS.glob(f"*{ENDING}"))
    return tuple(sorted(name.replace("-", "#", 1) for name in names))


@cache
def shipped_book(name: str) -> Book:
    """Return a book that ships, read once per process; PackageError for one that does not."""
    if name not in shipped_books():
        known = ", ".join(shipped_books())
        raise PackageError(f"The package {name} does not ship with this tool.", f"{known} do.")
    path = shipped_path(name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PackageError(
            f"The rulebook of {name} cannot be read ({error}).", "Install the tool again."
        ) from error
    return decode_books(content, path.name)[0]


def _terminology(written: _Terminology) -> Contents:
    return Contents(
        definitions={},
        value_sets=Lazily(written.value_sets, msgspec.json.decode),
        code_systems=Lazily(written.code_systems, msgspec.json.decode),
    )


def _written(held: Mapping[str, Any]) -> dict[str, msgspec.Raw]:
    return {url: msgspec.Raw(msgspec.json.encode(held[url])) for url in sorted(held)}
