"""The values of a resource that a search parameter looks at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conformance.core.elements import walk
from conformance.ig.rows import Element, SearchParameter

DATA_ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


@dataclass(frozen=True, slots=True)
class Located:
    """
    A value, its FHIR type and its element path with the concrete name of a choice.

    `absent` tells that the server gave a reason why there is no data here.
    """

    type: str
    value: Any
    path: str
    absent: bool


def located(resource: Any, parameter: SearchParameter) -> Iterator[Located]:
    """Yield the values of `resource` that `parameter` looks at, in document order per element."""
    for element in parameter.elements:
        if element.extension:
            for extension in walk(resource, "extension"):
                if isinstance(extension, dict) and extension.get("url") == element.extension:
                    yield from _at(extension, element, f"{parameter.type}.extension.")
        else:
            yield from _at(resource, element, f"{parameter.type}.")


def is_absent(holder: Any) -> bool:
    """Tell whether an element (or a primitive's sibling) carries a data-absent-reason."""
    return any(
        isinstance(extension, dict) and extension.get("url") == DATA_ABSENT_REASON
        for extension in walk(holder, "extension")
    )


def _at(root: Any, element: Element, prefix: str) -> Iterator[Located]:
    head, _, last = element.path.rpartition(".")
    prefix += f"{head}." if head else ""
    for parent in walk(root, head):
        if not isinstance(parent, dict):
            continue
        for name, type_ in _names(last, element.types):
            yield from _values(parent, name, type_, prefix + name)


def _names(last: str, types: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if last.endswith("[x]"):
        stem = last[:-3]
        yield from ((stem + type_[:1].upper() + type_[1:], type_) for type_ in types)
    else:
        yield last, types[0] if types else ""


def _values(parent: dict[str, Any], name: str, type_: str, path: str) -> Iterator[Located]:
    found = parent.get(name)
    values = found if isinstance(found, list) else [found]
    beside = parent.get(f"_{name}")
    siblings = beside if isinstance(beside, list) else [beside]
    for index, value in enumerate(values):
        if value is not None and not isinstance(value, list):
            sibling = siblings[index] if index < len(siblings) else None
            yield Located(type_, value, path, is_absent(value) or is_absent(sibling))
