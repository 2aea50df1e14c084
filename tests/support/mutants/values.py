"""Mutants of what a value has to be: fixed, pattern, bound to a value set, a reference's target."""

import copy
from collections.abc import Iterator
from typing import Any

from tests.support.mutants.companions import around
from tests.support.mutants.library import Library
from tests.support.mutants.mutant import Mutant, Study, replacing
from tests.support.mutants.slicing import discriminating
from tests.support.mutants.spots import Spot
from tests.support.mutants.terminology import codes

FOREIGN = "http://example.org/zz"
"""A system that no value set has."""


def constants(study: Study) -> Iterator[Mutant]:
    """Change what has a fixed value or a pattern, where that does not tell slices apart."""
    for walk in study.walks:
        for spot in walk.spots:
            for prefix in ("fixed", "pattern"):
                constant = spot.node.constant(prefix)
                if spot.node.id == "Extension.url" or discriminating(spot.above, spot.node):
                    continue
                if constant is None:
                    continue
                for change, value in _others(spot.value, constant, prefix):
                    yield Mutant(
                        kind=prefix,
                        rule=f"{spot.node.rule} {change}",
                        change=change,
                        example=study.example,
                        edit=replacing(spot.place, value),
                        code=f"value.{prefix}",
                        path=study.path(spot.place),
                        companions=around(study, spot.place, spot.value)
                        | {"structure.empty": "what is left may be empty"},
                        profiles=study.profiles,
                    )


def _others(value: Any, constant: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    if isinstance(constant, str):
        yield "another text", f"{constant}-zz" if "//" in constant else "zz"
    elif isinstance(constant, bool):
        yield "the opposite", not constant
    elif isinstance(constant, int | float):
        yield "another number", constant + 1
    elif isinstance(constant, dict) and isinstance(value, dict):
        for key, part in constant.items():
            for change, other in _others(value.get(key), part, prefix):
                yield f"{key}: {change}", {**value, key: other}
            left = {k: v for k, v in value.items() if k != key}
            if left:
                yield f"without {key}", left
        if prefix == "fixed" and "text" not in value and "coding" in value:
            yield "more than the fixed value", {**value, "text": "x"}
    elif isinstance(constant, list) and isinstance(value, list) and len(value) == 1:
        for change, other in _others(value[0], constant[0], prefix):
            yield change, [other]


def legal_patterns(study: Study) -> Iterator[Mutant]:
    """Turn round and enlarge what has a pattern: lists match in any order, and may hold more."""
    for walk in study.profiled:
        for spot in walk.spots:
            pattern = spot.node.constant("pattern")
            if not isinstance(pattern, dict) or not isinstance(spot.value, dict):
                continue
            coding = spot.value.get("coding")
            if not coding:
                continue
            more = {"system": FOREIGN, "code": "zz"}
            for change, value in (
                ("another coding before it", {**spot.value, "coding": [more, *coding]}),
                ("another coding after it", {**spot.value, "coding": [*coding, more]}),
                ("turned round", {**spot.value, "coding": coding[::-1]}),
                ("keys in another order", dict(reversed(spot.value.items()))),
            ):
                yield Mutant(
                    kind="legal: pattern in any order",
                    rule=f"{spot.node.rule} {change}",
                    change=change,
                    example=study.example,
                    edit=replacing(spot.place, value),
                    code="",
                    profiles=study.profiles,
                )


def bindings(study: Study) -> Iterator[Mutant]:
    """Put a code that a required or maximal value set does not have."""
    for walk in study.walks:
        for spot in walk.spots:
            binding = spot.node.element.get("binding", {})
            canonicals = [
                ("binding: max value set", "binding.max", e.get("valueCanonical"))
                for e in binding.get("extension", ())
                if e["url"].endswith("/elementdefinition-maxValueSet")
            ]
            if binding.get("strength") == "required":
                canonicals = [("binding: required", "binding.required", binding.get("valueSet"))]
            if discriminating(spot.above, spot.node):
                continue
            for kind, code, canonical in canonicals:
                if not canonical or codes(study.library, canonical) is None:
                    continue
                for change, value in _unbound(spot):
                    yield Mutant(
                        kind=kind,
                        rule=f"{spot.node.rule} {change}",
                        change=change,
                        example=study.example,
                        edit=replacing(spot.place, value),
                        code=code,
                        path=study.path(spot.place),
                        companions=around(study, spot.place, value)
                        | {"binding.max": "a maximal value set has it no more than the required"},
                        profiles=study.profiles,
                    )


def _unbound(spot: Spot) -> Iterator[tuple[str, Any]]:
    value = spot.value
    if spot.type in {"code", "uri", "string"}:
        yield "a code of no value set", "zz-unknown"
        if value.upper() != value:
            yield "another case", value.upper()
    elif spot.type == "Coding":
        yield "a code of no value set", {**value, "code": "zz-unknown"}
        yield "another system", {**value, "system": FOREIGN}
    elif spot.type == "CodeableConcept" and value.get("coding"):
        for change, member in (("code", "zz-unknown"), ("system", FOREIGN)):
            changed = [{**coding, change: member} for coding in value["coding"]]
            yield f"another {change}", {**value, "coding": changed}
        yield "text only", {"text": "x"}
    elif spot.type == "Quantity" and "code" in value:
        yield "another unit", {**value, "code": "zz-unknown"}


def references(study: Study) -> Iterator[Mutant]:
    """Point a reference at a type of resource that it may not point at."""
    for walk in study.walks:
        for spot in walk.spots:
            if spot.type != "Reference" or not isinstance(spot.value, dict):
                continue
            targets = [t for typed in spot.node.types for t in typed.get("targetProfile", ())]
            allowed = {_type(study.library, target) for target in targets}
            if not targets or allowed & {"", "Resource"}:
                continue
            others = [t for t in ("Substance", "Slot", "Patient", "Account") if t not in allowed]
            for change, written in (
                ("relative", f"{others[0]}/zz"),
                ("absolute", f"http://example.org/fhir/{others[0]}/zz"),
                ("of a version", f"{others[0]}/zz/_history/2"),
            ):
                value = copy.deepcopy(spot.value) | {"reference": written}
                value.pop("type", None)
                yield Mutant(
                    kind="reference: target",
                    rule=f"{spot.node.rule} {change}",
                    change=f"to {others[0]}, {change}",
                    example=study.example,
                    edit=replacing(spot.place, value),
                    code="reference.target",
                    path=study.path(spot.place),
                    companions=around(study, spot.place, value),
                    profiles=study.profiles,
                )


def _type(library: Library, canonical: str) -> str:
    definition = library.definition(canonical)
    return definition["type"] if definition else ""
