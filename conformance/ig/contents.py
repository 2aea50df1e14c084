"""The resources that a package holds of some kinds, by canonical URL, read when asked for."""

import codecs
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from conformance.core.errors import PackageError
from conformance.ig.lazily import Lazily

KINDS = ("StructureDefinition", "ValueSet", "CodeSystem")

Resources = Mapping[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contents:
    """Structure definitions, value sets and code systems of a package."""

    definitions: Resources
    value_sets: Resources
    code_systems: Resources

    def for_any_version(self) -> "Contents":
        """Return the same without versions, so that it answers for whichever is asked for."""
        definitions, value_sets, code_systems = (
            _unversioned(held) for held in (self.definitions, self.value_sets, self.code_systems)
        )
        return Contents(definitions=definitions, value_sets=value_sets, code_systems=code_systems)


NOTHING = Contents(definitions={}, value_sets={}, code_systems={})


class _Head(msgspec.Struct, rename={"resource_type": "resourceType"}):
    resource_type: str = ""
    url: str = ""


_HEAD = msgspec.json.Decoder(_Head)


def read_contents(files: Iterable[tuple[str, bytes]], where: str) -> Contents:
    """
    Return what these files (name, content) hold; PackageError for a file that is not JSON.

    `where` is how their package is called in errors.
    """
    found: dict[str, dict[str, bytes]] = {kind: {} for kind in KINDS}
    for name, written in sorted(files):
        # Some tools begin a file with the mark that says how its bytes are ordered.
        content = written.removeprefix(codecs.BOM_UTF8)
        head = _head(name, content, where) if _is_json(name) else None
        if head and head.url and head.resource_type in found:
            found[head.resource_type][head.url] = content

    definitions, value_sets, code_systems = (Lazily(found[kind], _parsed) for kind in KINDS)
    return Contents(definitions=definitions, value_sets=value_sets, code_systems=code_systems)


def _is_json(name: str) -> bool:
    return name.endswith(".json") and not name.startswith(".")


def _head(name: str, content: bytes, where: str) -> _Head | None:
    """Return type and URL of a resource, None for what is JSON but no resource."""
    try:
        return _HEAD.decode(content)
    except msgspec.ValidationError:
        return None
    except (msgspec.DecodeError, RecursionError) as error:
        raise PackageError(f"{name} in {where} is not JSON.") from error


def _parsed(content: bytes) -> dict[str, Any]:
    resource: dict[str, Any] = msgspec.json.decode(content)
    return resource


def _unversioned(held: Resources) -> Resources:
    def without(url: str) -> dict[str, Any]:
        return {key: value for key, value in held[url].items() if key != "version"}

    return Lazily({url: url for url in held}, without)
