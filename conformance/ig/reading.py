"""Read the resources of some types out of a package, whatever their files are called."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from conformance.core.errors import PackageError
from conformance.ig.package import iter_files


class _Head(msgspec.Struct, rename={"resource_type": "resourceType"}):
    resource_type: str = ""


_HEAD = msgspec.json.Decoder(_Head)


def read_resources(path: Path, types: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield a package's resources of these types by file name; PackageError when it is damaged."""
    wanted = (
        (name, content)
        for name, content in iter_files(path, ("",))
        if name.endswith(".json") and not name.startswith(".") and type_of(content) in types
    )
    for name, content in sorted(wanted):
        try:
            resource = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise PackageError(f"{name} in {path} is not JSON.") from error
        yield resource


def type_of(content: bytes) -> str:
    """Return the resource type that a file states, "" for one that states none."""
    try:
        return _HEAD.decode(content).resource_type
    except (msgspec.DecodeError, RecursionError):
        return ""
