"""What an element definition says of the types its value may have."""

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.ig.definitions import TypeRule

MUST_SUPPORT = "http://hl7.org/fhir/StructureDefinition/elementdefinition-type-must-support"
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_REGEX = (
    "http://hl7.org/fhir/StructureDefinition/regex",
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-regex",
)
_DEFINITIONS = "http://hl7.org/fhir/StructureDefinition/"
_SYSTEM = "http://hl7.org/fhirpath/System."


def type_rules(element: Mapping[str, Any]) -> tuple[TypeRule, ...]:
    """Return the types of an element definition, each type code once in the order given."""
    return tuple(_rule(element, entry) for entry in element.get("type", []))


def regex_of(element: Mapping[str, Any]) -> str:
    """Return the regular expression that the `value` element of a primitive type states."""
    for entry in element.get("type", []):
        for extension in entry.get("extension", []):
            if extension.get("url") in _REGEX:
                return str(extension.get("valueString", ""))
    return ""


def _rule(element: Mapping[str, Any], entry: Mapping[str, Any]) -> TypeRule:
    profiles, targets = entry.get("profile", []), entry.get("targetProfile", [])
    return TypeRule(
        code=_code(element, entry),
        profiles=tuple(profiles),
        targets=tuple(targets),
        aggregation=tuple(entry.get("aggregation", [])),
        must_support=_flagged(entry),
        must_support_profiles=tuple(_flagged_ones(profiles, entry.get("_profile", []))),
        must_support_targets=tuple(_flagged_ones(targets, entry.get("_targetProfile", []))),
    )


def _code(element: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    code = entry["code"]
    if not isinstance(code, str):
        raise TypeError("a type code that is no string")
    if not code.startswith(_SYSTEM):
        # A type may be named by the URL of its definition.
        return code.removeprefix(_DEFINITIONS)
    # R4's packages call a resource's id a string here, though its datatype is `id`.
    if element.get("base", {}).get("path") == "Resource.id":
        return "id"
    for extension in entry.get("extension", []):
        if extension.get("url") == _FHIR_TYPE:
            # Early publications have it as a valueUri, R4 as a valueUrl.
            return str(extension.get("valueUrl") or extension.get("valueUri") or "string")
    name = code.removeprefix(_SYSTEM)
    return name[:1].lower() + name[1:]


def _flagged(holder: Any) -> bool:
    extensions = holder.get("extension", []) if isinstance(holder, dict) else []
    return any(
        entry.get("url") == MUST_SUPPORT and entry.get("valueBoolean") is True
        for entry in extensions
    )


def _flagged_ones(values: list[str], siblings: list[Any]) -> Iterator[str]:
    for value, sibling in zip(values, siblings, strict=False):
        if _flagged(sibling):
            yield value
