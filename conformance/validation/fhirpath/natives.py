"""Invariants that are judged by a function written for them, and what they say."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from conformance.validation.fhirpath.kinds import TypeModel

Native: TypeAlias = Callable[[Any, Any, Any], bool]


def contained_is_referred_to(model: TypeModel) -> Native:
    """
    dom-3: a contained resource is referred to from elsewhere in the resource, or refers to it.

    The published expression filters with `as()`, which FHIRPath forbids on several items, and looks
    for the reference `#` in the contained resource only where a canonical says so. R4 (page
    references, contained resources) means: `#id` stands in a Reference, canonical, uri or url
    anywhere in the resource, or the contained resource has a Reference or canonical to `#`.
    """
    wanted = frozenset(("canonical", "uri", "url"))

    def judge(focus: Any, resource: Any, root: Any) -> bool:
        contained = focus.get("contained") if type(focus) is dict else None
        if type(contained) is not list or not contained:
            return True
        used = set(_targets(model, resource if type(resource) is dict else focus, wanted))
        return all(
            type(inner) is not dict
            or f"#{inner.get('id')}" in used
            or "#" in set(_targets(model, inner, wanted))
            for inner in contained
        )

    return judge


def _targets(model: TypeModel, resource: Any, wanted: frozenset[str]) -> Iterator[str]:
    """The texts below a resource that stand in a Reference or are of one of these types."""
    waiting = [(resource, str(resource.get("resourceType")))]
    while waiting:
        item, type_ = waiting.pop()
        if type_ in ("Resource", "DomainResource"):
            type_ = str(item.get("resourceType"))
        for child in model.children(type_).values():
            for key, inner in child.keys:
                values = item.get(key)
                for value in values if type(values) is list else (values,):
                    if type(value) is dict:
                        waiting.append((value, inner))
                    elif type(value) is str and (
                        inner in wanted or (key == "reference" and type_ == "Reference")
                    ):
                        yield value


def allergy_has_no_code(model: TypeModel) -> Native:
    """
    inv-1 of the extension allergyintolerance-substanceExposureRisk: the resource has no `code`.

    The published expression is written for the AllergyIntolerance, but stands on the extension,
    where it is false whatever the data.
    """

    def judge(focus: Any, resource: Any, root: Any) -> bool:
        return type(resource) is not dict or resource.get("code") is None

    return judge


DOM_3 = (
    "contained.where((('#'+id in (%resource.descendants().reference"
    " | %resource.descendants().as(canonical) | %resource.descendants().as(uri)"
    " | %resource.descendants().as(url))) or descendants().where(reference = '#').exists()"
    " or descendants().where(as(canonical) = '#').exists()"
    " or descendants().where(as(canonical) = '#').exists()).not())"
    ".trace('unmatched', id).empty()"
)

NATIVES: dict[str, Callable[[TypeModel], Native]] = {
    DOM_3: contained_is_referred_to,
    DOM_3.replace(".as(", ".ofType("): contained_is_referred_to,
    "substanceExposureRisk.exists() and code.empty()": allergy_has_no_code,
}
"""Expressions, as published, by the function that judges them."""
