"""
Take files apart into resources: JSON resources, Bundles and NDJSON, streamed.

What is read at once is one line of NDJSON or one JSON file, never more.
"""

import json
import os
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

MAX_TEXT = 64 * 2**20
"""Bytes of one line or JSON file that are read; what is longer is left unread, and said."""

_PART = 2**20


@dataclass(frozen=True, slots=True)
class Piece:
    """
    One JSON text of a file; `line` counts from 1 in NDJSON and is 0 in a JSON file.

    A text that is longer than MAX_TEXT is left unread: its `content` is empty, and it is not
    `whole`.
    """

    file: str
    line: int
    content: bytes
    whole: bool = True


def pieces(name: str) -> Iterator[Piece]:
    """
    Yield the JSON texts of a file; `-` is standard input. UsageError when reading fails.

    A blank file has none. A file is NDJSON by its ending, or when one of its first two lines that
    are not blank is a whole object and others follow the first.
    """
    try:
        with nullcontext(sys.stdin.buffer) if name == STDIN else open(name, "rb") as stream:
            yield from _pieces(name, stream)
    except OSError as error:
        raise _unreadable(name, error) from error


def existing(names: list[str]) -> list[str]:
    """Return the names; UsageError for one that is no file that can be read."""
    for name in names:
        # No look inside: who writes to a named pipe would see the reader come and go.
        if name == STDIN:
            continue
        try:
            os.stat(name)
        except (OSError, ValueError) as error:
            raise _unreadable(name, error) from error
        if Path(name).is_dir():
            hint = f"Name the files in it: {shown(name.rstrip('/') + '/*.json')}."
            raise UsageError(f"{shown(name)} is a folder.", hint)
        if not os.access(name, os.R_OK):
            raise UsageError(
                f"{shown(name)} may not be read by you.", "Check who may read the file."
            )
    if names.count(STDIN) > 1:
        raise UsageError("Standard input (-) is named twice.", "It can be read once: name it once.")
    return names


def _pieces(name: str, stream: BinaryIO) -> Iterator[Piece]:
    lines = _lines(name, stream)
    first = next(lines, None)
    if first is None:
        return
    if name.endswith(LINED):
        yield first
        yield from lines
        return
    second = next(lines, None)
    # Where NDJSON begins with a broken line, the next one tells: of an object over several lines no
    # line is an object by itself.
    lined = _is_object(first) or (_begins_object(first) and second and _is_object(second))
    if second is not None and lined:
        yield from (first, second)
        yield from lines
        return
    # One JSON text over several lines, or over one; a missing line end at its end tells nothing.
    held = [b"\n" * (first.line - 1), first.content]
    whole, size = first.whole, len(first.content)
    if second is not None:
        held += [b"\n" * (second.line - first.line - 1), second.content]
        whole = whole and second.whole
        while whole and (part := stream.read(_PART)):
            held.append(part)
            size += len(part)
            whole = size <= MAX_TEXT
    yield Piece(name, 0, b"".join(held) if whole else b"", whole)


def _lines(name: str, stream: BinaryIO) -> Iterator[Piece]:
    """Yield the lines that are not blank."""
    number = 0
    while line := stream.readline(MAX_TEXT):
        number += 1
        whole = len(line) < MAX_TEXT or line.endswith(b"\n")
        while not whole and (part := stream.readline(_PART)):
            if part.endswith(b"\n"):
                break
        if line.strip() or not whole:
            yield Piece(name, number, line if whole else b"", whole)


def _is_object(piece: Piece) -> bool:
    if not _begins_object(piece) or not piece.content.rstrip().endswith(b"}"):
        return False
    try:
        return isinstance(json.loads(piece.content), dict)
    except (ValueError, RecursionError):
        return False


def _begins_object(piece: Piece) -> bool:
    return piece.content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def _unreadable(name: str, error: Exception) -> UsageError:
    reason = getattr(error, "strerror", None) or "it cannot be opened"
    return UsageError(f"{shown(name)} cannot be read: {reason}.", "Check the name.")
