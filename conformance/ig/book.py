"""
A compiled package: what it says of data and, for a guide, of servers.

Definitions are kept as JSON and decoded one by one, when they are asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from conformance.ig.definitions import Definition, Dependency, NotChecked, ValueSet
from conformance.ig.rulebook import Rulebook

FORMAT = 1


class Definitions(Mapping[str, Definition]):
    """Definitions by canonical URL, each decoded when it is first asked for."""

    def __init__(self, entries: Mapping[str, Definition | msgspec.Raw]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, url: str) -> Definition:
        entry = self._entries[url]
        if isinstance(entry, msgspec.Raw):
            entry = msgspec.json.decode(entry, type=Definition)
            self._entries[url] = entry
        return entry

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, url: object) -> bool:
        return url in self._entries


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Book:
    """
    One compiled package.

    `sha256` is of its archive, "" for a folder or loose files. `value_sets` are the ones that its
    definitions require, its own and those of its dependencies, by canonical URL as it is asked for
    without a version. `guide` is what it asks of servers.
    """

    format: int = FORMAT
    package: str
    version: str
    sha256: str = ""
    dependencies: tuple[Dependency, ...] = ()
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    value_sets: Mapping[str, ValueSet] = field(default_factory=dict)
    not_checked: tuple[NotChecked, ...] = ()
    guide: Rulebook | None = None

    @property
    def id(self) -> str:
        """The package as `id#version`."""
        return f"{self.package}#{self.version}"
