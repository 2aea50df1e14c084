"""Which packages are on this machine: in the folder of FHIR_PACKAGES, else in FHIR tools' cache."""

import os
from collections.abc import Iterator
from pathlib import Path

from conformance.ig.package import FOLDER_VARIABLE


def at_hand(name: str) -> dict[str, Path]:
    """
    Return where the versions of a package lie, by version.

    The folder that FHIR_PACKAGES names may hold archives (`name-1.2.3.tgz`), unpacked packages
    (`name-1.2.3` or `name#1.2.3`) and decides alone when it is set.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder:
        return dict(_versions(Path(folder), name, ("-", "#")))
    return dict(_versions(Path.home() / ".fhir" / "packages", name, ("#",)))


def root_of(folder: Path) -> Path | None:
    """Return the folder that holds `package.json`: this one or the `package` in it."""
    for place in (folder, folder / "package"):
        if (place / "package.json").is_file():
            return place
    return None


def _versions(folder: Path, name: str, marks: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        mark = entry.name[len(name) : len(name) + 1]
        version = entry.name[len(name) + 1 :]
        # `a.b-1.0` is no version of `a`, nor is `a-b-1.0`.
        if not entry.name.startswith(name) or mark not in marks or not version[:1].isalnum():
            continue
        if entry.is_dir():
            place = root_of(entry)
            if place is not None:
                yield version, place
        elif version.endswith(".tgz"):
            yield version.removesuffix(".tgz"), entry
