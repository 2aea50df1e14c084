"""Take typed fields out of a TOML table, and say in one sentence what is wrong with one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from conformance.core.errors import CatalogueError

Word = TypeVar("Word", bound=StrEnum)
_MISSING = object()


class Table:
    """
    One TOML table, read field by field.

    `where` names the file and the entry in errors. `done` refuses what was not asked for, so that a
    misspelt key is never silently ignored.
    """

    def __init__(self, where: str, content: Any) -> None:
        if not isinstance(content, dict):
            raise CatalogueError(f"{where}: a table is expected.")
        self.where = where
        self._left: dict[str, Any] = dict(content)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a string that is not blank, or `default`."""
        value = self._take(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.fault(f"`{name}` must be a text")
        return value

    def flag(self, name: str) -> bool:
        """Return a boolean."""
        value = self._take(name, None)
        if not isinstance(value, bool):
            raise self.fault(f"`{name}` must be true or false")
        return value

    def share(self, name: str) -> float:
        """Return a number between 0 and 1."""
        value = self._take(name, None)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.fault(f"`{name}` must be a share between 0 and 1")
        return float(value)

    def texts(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one."""
        value = self._take(name, default)
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(isinstance(i, str) and i for i in items):
            raise self.fault(f"`{name}` must be a list of texts")
        return tuple(items)

    def word(self, name: str, words: type[Word], default: Word | None = None) -> Word:
        """Return a member of an enumeration."""
        value = self._take(name, default)
        try:
            return words(value)
        except ValueError:
            allowed = ", ".join(words)
            raise self.fault(f"`{name}` is {value!r}; allowed are {allowed}") from None

    def table(self, name: str, defaults: Mapping[str, Any] | None = None) -> "Table":
        """Return a table inside, its missing keys filled from `defaults`."""
        value = self._take(name, {} if defaults is not None else None)
        if not isinstance(value, dict):
            raise self.fault(f"`{name}` must be a table")
        return Table(f"{self.where}, {name}", {**(defaults or {}), **value})

    def tables(self, name: str) -> list["Table"]:
        """Return an array of tables."""
        value = self._take(name, None)
        if not isinstance(value, list):
            raise self.fault(f"`{name}` must be an array of tables")
        return [Table(f"{self.where}, {name} {n}", item) for n, item in enumerate(value, 1)]

    def fill(self, name: str, value: Any) -> None:
        """Set a key that the table leaves out."""
        self._left.setdefault(name, value)

    def names(self) -> tuple[str, ...]:
        """Return the keys not taken yet."""
        return tuple(self._left)

    def has(self, name: str) -> bool:
        """Tell whether a key stands here and was not taken yet."""
        return name in self._left

    def done(self) -> None:
        """Refuse keys that nobody asked for."""
        if self._left:
            raise self.fault(f"unknown key `{next(iter(self._left))}`")

    def fault(self, what: str) -> CatalogueError:
        """Return an error that says where and what."""
        return CatalogueError(f"{self.where}: {what}.")

    def _take(self, name: str, default: Any) -> Any:
        value = self._left.pop(name, _MISSING)
        if value is not _MISSING:
            return value
        if default is None:
            raise self.fault(f"`{name}` is missing")
        return default
