"""Find the line of a TOML document on which a key stands, for messages that point at it."""

import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

LONGEST_STATEMENT = 200


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """
    Return the line where the key or table at `path` begins, None when it cannot be told.

    `text` must be a valid document: each statement is then the fewest lines that parse alone.
    """
    wanted = tuple(path)
    table: tuple[str | int, ...] = ()
    for number, is_header, parsed in _statements(text):
        if is_header:
            table = _header_path(parsed)
            if table[: len(wanted)] == wanted:
                return number
        elif wanted[: len(table)] == table and _holds(parsed, wanted[len(table) :]):
            return number
    return None


@lru_cache(maxsize=2)
def _statements(text: str) -> tuple[tuple[int, bool, dict[str, Any]], ...]:
    return tuple(_split(text))


def _split(text: str) -> Iterator[tuple[int, bool, dict[str, Any]]]:
    lines = text.replace("\r\n", "\n").split("\n")
    start = 0
    while start < len(lines):
        if not lines[start].strip() or lines[start].lstrip().startswith("#"):
            start += 1
            continue
        for length in range(1, LONGEST_STATEMENT + 1):
            parsed = _parsed("\n".join(lines[start : start + length]))
            if parsed is not None:
                yield start + 1, lines[start].lstrip().startswith("["), parsed
                start += length
                break
        else:
            return


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except ValueError:
        return None


def _header_path(parsed: Any) -> tuple[str, ...]:
    path: list[str] = []
    while parsed:
        if isinstance(parsed, list):
            parsed = parsed[0]
        else:
            name, parsed = next(iter(parsed.items()))
            path.append(name)
    return tuple(path)


def _holds(value: Any, path: Sequence[str | int]) -> bool:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True
