"""What is tried: groups of mutators, the examples that they break, how many there have to be."""

import json
from collections.abc import Iterator
from functools import cache

from tests.support.mutants import (
    cardinality,
    documents,
    formats,
    invariants,
    slices,
    structure,
    values,
)
from tests.support.mutants.bases import CLINICAL
from tests.support.mutants.bases_definitional import DEFINITIONAL
from tests.support.mutants.collect import Mutator, core, own, studies
from tests.support.mutants.mutant import Study

GROUPS: dict[str, tuple[Mutator, ...]] = {
    "kinds of JSON": (structure.kinds_of_json,),
    "names": (structure.unknown_elements, structure.choices, documents.types_of_resources),
    "emptiness": (structure.emptiness,),
    "companions": (structure.primitive_companions, structure.null_companions),
    "cardinality": (cardinality.too_few, cardinality.too_many, cardinality.forbidden),
    "slices": (
        cardinality.slices_too_few,
        cardinality.slices_too_many,
        slices.discriminators,
        slices.closed,
    ),
    "constants": (values.constants, values.legal_patterns),
    "bindings": (values.bindings,),
    "references": (values.references,),
    "formats": (formats.formats, formats.legal_values),
    "invariants": (invariants.invariants,),
    "documents": (documents.narratives, documents.contained),
}

QUOTAS: dict[str, int] = {
    "type: kind of JSON": 1000,
    "type: unknown type of a choice": 40,
    "choice: two types at once": 80,
    "unknown element": 600,
    "resource type": 20,
    "emptiness": 500,
    "null": 500,
    "companion": 1000,
    "cardinality: min": 500,
    "cardinality: max": 25,
    "slice: min": 20,
    "slice: max": 80,
    "discriminator: value": 50,
    "discriminator: pattern": 20,
    "discriminator: type": 100,
    "fixed": 40,
    "pattern": 120,
    "binding: required": 500,
    "reference: target": 600,
    "format: kind of JSON": 20,
    "format: base64Binary": 6,
    "format: canonical": 3,
    "format: code": 5,
    "format: date": 15,
    "format: dateTime": 25,
    "format: id": 6,
    "format: instant": 6,
    "format: integer": 2,
    "format: markdown": 2,
    "format: oid": 6,
    "format: positiveInt": 3,
    "format: string": 3,
    "format: time": 6,
    "format: unsignedInt": 2,
    "format: uri": 3,
    "format: url": 2,
    "format: uuid": 4,
    "invariant": 450,
    "narrative": 40,
    "contained": 10,
    "legal: pattern in any order": 200,
    "legal: odd values": 20,
    "legal: narrative": 8,
}
"""By kind of rule: how many mutants there are at least. Those of own profiles come on top."""

TABLES = {**CLINICAL, **DEFINITIONAL}
"""Sound resources of our own, by type, without that type."""

DEFINITIONS = (
    "StructureDefinition",
    "ValueSet",
    "CodeSystem",
    "CapabilityStatement",
    "OperationDefinition",
)
"""The kinds of resource of the base package that serve as examples too."""


@cache
def everything() -> tuple[Study, ...]:
    """Return all that is broken: resources of our own, of the base, and all examples."""
    return (*bases(), *core(*DEFINITIONS, most=4), *studies())


@cache
def a_few() -> tuple[Study, ...]:
    """Return a small part of it."""
    return (*list(bases())[::6], *studies(("hl7.fhir.us.core#6.1.0",), every=20))


def bases() -> Iterator[Study]:
    """Yield the resources of our own."""
    for type_, members in TABLES.items():
        yield own(type_, json.dumps({"resourceType": type_, **members}))
