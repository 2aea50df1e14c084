"""A compiled package: what it says of data and, for a guide, of servers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.ig.contents import NOTHING, Contents
from conformance.ig.definitions import Definition, Dependency, NotChecked, ValueSet
from conformance.ig.rulebook import Rulebook

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Book:
    """
    One compiled package.

    `sha256` is of its archive, "" for a folder or loose files. `definitions` are by URL.
    `value_sets` are what its definitions require beyond what the base specification requires: by
    URL, and by the canonical as it is asked for where the version asked for is not at hand.
    `terminology` are its own value sets and code systems, which other packages may draw on, and
    `guide` is what the package asks of servers.
    """

    format: int = FORMAT
    package: str
    version: str
    sha256: str = ""
    dependencies: tuple[Dependency, ...] = ()
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    value_sets: Mapping[str, ValueSet] = field(default_factory=dict)
    not_checked: tuple[NotChecked, ...] = ()
    terminology: Contents = NOTHING
    guide: Rulebook | None = None

    @property
    def id(self) -> str:
        """The package as `id#version`."""
        return f"{self.package}#{self.version}"
