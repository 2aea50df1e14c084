"""`children()` and `descendants()`: all elements below, or those of a name."""

from conformance.validation.fhirpath.kinds import ABSTRACT, OPEN, TypeModel
from conformance.validation.fhirpath.nodes import Uncompiled
from conformance.validation.fhirpath.plans import (
    NOTHING,
    Many,
    One,
    Plan,
    Types,
    listing,
    types_of,
)
from conformance.validation.fhirpath.steps import Accept
from conformance.validation.fhirpath.writing import Writer


def children(writer: Writer, base: Plan, accept: Accept | None) -> Plan:
    """`base.children()`, of the types that the asker can use."""
    types = types_of(base)
    if any(type_ in (*ABSTRACT, OPEN) for type_ in types):
        raise Uncompiled("children of a resource whose type the data tell")
    keys = _keys(writer.model, types, None, accept)
    return _gathered(writer, base, "child_values", keys)


def descendants(writer: Writer, base: Plan, name: str | None) -> Plan:
    """
    `base.descendants()`, or with a name `base.descendants().name`.

    What contained resources and entries have is found by its key alone, and its type left open; a
    choice element of a type that is not reached otherwise is not found there.
    """
    types = types_of(base)
    if not types:
        return NOTHING
    reached = (*types, *_reachable(writer.model, types))
    keys = _keys(writer.model, reached, name, None)
    if any(type_ in (*ABSTRACT, OPEN) for type_ in reached):
        if name is None:
            raise Uncompiled("descendants that may be in any resource")
        keys[name] = (*keys.get(name, ()), OPEN)
    return _gathered(writer, base, "below_children" if name else "deep_values", keys)


def _gathered(writer: Writer, base: Plan, reader: str, keys: dict[str, Types]) -> Plan:
    if not keys or not isinstance(base, One | Many):
        return NOTHING
    item = writer.name()
    found = tuple(dict.fromkeys(type_ for types in keys.values() for type_ in types))
    source = f"{reader}({listing(base)}, {writer.constant(frozenset(keys))})"
    return Many(f"for {item} in {source}", item, found, True, source)


def _keys(
    model: TypeModel, holders: Types, name: str | None, accept: Accept | None
) -> dict[str, Types]:
    """The JSON keys that children of these types have, with their types."""
    keys: dict[str, Types] = {}
    for holder in holders:
        for child in model.children(holder).values():
            for key, type_ in child.keys:
                if name in (None, child.name) and (accept is None or accept(type_)):
                    keys[key] = tuple(dict.fromkeys((*keys.get(key, ()), type_)))
    return keys


def _reachable(model: TypeModel, types: Types) -> Types:
    """The types that lie anywhere below these."""
    found: dict[str, None] = {}
    waiting = list(types)
    while waiting:
        for child in model.children(waiting.pop()).values():
            for _, type_ in child.keys:
                if type_ not in found:
                    found[type_] = None
                    waiting.append(type_)
    return tuple(found)
