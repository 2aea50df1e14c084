"""From an element to its children: the keys of JSON that a name of a path stands for."""

from collections.abc import Callable

from conformance.validation.fhirpath.kinds import ABSTRACT, OPEN, Child, TypeModel, is_primitive
from conformance.validation.fhirpath.nodes import Uncompiled
from conformance.validation.fhirpath.plans import (
    NOTHING,
    Many,
    One,
    Plan,
    Types,
    chained,
    listing,
)
from conformance.validation.fhirpath.writing import Writer

Accept = Callable[[str], bool]
"""Which types the asker can use; a step may leave out the keys of all others."""


def child(model: TypeModel, type_: str, name: str) -> Child | None:
    """
    The child of a type by its name in paths.

    `valueQuantity` for `value` of type Quantity is no FHIRPath, but invariants of published
    packages write it (us-core-3 of US Core 3.1.1), so the JSON name of a choice is taken, too.
    """
    children = model.children(type_)
    found = children.get(name)
    if found is None and type_ in ABSTRACT:
        found = model.children("DomainResource").get(name)
    if found is not None:
        return found
    for other in children.values():
        if other.name != name and any(key == name for key, _ in other.keys):
            return other
    return None


def step(
    writer: Writer, base: Plan, name: str, *, full: bool, accept: Accept | None = None
) -> Plan:
    """`base.name`."""
    if not isinstance(base, One | Many):
        return NOTHING
    if name in ("id", "extension") and any(map(is_primitive, base.types)):
        return _part(writer, base, name)
    if any(_is_open(writer.model, type_, name) for type_ in base.types):
        return _open_step(writer, base, name)
    keys, many = _keys(writer.model, base.types, name)
    if not keys:
        writer.unknown = name
    if accept is not None:
        keys = {key: found for key, all_ in keys.items() if (found := tuple(filter(accept, all_)))}
    if not keys:
        return NOTHING
    return over(writer, base, lambda holder: _read(writer, holder, keys, many, full))


def over(writer: Writer, base: One | Many, read: Callable[[str], Plan]) -> Plan:
    """What `read` gets from the JSON object of each item; items that are none are passed over."""
    guarded = any(map(is_primitive, base.types))
    if isinstance(base, One):
        if guarded:
            return read(f"held({base.code})")
        return read(base.code if base.sure else f"({base.code} or NONE)")
    return chained(base, read(f"held({base.item})" if guarded else base.item), writer.name())


def _keys(model: TypeModel, types: Types, name: str) -> tuple[dict[str, Types], bool]:
    keys: dict[str, Types] = {}
    repeats: set[bool] = set()
    for type_ in types:
        found = child(model, type_, name)
        if found is None:
            continue
        repeats.add(found.many)
        for key, inner in found.keys:
            if found.name == name or key == name:
                keys[key] = tuple(dict.fromkeys((*keys.get(key, ()), inner)))
    if len(repeats) > 1 or (True in repeats and len(keys) > 1):
        raise Uncompiled(f"{name} repeats in some of the types only")
    return keys, True in repeats


def _read(writer: Writer, holder: str, keys: dict[str, Types], many: bool, full: bool) -> Plan:
    if len(keys) == 1:
        [(key, types)] = keys.items()
        if any(map(is_primitive, types)):
            return _read_primitive(writer, holder, key, types, many, full)
        plain = f"{holder}.get({key!r})"
        if not many:
            return One(plain, types)
        item = writer.name()
        return Many(f"for {item} in {plain} or ()", item, types, source=plain)
    beside = {key: f"_{key}" for key, types in keys.items() if any(map(is_primitive, types))}
    options = tuple((key, beside.get(key, "") if full else "") for key in keys)
    names = writer.constant(frozenset((*keys, *beside.values())))
    test = f"(not {names}.isdisjoint({holder}) and chosen({holder}, {names}))"
    every = tuple(dict.fromkeys(type_ for types in keys.values() for type_ in types))
    return One(f"choice({holder}, {writer.constant(options)})", every, present=test, full=full)


def _read_primitive(
    writer: Writer, holder: str, key: str, types: Types, many: bool, full: bool
) -> Plan:
    plain, beside = f"{holder}.get({key!r})", f"_{key}"
    if not many:
        test = f"({plain} is not None or {holder}.get({beside!r}) is not None)"
        if full:
            return One(f"node({holder}, {key!r}, {beside!r})", types, present=test, full=True)
        return One(plain, types, present=test)
    item = writer.name()
    test = f"({plain} or {holder}.get({beside!r}))"
    if full:
        source = f"nodes({holder}, {key!r}, {beside!r})"
        return Many(f"for {item} in {source}", item, types, True, source, test)
    return Many(f"for {item} in {plain} or () if {item} is not None", item, types, present=test)


def _part(writer: Writer, base: One | Many, name: str) -> Plan:
    """`id` or `extension`, which primitives have in their companion."""

    def read(item: str) -> Plan:
        code = f"part({item}, {name!r})"
        if name == "id":
            return One(code, ("string",))
        variable = writer.name()
        return Many(f"for {variable} in {code} or ()", variable, ("Extension",), source=code)

    if isinstance(base, One):
        return read(base.code)
    return chained(base, read(base.item), writer.name())


def _is_open(model: TypeModel, type_: str, name: str) -> bool:
    """Whether only the data tell what this name is: an element of some resource, or below it."""
    return type_ == OPEN or (type_ in ABSTRACT and child(model, type_, name) is None)


def _open_step(writer: Writer, base: One | Many, name: str) -> Plan:
    item = writer.name()
    source = f"open_values({listing(base)}, {name!r})"
    return Many(f"for {item} in {source}", item, (OPEN,), True, source)
