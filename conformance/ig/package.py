"""
Find and read FHIR packages, as archives (`name-version.tgz`) or as unpacked folders.

Nothing is unpacked to disk and every size is bounded: a package may come from anywhere.
"""

import hashlib
import json
import os
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, cast

from conformance.core.errors import PackageError

FOLDER_VARIABLE = "FHIR_PACKAGES"

MAX_MEMBERS = 50_000
MAX_MEMBER_BYTES = 64 * 2**20
MAX_TOTAL_BYTES = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """
    A package that can be read.

    `path` is the archive or the folder that holds `package.json`. `sha256` is of the archive, None
    for a folder. `dependencies` are the packages that it asks for, each with its version.
    """

    path: Path
    name: str
    version: str
    sha256: str | None
    dependencies: Mapping[str, str] = field(default_factory=dict)
    fhir_versions: tuple[str, ...] = ()


def find_package(name: str, version: str) -> Path | None:
    """
    Return where a package lies, None when it is not on this machine.

    The folder that FHIR_PACKAGES names is asked for `name-version.tgz` and decides alone when it is
    set; else the cache of FHIR tools, `~/.fhir/packages`, is asked.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder:
        archive = Path(folder) / f"{name}-{version}.tgz"
        return archive if archive.is_file() else None
    cached = Path.home() / ".fhir" / "packages" / f"{name}#{version}" / "package"
    return cached if (cached / "package.json").is_file() else None


def open_package(path: Path) -> Package:
    """Read what a package says of itself; PackageError when it is none."""
    manifest = next((content for _, content in iter_files(path, ("package.json",))), None)
    about = _parsed(path, "package.json", manifest) if manifest is not None else None
    if not isinstance(about, dict):
        raise PackageError(f"{path} is not a FHIR package: it has no package.json.")
    name, version = about.get("name"), about.get("version")
    if not isinstance(name, str) or not isinstance(version, str):
        raise PackageError(f"The package.json of {path} names no package and version.")
    asked, fhir = (
        about.get("dependencies"),
        about.get("fhirVersions", about.get("fhir-version-list")),
    )
    return Package(
        path=path,
        name=name,
        version=version,
        sha256=archive_sha256(path),
        dependencies=_texts(asked) if isinstance(asked, dict) else {},
        fhir_versions=tuple(v for v in fhir if isinstance(v, str))
        if isinstance(fhir, list)
        else (),
    )


def _texts(asked: Mapping[str, Any]) -> Mapping[str, str]:
    return {name: version for name, version in asked.items() if isinstance(version, str)}


def iter_resources(path: Path, prefixes: tuple[str, ...] = ("",)) -> Iterator[dict[str, Any]]:
    """
    Yield the resources of a package whose file names start with one of `prefixes`, by file name.

    `SearchParameter-` yields the search parameters. Examples and other sub-folders are left out.
    PackageError when the package cannot be read or is larger than the bounds.
    """
    wanted = [
        (name, content)
        for name, content in iter_files(path, prefixes)
        if name.endswith(".json") and not name.startswith(".") and name != "package.json"
    ]
    for name, content in sorted(wanted):
        resource = _parsed(path, name, content)
        if isinstance(resource, dict) and isinstance(resource.get("resourceType"), str):
            yield resource


def archive_sha256(path: Path) -> str | None:
    """Return the SHA-256 of an archive in hex, None for a folder."""
    if path.is_dir():
        return None
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error


def iter_files(path: Path, prefixes: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files right below `package/` that start with a prefix."""
    files = _folder_files(path, prefixes) if path.is_dir() else _archive_files(path, prefixes)
    total = 0
    try:
        for name, content in files:
            total += len(content)
            if total > MAX_TOTAL_BYTES:
                raise _too_large(path)
            yield name, content
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise _unreadable(path, error) from error


def _folder_files(path: Path, prefixes: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(path.iterdir()):
        if entry.name.startswith(prefixes) and entry.is_file():
            if entry.stat().st_size > MAX_MEMBER_BYTES:
                raise _too_large(path)
            yield entry.name, entry.read_bytes()


def _archive_files(path: Path, prefixes: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    seen = 0
    with tarfile.open(path, mode="r|gz") as archive:
        for count, member in enumerate(archive):
            # Also what is skipped is decompressed on the way, so it counts too.
            seen += member.size
            if count >= MAX_MEMBERS or member.size > MAX_MEMBER_BYTES or seen > MAX_TOTAL_BYTES:
                raise _too_large(path)
            parts = PurePosixPath(member.name).parts
            if len(parts) != 2 or parts[0] != "package" or not member.isfile():
                continue
            stream = archive.extractfile(member) if parts[1].startswith(prefixes) else None
            if stream is not None:
                yield parts[1], stream.read(MAX_MEMBER_BYTES)


def _parsed(path: Path, name: str, content: bytes) -> Any:
    try:
        return cast(Any, json.loads(content))
    except (ValueError, RecursionError) as error:
        raise PackageError(f"{name} in {path} is not JSON.") from error


def _unreadable(path: Path, error: Exception) -> PackageError:
    return PackageError(f"The package {path} cannot be read ({error}).", "Fetch it again.")


def _too_large(path: Path) -> PackageError:
    return PackageError(f"The package {path} is larger than any FHIR package should be.")
