"""What the compiler knows of types: FHIR's through a type model, FHIRPath's own by name."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from conformance.validation.fhirpath.plans import Types

PRIMITIVES: dict[str, str] = {
    **dict.fromkeys(
        ("string", "code", "uri", "url", "canonical", "id", "oid", "uuid", "markdown"), "text"
    ),
    **dict.fromkeys(("base64Binary", "xhtml", "System.String"), "text"),
    **dict.fromkeys(("boolean", "System.Boolean"), "boolean"),
    **dict.fromkeys(("integer", "positiveInt", "unsignedInt", "decimal"), "number"),
    **dict.fromkeys(("System.Integer", "System.Decimal"), "number"),
    **dict.fromkeys(("date", "dateTime", "instant"), "time"),
    **dict.fromkeys(("System.Date", "System.DateTime"), "time"),
    **dict.fromkeys(("time", "System.Time"), "clock"),
}
"""Primitive types by how their values compare."""

COMPLEX = (
    *("Address", "Age", "Annotation", "Attachment", "CodeableConcept", "Coding", "ContactDetail"),
    *("ContactPoint", "Contributor", "Count", "DataRequirement", "Distance", "Dosage", "Duration"),
    *("Expression", "HumanName", "Identifier", "Meta", "Money", "ParameterDefinition", "Period"),
    *("Quantity", "Range", "Ratio", "Reference", "RelatedArtifact", "SampledData", "Signature"),
    *("Timing", "TriggerDefinition", "UsageContext"),
)
"""The complex types that a choice of any type may have (R4, page datatypes, open types)."""

SYSTEM: dict[str, tuple[str, ...]] = {
    "Boolean": ("boolean",),
    "String": ("string", "code", "uri", "url", "canonical", "id", "oid", "uuid", "markdown"),
    "Integer": ("integer", "positiveInt", "unsignedInt"),
    "Decimal": ("decimal",),
    "Date": ("date",),
    "DateTime": ("dateTime", "instant"),
    "Time": ("time",),
}
"""
FHIRPath's own types and the FHIR types that turn into them.

R4 section 2.9.1 lets FHIR primitives be used as these. Published invariants (que-7, us-core-1) ask
`is Boolean` and `is DateTime` of FHIR elements and mean just that.
"""

ABSTRACT = ("Resource", "DomainResource")

OPEN = "?"
"""The type of what lies in a resource whose type only the data tell, such as a resolved one."""


class Child(Protocol):
    """One element below a type: by its FHIRPath name the JSON keys with their types."""

    @property
    def name(self) -> str: ...
    @property
    def keys(self) -> Sequence[tuple[str, str]]: ...
    @property
    def many(self) -> bool: ...


class TypeModel(Protocol):
    """What is asked of the types of a FHIR version; `conformance.ig.type_model` has R4's."""

    def children(self, type_: str, /) -> Mapping[str, Child]: ...
    def is_a(self, type_: str, ancestor: str, /) -> bool: ...
    def is_primitive(self, type_: str, /) -> bool: ...
    def is_resource(self, type_: str, /) -> bool: ...


def is_primitive(type_: str) -> bool:
    """Whether JSON has no object for it."""
    return type_ in PRIMITIVES


def is_kind_of(model: TypeModel, type_: str, wanted: str) -> bool:
    """Whether an item of this type is, as far as the type alone tells, of the wanted one."""
    if type_ == wanted:
        return True
    if type_.startswith("System."):
        return type_[7:].lower() == wanted.removeprefix("System.").lower()
    system = wanted.removeprefix("System.")
    if system in SYSTEM:
        return type_ in SYSTEM[system]
    return model.is_a(type_, wanted)


def category(model: TypeModel, types: Types) -> str:
    """How items compare: text, number, boolean, time, clock, quantity, other, or mixed."""
    if OPEN in types:
        return "mixed"
    found = {_category(model, type_) for type_ in types}
    return found.pop() if len(found) == 1 else "mixed"


def _category(model: TypeModel, type_: str) -> str:
    if type_ in PRIMITIVES:
        return PRIMITIVES[type_]
    if type_ == "System.Quantity" or model.is_a(type_, "Quantity"):
        return "quantity"
    return "other"
