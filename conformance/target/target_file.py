"""Read a target file, and name its keys by table, file and line."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.core.errors import UsageError
from conformance.target.files import NotRead, read_small
from conformance.target.layers import KeyPath, Layer
from conformance.target.lines import line_of
from conformance.target.model import Origin
from conformance.target.wording import shown

FILE_NAME = "conformance.toml"
LARGEST = 131_072
DEEPEST = 16
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFile:
    """A parsed target file; `label` is its path as the person knows it."""

    path: Path
    label: str
    text: str
    data: dict[str, Any]

    def where(self, path: KeyPath) -> str:
        """Return a key's place, such as `[target] rate in conformance.toml (line 4)`."""
        line = line_of(self.text, path)
        return f"{key_name(path)} in {self.label}" + (f" (line {line})" if line else "")

    def layer(self) -> Layer:
        """Return its content as a layer."""
        return Layer(origin=Origin.FILE, data=self.data, folder=self.path.parent, where=self.where)


def read_target_file(path: Path, label: str) -> TargetFile:
    """Read and parse a target file, or raise `UsageError`."""
    try:
        content = read_small(path, LARGEST)
    except NotRead as problem:
        raise UsageError(
            f"The target file {shown(label)} {problem}.",
            "`conformance init` prints a sample of one.",
        ) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise UsageError(
            f"The target file {shown(label)} is not UTF-8 text at line {line}.",
            "Save it in that encoding.",
        ) from None
    data = _parsed(text, shown(label))
    if _depth_exceeds(data, DEEPEST):
        raise UsageError(
            f"The target file {shown(label)} nests its tables too deeply.",
            "`conformance init` prints a sample of one.",
        )
    return TargetFile(path=path, label=shown(label), text=text, data=data)


def key_name(path: KeyPath) -> str:
    """Return a key as a person writes it: `[persona.nurse] bearer.env`."""
    width = 2 if path[:1] in (("persona",), ("client",)) else 1
    table = ".".join(str(step) for step in path[:width])
    inner = "".join(
        f" entry {step + 1}" if isinstance(step, int) else f".{step}" for step in path[width:]
    )
    return shown(f"[{table}] {inner.lstrip(' .')}".rstrip())


def _parsed(text: str, label: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise UsageError(
            f"The target file {label} nests its values too deeply.",
            "`conformance init` prints a sample of one.",
        ) from None
    except ValueError as problem:  # also a number of too many digits
        said = str(problem)
        found = _PLACE.search(said)
        if found is not None and found[1]:
            place = f"line {found[1]}, column {found[2]}"
        else:
            lines = text.rstrip("\n").split("\n")
            place = f"line {len(lines)}, column {len(lines[-1]) + 1}"
        reason = _PLACE.sub("", said) if found is not None else "a value cannot be read"
        raise UsageError(
            f"The target file {label} is not TOML at {place}: {shown(reason).rstrip('.')}.",
            "Text stands in quotes, and each key on a line of its own.",
        ) from None


def _depth_exceeds(data: dict[str, Any], most: int) -> bool:
    level: list[Any] = [data]
    for _ in range(most):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
    return bool(level)
