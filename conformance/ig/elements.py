"""What one element definition of a snapshot asks, as an ElementRule with what lies below it."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import UNSET, UnsetType

from conformance.ig.definitions import (
    UNBOUNDED,
    Binding,
    Discriminator,
    ElementRule,
    Invariant,
    Slicing,
    TypeRule,
)
from conformance.ig.trees import Node
from conformance.ig.type_rules import type_rules

_USCDI = "http://hl7.org/fhir/us/core/StructureDefinition/uscdi-requirement"
_MAX_VALUE_SET = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"
_EVERYWHERE = ("ele-1", "ext-1")
_BY_TYPE = Slicing(discriminators=(Discriminator(kind="type", path="$this"),))


def element_rule(node: Node, url: str, *, of_many: bool = False) -> ElementRule:
    """
    Return the rule of a node in the definition `url`, `of_many` for a slice of repetitions.

    KeyError, TypeError, ValueError or AttributeError when the definition is malformed.
    """
    written = node.written
    low, high = written.get("min", 0), written.get("max", "*")
    many = of_many or written.get("base", {}).get("max", high) not in ("0", "1")
    slices = tuple(element_rule(entry, url, of_many=many) for entry in node.slices)
    types = type_rules(written)
    if node.stood_for:
        low, high, types = _of_slices(slices)
    content, content_of = _content(written.get("contentReference", ""), url)
    slicing = _slicing(written.get("slicing"))
    if node.choice and slices and slicing is None:
        slicing = _BY_TYPE
    return ElementRule(
        id=node.id,
        name=node.name,
        choice=node.choice,
        min=int(low),
        max=UNBOUNDED if high == "*" else int(high),
        many=many,
        types=types,
        content=content,
        content_of=content_of,
        fixed=_value(written, "fixed"),
        pattern=_value(written, "pattern"),
        binding=_binding(written.get("binding")),
        invariants=_invariants(written),
        max_length=int(written.get("maxLength", 0)),
        min_value=_value(written, "minValue"),
        max_value=_value(written, "maxValue"),
        must_support=written.get("mustSupport") is True,
        uscdi=_extension(written, _USCDI).get("valueBoolean") is True,
        modifier=written.get("isModifier") is True,
        slice_name=node.slice_name,
        slicing=slicing,
        slices=slices,
        children=tuple(element_rule(entry, url) for entry in node.children),
    )


def _of_slices(slices: tuple[ElementRule, ...]) -> tuple[int, str, tuple[TypeRule, ...]]:
    """Return what a choice asks of which only the concrete forms are written."""
    types = tuple(rule for entry in slices for rule in entry.types)
    low = slices[0].min if len(slices) == 1 else 0
    return low, str(max(entry.max for entry in slices)), types


def _content(reference: str, url: str) -> tuple[str, str]:
    of, _, element = reference.partition("#")
    return element, "" if of == url else of


def _value(written: Mapping[str, Any], prefix: str) -> Any | UnsetType:
    for key, value in written.items():
        if key.startswith(prefix) and key[len(prefix) :][:1].isupper():
            return value
    return UNSET


def _binding(written: Mapping[str, Any] | None) -> Binding | None:
    if written is None:
        return None
    highest = _extension(written, _MAX_VALUE_SET)
    return Binding(
        value_set=written.get("valueSet", ""),
        strength=written.get("strength", "example"),
        max_value_set=highest.get("valueCanonical") or highest.get("valueUri") or "",
    )


def _invariants(written: Mapping[str, Any]) -> tuple[Invariant, ...]:
    return tuple(
        Invariant(
            key=entry["key"],
            severity=entry.get("severity", "error"),
            expression=entry.get("expression", ""),
            source=entry.get("source", ""),
        )
        for entry in written.get("constraint", [])
        if entry["key"] not in _EVERYWHERE
    )


def _slicing(written: Mapping[str, Any] | None) -> Slicing | None:
    if written is None:
        return None
    return Slicing(
        discriminators=tuple(
            Discriminator(kind=entry["type"], path=entry["path"])
            for entry in written.get("discriminator", [])
        ),
        rules=written.get("rules", "open"),
        ordered=written.get("ordered") is True,
    )


def _extension(holder: Mapping[str, Any], url: str) -> Mapping[str, Any]:
    entries: Iterable[Mapping[str, Any]] = holder.get("extension", [])
    return next((entry for entry in entries if entry.get("url") == url), {})
