"""What a user may name as a package: an id, an archive, a folder, a built rulebook, loose files."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from conformance.core.errors import PackageError
from conformance.ig.at_hand import root_of
from conformance.ig.base import LOOSE
from conformance.ig.book import Book
from conformance.ig.book_file import MAX_BYTES, decode_books
from conformance.ig.contents import Contents, read_contents
from conformance.ig.library import Library
from conformance.ig.package import Package, iter_files, open_package
from conformance.ig.registry import Registry

_LOOSE_VERSION = "0"
_ARCHIVES = (".tgz", ".tar.gz")
_GZIP = b"\x1f\x8b"
_WAYS = (
    "Name a package (hl7.fhir.us.core#6.1.0), a .tgz, a folder, a rulebook built before, or "
    "files with a StructureDefinition, ValueSet or CodeSystem."
)


def open_registry(named: Sequence[str]) -> Registry:
    """
    Return the registry of what a user named, over the base; PackageError for what is no package.

    Where a canonical states no version, the package that was named first decides.
    """
    library, books = open_books(named)
    return Registry([*books, *library.books])


def open_books(named: Sequence[str]) -> tuple[Library, tuple[Book, ...]]:
    """Return the books of what a user named, in that order, and the library that they stand in."""
    return _Opening().open(named)


class _Opening:
    def __init__(self) -> None:
        self.library = Library()
        self._ids: list[str] = []
        self._loose: list[tuple[str, bytes]] = []

    def open(self, named: Sequence[str]) -> tuple[Library, tuple[Book, ...]]:
        # All are read first: what stands on another one may be named before it.
        for name in named:
            path = Path(name)
            if not name:
                raise PackageError("An empty name is no package.", _WAYS)
            if path.is_dir():
                self._folder(path)
            elif path.exists():
                self._file(path)
            else:
                self._id(name)
        if self._loose:
            self._together()
        ids = dict.fromkeys(self._ids)
        books = tuple(self.library.named(*self._split(entry)) for entry in ids)
        return self.library, books

    def _folder(self, path: Path) -> None:
        root = root_of(path)
        if root is not None:
            self._package(root)
            return
        files = [entry for entry in iter_files(path, ("",)) if entry[0].endswith(".json")]
        self._definitions(files, path)

    def _file(self, path: Path) -> None:
        if path.name.endswith(_ARCHIVES):
            self._package(path)
            return
        content = _read(path)
        if content.startswith(_GZIP):
            for book in decode_books(content, str(path)):
                self._ids.append(self.library.add(book).id)
        else:
            self._definitions([(path.name, content)], path)

    def _id(self, name: str) -> None:
        package, _, version = name.partition("#")
        versions = self.library.versions(package)
        if not version and len(versions) == 1:
            version = versions[0]
        if not version and versions:
            raise PackageError(
                f"The package {package} is at hand in several versions.",
                f"Say which: {', '.join(f'{package}#{entry}' for entry in versions)}.",
            )
        if not version or "/" in name or "\\" in name:
            raise PackageError(f"{name} is no file, folder or package.", _WAYS)
        self._ids.append(f"{package}#{version}")

    def _package(self, path: Path) -> None:
        package = open_package(path)
        name = f"{package.name}#{package.version}"
        self.library.offer(package, read_contents(iter_files(path, ("",)), name))
        self._ids.append(name)

    def _definitions(self, files: list[tuple[str, bytes]], path: Path) -> None:
        held = read_contents(files, str(path))
        if not any(_each(held)):
            raise PackageError(
                f"{path} holds no StructureDefinition, ValueSet or CodeSystem with a url.", _WAYS
            )
        self._loose += files
        self._ids.append(f"{LOOSE}#{_LOOSE_VERSION}")

    def _together(self) -> None:
        """Make one package of all loose files, over every package that was named beside them."""
        own = f"{LOOSE}#{_LOOSE_VERSION}"
        # The package that was named first decides, so it is written last.
        others = dict(self._split(entry) for entry in reversed(self._ids) if entry != own)
        package = Package(
            path=Path(),
            name=LOOSE,
            version=_LOOSE_VERSION,
            sha256=None,
            dependencies=others,
        )
        self.library.offer(package, read_contents(self._loose, LOOSE))

    @staticmethod
    def _split(name: str) -> tuple[str, str]:
        package, _, version = name.partition("#")
        return package, version


def _each(contents: Contents) -> Iterator[str]:
    yield from contents.definitions
    yield from contents.value_sets
    yield from contents.code_systems


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise PackageError(f"{path} cannot be read ({error.strerror}).", _WAYS) from error
    if len(content) > MAX_BYTES:
        raise PackageError(f"{path} is larger than any package should be.", _WAYS)
    return content
