"""Fields of primitives whose rules need the companion (`_birthDate`) beside the value."""

from collections.abc import Sequence
from typing import Any

from conformance.validation.checks import Check, Context, Field, under
from conformance.validation.fhirpath.nodes import Primitive
from conformance.validation.issue import Found
from conformance.validation.objects import Law


def with_laws(field: Field, key: str, laws: Sequence[Law]) -> Field:
    """Return the field that also judges the invariants of the element."""
    name = f"_{key}"

    def judge(value: Any, beside: Any, step: str, context: Context) -> list[Found]:
        focus = Primitive(value, beside) if isinstance(beside, dict) else value
        broken = [law for law in laws if not law.holds(focus, context.resource, context.root)]
        return under(step, [law.broken() for law in broken]) or []

    def both(value: Any, parent: dict[str, Any], context: Context) -> list[Found] | None:
        found = field(value, parent, context)
        if found:
            # What has not even its format is not judged further.
            return found
        beside = parent.get(name)
        if not isinstance(value, list):
            return judge(value, beside, key, context)
        besides = beside if isinstance(beside, list) else []
        return [
            one
            for index, item in enumerate(value)
            for one in judge(
                item, besides[index] if index < len(besides) else None, f"{key}[{index}]", context
            )
        ]

    return both


def needing_companion(field: Field, key: str, check: Check) -> Field:
    """Return the field of a primitive whose profile asks for extensions on it."""
    name = f"_{key}"

    def both(value: Any, parent: dict[str, Any], context: Context) -> list[Found] | None:
        found = field(value, parent, context) or []
        if name not in parent:
            # The empty object only asks what is required; that it is empty is nobody's fault.
            lacking = [one for one in check({}, context) or () if one.code != "structure.empty"]
            found = [*found, *(under(key, lacking) or ())]
        return found

    return both
