"""
What one edition of US Core asks of a server, in the thin form that the checks expand to rows.

A rulebook is compiled from the official packages (`conformance.ig.compile`) and ships as JSON in
gzip. The shipped form holds each search parameter once; loading joins them to the searches that use
them.
"""

import gzip
import zlib
from functools import cache
from pathlib import Path

import msgspec

from conformance.core.errors import PackageError
from conformance.ig.rows import (
    Code,
    Element,
    Expectation,
    FirstSearch,
    Operation,
    Profile,
    ResourceType,
    Search,
    SearchParameter,
    StatusFallback,
)
from conformance.ig.versions import ordered

__all__ = [
    "Code",
    "Element",
    "Expectation",
    "FirstSearch",
    "Operation",
    "Profile",
    "ResourceType",
    "Rulebook",
    "Search",
    "SearchParameter",
    "StatusFallback",
    "available_editions",
    "decode_rulebook",
    "encode_rulebook",
    "load_rulebook",
    "rulebook_json",
    "rulebook_of",
    "rulebook_path",
]

RULEBOOKS = Path(__file__).resolve().parent / "rulebooks"
_SUFFIX = ".guide.gz"


class Rulebook(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One edition of US Core.

    `sha256` and `core_sha256` are of the package archives that it was compiled from, `server` is
    the canonical URL of the server CapabilityStatement, `interactions` are those of the system as a
    whole.
    """

    package: str
    version: str
    sha256: str
    core_package: str
    core_version: str
    core_sha256: str
    server: str
    interactions: dict[str, Expectation]
    types: tuple[ResourceType, ...]
    profiles: tuple[Profile, ...]
    provenance_types: tuple[str, ...]
    parameters: tuple[SearchParameter, ...]
    searches: tuple[Search, ...]
    first_searches: tuple[FirstSearch, ...]

    def reaches(self, edition: str) -> bool:
        """Tell whether this is the edition named or a later one."""
        return ordered(self.version) >= ordered(edition)

    def type(self, name: str) -> ResourceType | None:
        """Return what is asked of one resource type, None when the guide does not name it."""
        return next((entry for entry in self.types if entry.type == name), None)

    def parameter(self, type_: str, name: str) -> SearchParameter | None:
        """Return the definition of a type's search parameter, None when the guide names none."""
        return next((p for p in self.parameters if (p.type, p.name) == (type_, name)), None)

    def search(self, row_id: str) -> Search | None:
        """Return the search with this row id (`Patient:birthdate+name`)."""
        return next((entry for entry in self.searches if entry.id == row_id), None)

    def searches_of(self, type_: str, level: str | None = None) -> tuple[Search, ...]:
        """Return the searches of one type, of one level when given."""
        return tuple(s for s in self.searches if s.type == type_ and level in (None, s.level))

    def first_search(self, type_: str) -> FirstSearch | None:
        """Return the search that harvests this type, None for one that only references reach."""
        return next((entry for entry in self.first_searches if entry.type == type_), None)

    def required_profiles(self, type_: str | None = None) -> tuple[str, ...]:
        """Return the canonical URLs of the profiles that SHALL be supported."""
        return tuple(
            profile.url
            for profile in self.profiles
            if profile.level == Expectation.SHALL and type_ in (None, profile.type)
        )


@cache
def load_rulebook(version: str) -> Rulebook:
    """
    Return the rulebook of one US Core edition (`6.1.0`), read once per process.

    PackageError when this edition does not ship or its file is damaged.
    """
    path = rulebook_path(version)
    if version not in available_editions():
        known = ", ".join(available_editions())
        raise PackageError(f"US Core {version!r} is not an edition of this tool.", f"Use {known}.")
    try:
        return decode_rulebook(path.read_bytes())
    except (OSError, EOFError, zlib.error, msgspec.DecodeError) as error:
        raise PackageError(
            f"The rulebook of US Core {version} cannot be read ({error}).",
            "Install the tool again.",
        ) from error


@cache
def available_editions() -> tuple[str, ...]:
    """Return the US Core versions whose rulebooks ship, oldest first."""
    names = (path.name for path in RULEBOOKS.glob(rulebook_path("*").name))
    versions = (name.removeprefix("us-core-").removesuffix(_SUFFIX) for name in names)
    return tuple(sorted(versions, key=ordered))


def rulebook_path(version: str) -> Path:
    """Return where the rulebook of this US Core version ships, or would."""
    return RULEBOOKS / f"us-core-{version}{_SUFFIX}"


def encode_rulebook(rulebook: Rulebook) -> bytes:
    """Return the shipped form: stable, no search repeating its parameters."""
    return gzip.compress(rulebook_json(rulebook), mtime=0)


def decode_rulebook(content: bytes) -> Rulebook:
    """Return the rulebook of its shipped form; msgspec.DecodeError when it is none."""
    return rulebook_of(gzip.decompress(content))


def rulebook_json(rulebook: Rulebook) -> bytes:
    """Return the shipped form as JSON, not packed."""
    bare = tuple(
        msgspec.structs.replace(search, definitions=(), status=None) for search in rulebook.searches
    )
    return msgspec.json.encode(msgspec.structs.replace(rulebook, searches=bare))


def rulebook_of(content: bytes) -> Rulebook:
    """Return the rulebook of its JSON; msgspec.DecodeError when it is none."""
    return join(msgspec.json.decode(content, type=Rulebook))


def join(rulebook: Rulebook) -> Rulebook:
    """Give each search its parameters' definitions and the status fallback that it may need."""
    table = {(parameter.type, parameter.name): parameter for parameter in rulebook.parameters}
    fallbacks = {entry.type: entry.status for entry in rulebook.types}

    def joined(search: Search) -> Search:
        status = fallbacks.get(search.type)
        named = any("status" in name for name in search.parameters)
        return msgspec.structs.replace(
            search,
            definitions=tuple(table[search.type, name] for name in search.parameters),
            status=None if named else status,
        )

    searches = tuple(joined(search) for search in rulebook.searches)
    return msgspec.structs.replace(rulebook, searches=searches)
