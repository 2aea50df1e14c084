"""References (R4 2.3): what they point at, as far as the resource itself and its Bundle tell."""

import re
from collections.abc import Collection, Container
from typing import Any

from conformance.validation.checks import Check, Context
from conformance.validation.issue import Found

_LITERAL = re.compile(
    r"(?:.*/)?([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?"
)
_MOST = 2048


def target_of(reference: Any, context: Context) -> Any:
    """Return the resource that a Reference leads to within reach, None when there is none."""
    literal = reference.get("reference") if isinstance(reference, dict) else None
    if not isinstance(literal, str) or not literal:
        return None
    if literal.startswith("#"):
        return _contained(literal[1:], context.root)
    return context.bundle.entry(literal) if context.bundle is not None else None


def target_type(reference: Any, context: Context) -> str:
    """Return the resource type that a Reference leads to, "" when it cannot be told."""
    found = target_of(reference, context)
    if isinstance(found, dict):
        type_ = found.get("resourceType")
        return type_ if isinstance(type_, str) else ""
    literal = reference.get("reference") if isinstance(reference, dict) else None
    if isinstance(literal, str) and len(literal) <= _MOST and not literal.startswith("#"):
        match = _LITERAL.fullmatch(literal.partition("?")[0])
        if match:
            return match[1]
    stated = reference.get("type") if isinstance(reference, dict) else None
    return stated if isinstance(stated, str) else ""


def agreeing(known: Container[str], profile: str) -> Check:
    """
    Return the check that a Reference's type is the one that its URL names (R4 Reference.type).

    A URL with a word that is not in `known` is no FHIR URL, and tells nothing.
    """

    def check(value: Any, context: Context) -> list[Found] | None:
        stated = value.get("type") if isinstance(value, dict) else None
        literal = value.get("reference") if isinstance(value, dict) else None
        if not isinstance(stated, str) or not isinstance(literal, str) or len(literal) > _MOST:
            return None
        named = _LITERAL.fullmatch(literal)
        if named is None or stated == named[1] or not stated.isalpha() or named[1] not in known:
            return None
        message = f"The reference is to a {named[1]}, which this type has to be."
        return [Found("reference.type", message, profile=profile, step="type", value=stated)]

    return check


def points_at(targets: Collection[str], known: Container[str], profile: str) -> Check:
    """
    Return the check that a Reference leads to one of the resource types `targets`.

    Types that are not in `known` are no resource types of R4 and tell nothing.
    """
    names = ", ".join(sorted(targets))

    def check(value: Any, context: Context) -> list[Found] | None:
        type_ = target_type(value, context)
        if type_ in targets or type_ not in known:
            return None
        message = f"This refers to a {type_}; allowed here: {names}."
        return [Found("reference.target", message, profile=profile)]

    return check


def stands(aggregation: Collection[str], profile: str) -> Check:
    """Return the check of how a Reference may lead on: contained, referenced, bundled."""

    def check(value: Any, context: Context) -> list[Found] | None:
        literal = value.get("reference") if isinstance(value, dict) else None
        if not isinstance(literal, str) or not literal:
            return None
        inside = literal.startswith("#")
        bundle = context.bundle
        bundled = not inside and bundle is not None and bundle.entry(literal) is not None
        if (
            ("contained" in aggregation and inside)
            or ("referenced" in aggregation and not inside)
            or ("bundled" in aggregation and bundled)
        ):
            return None
        message = f"What this refers to has to be {' or '.join(sorted(aggregation))}."
        return [Found("reference.aggregation", message, profile=profile)]

    return check


def contained_is_there(value: Any, resource: Any, root: Any) -> bool:
    """
    Tell whether a local reference of a Reference has its contained resource (ref-1).

    The published expression looks into %resource, which within a contained resource is that
    resource; R4 2.3.1 says that contained resources may refer to each other and to their container.
    """
    literal = value.get("reference") if isinstance(value, dict) else None
    if not isinstance(literal, str) or not literal.startswith("#") or literal == "#":
        return True
    return _contained(literal[1:], root) is not None


def _contained(id_: str, root: Any) -> Any:
    if not id_:
        return root
    contained = root.get("contained") if isinstance(root, dict) else None
    if isinstance(contained, list):
        for resource in contained:
            if isinstance(resource, dict) and resource.get("id") == id_:
                return resource
    return None
