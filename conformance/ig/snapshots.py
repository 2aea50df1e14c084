"""What the snapshots of structure definitions say of elements: types, patterns and bindings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.core.errors import PackageError
from conformance.ig.rows import Code

_SYSTEM_TYPE = "http://hl7.org/fhirpath/System."
_BACKBONE = ("BackboneElement", "Element")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An element: its path with `[x]` where it is a choice, its types, its required value set."""

    path: str
    types: tuple[str, ...]
    value_set: str = ""


class Snapshots:
    """The core structure definitions, by type name."""

    def __init__(self, definitions: Mapping[str, dict[str, Any]]) -> None:
        self._elements = {
            name: {element["path"]: element for element in definition["snapshot"]["element"]}
            for name, definition in definitions.items()
            if "snapshot" in definition
        }

    def place(self, type_: str, path: str) -> Place:
        """
        Return where `path` (plain names, choices without `[x]`) leads from `type_`.

        PackageError when the structure definitions know no such element.
        """
        at, written = type_, list[str]()
        element: dict[str, Any] = {}
        for step in path.split("."):
            found = self._step(at, step)
            if found is None:
                raise PackageError(f"{type_}.{path} is not an element of the core package.")
            at, element = found
            written.append(at.rpartition(".")[2])
            types = _types(element)
            if len(types) == 1 and types[0] not in _BACKBONE:
                at = types[0]
        value_set = ""
        if element.get("binding", {}).get("strength") == "required":
            value_set = unversioned(element["binding"].get("valueSet", ""))
        return Place(path=".".join(written), types=_types(element), value_set=value_set)

    def _step(self, at: str, step: str) -> tuple[str, dict[str, Any]] | None:
        elements = self._elements.get(at.split(".")[0], {})
        for path in (f"{at}.{step}", f"{at}.{step}[x]"):
            if path in elements:
                return path, elements[path]
        return None


def fixed_codes(profile: Mapping[str, Any], path: str) -> Iterator[Code | str]:
    """
    Yield what a profile fixes for the coded element at `path` (`Observation.category`).

    A Code for each pattern or fixed coding, the URL of each value set with a required
    binding on a slice.
    """
    fixed: dict[str, dict[str, str]] = {}
    for element in profile.get("snapshot", {}).get("element", []):
        if element["path"] == path and "patternCodeableConcept" in element:
            for coding in element["patternCodeableConcept"].get("coding", []):
                yield Code(system=coding.get("system", ""), code=coding.get("code", ""))
        elif element["path"] == path and element.get("binding", {}).get("strength") == "required":
            yield unversioned(element["binding"]["valueSet"])
        elif element["path"] in (f"{path}.coding.system", f"{path}.coding.code"):
            value = element.get("fixedUri") or element.get("fixedCode")
            if value:
                part = element["path"].rpartition(".")[2]
                fixed.setdefault(element["id"].rpartition(".")[0], {})[part] = value
    for coding in fixed.values():
        if "code" in coding:
            yield Code(system=coding.get("system", ""), code=coding["code"])


def bound_sets(profile: Mapping[str, Any], path: str) -> Iterator[str]:
    """Yield the URL of the value set that a profile binds an element to, however strongly."""
    for element in profile.get("snapshot", {}).get("element", []):
        if element["path"] == path and "valueSet" in element.get("binding", {}):
            yield unversioned(element["binding"]["valueSet"])


def unversioned(canonical: str) -> str:
    """Return a canonical URL without the version that may follow its bar."""
    return canonical.partition("|")[0]


def _types(element: Mapping[str, Any]) -> tuple[str, ...]:
    names = (entry["code"] for entry in element.get("type", []))
    return tuple(
        # `id` and `url` carry a FHIRPath system type in R4's snapshots.
        "string" if name.startswith(_SYSTEM_TYPE) else name
        for name in names
    )
