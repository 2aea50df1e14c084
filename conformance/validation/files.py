"""
Take files apart into resources: JSON resources, Bundles and NDJSON, streamed.

What is read at once is one line of NDJSON or one JSON file, never more.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from conformance.core.errors import UsageError
from conformance.target.wording import shown

STDIN = "-"
LINED = (".ndjson", ".jsonl")
"""Endings of files that have one resource a line, whatever their first line is."""

MAX_LINE = 64 * 2**20
"""Bytes of one line or file that are read; beyond it the text is cut, and so is no JSON."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One JSON text of a file; `line` counts from 1 in NDJSON and is 0 in a JSON file."""

    file: str
    line: int
    content: bytes


def pieces(name: str) -> Iterator[Piece]:
    """
    Yield the JSON texts of a file; `-` is standard input.

    A blank file has none. A file is NDJSON by its ending, or when its first line that is not blank
    is a whole object and others follow.
    """
    with nullcontext(sys.stdin.buffer) if name == STDIN else open(name, "rb") as stream:
        yield from _pieces(name, stream)


def existing(names: list[str]) -> list[str]:
    """Return the names; UsageError for one that is no file that can be read."""
    for name in names:
        if name == STDIN:
            continue
        path = Path(name)
        if path.is_dir():
            hint = f"Name the files in it: {shown(name.rstrip('/') + '/*.json')}."
            raise UsageError(f"{shown(name)} is a folder.", hint)
        try:
            with path.open("rb"):
                pass
        except OSError as error:
            reason = error.strerror or "it cannot be opened"
            raise UsageError(
                f"{shown(name)} cannot be read: {reason}.", "Check the name."
            ) from error
    return names


def _pieces(name: str, stream: BinaryIO) -> Iterator[Piece]:
    number, first = 0, b""
    blank: list[bytes] = []
    while not first.strip():
        number += 1
        first = stream.readline(MAX_LINE)
        if not first:
            return
        blank.append(first)
    if not name.endswith(LINED) and not _whole_object(first):
        rest = stream.read(MAX_LINE)
        yield Piece(name, 0, b"".join(blank) + rest)
        return
    start = number
    while line := stream.readline(MAX_LINE):
        number += 1
        if line.strip():
            if first:
                yield Piece(name, start, first)
                first = b""
            yield Piece(name, number, line)
    if first:
        # One resource on one line is a JSON file unless its name says otherwise.
        yield Piece(name, start if name.endswith(LINED) else 0, first)


def _whole_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
