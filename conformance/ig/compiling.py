"""Compile one StructureDefinition to a Definition, or say why it cannot be."""

from collections.abc import Mapping
from typing import Any

import msgspec

from conformance.ig.definitions import Definition, NotChecked
from conformance.ig.elements import element_rule
from conformance.ig.trees import grow
from conformance.ig.type_rules import regex_of

_MALFORMED = (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError)
_DECODER = msgspec.json.Decoder(Definition)


def compile_definition(written: Mapping[str, Any], package: str) -> Definition | NotChecked | None:
    """
    Return what a StructureDefinition of `package` (`id#version`) asks.

    None for a logical model, which no resource claims; NotChecked for a definition without a
    snapshot and for one that cannot be read.
    """
    if written.get("kind") == "logical":
        return None
    name = str(written.get("url") or written.get("id") or "")
    if not isinstance(written.get("snapshot"), dict):
        return NotChecked(what="definition", name=name, reason="It has no snapshot.")
    try:
        # Through its own form and back: nothing of another kind stays behind a name.
        return _DECODER.decode(msgspec.json.encode(_definition(written, package)))
    except (*_MALFORMED, msgspec.ValidationError) as error:
        what = error.args[0] if error.args else "its form"
        return NotChecked(
            what="definition", name=name, reason=f"Its snapshot cannot be read ({what})."
        )


def _definition(written: Mapping[str, Any], package: str) -> Definition:
    elements = written["snapshot"]["element"]
    primitive = written["kind"] == "primitive-type"
    values = (entry for entry in elements if entry["path"] == f"{written['type']}.value")
    return Definition(
        url=written["url"],
        version=written.get("version", ""),
        name=written.get("name", ""),
        type=written["type"],
        kind=written["kind"],
        base=written.get("baseDefinition", ""),
        derivation=written.get("derivation", ""),
        abstract=written.get("abstract") is True,
        package=package,
        regex=next((regex_of(entry) for entry in values), "") if primitive else "",
        root=element_rule(grow(elements), written["url"]),
    )
