"""Mutants that take from a slice what tells it from others, one discriminator at a time."""

import copy
from collections.abc import Iterator
from typing import Any

from tests.support.mutants.cardinality import sliced
from tests.support.mutants.companions import around
from tests.support.mutants.mutant import Mutant, Study, appending, renaming, replacing
from tests.support.mutants.samples import SAMPLES
from tests.support.mutants.snapshots import Node


def discriminators(study: Study) -> Iterator[Mutant]:
    """Change, in a required slice, the value that a discriminator looks at."""
    for array, narrower, members in sliced(study):
        slicing = narrower.sliced.element.get("slicing", {}) if narrower.sliced else {}
        if not narrower.min or len(members) != narrower.min:
            continue
        for discriminator in slicing.get("discriminator", ()):
            kind, path = discriminator["type"], discriminator["path"]
            changed = copy.deepcopy(study.value(members[0]))
            steps = [] if path == "$this" else path.split(".")
            changed = _changed(changed, steps)
            if kind not in {"value", "pattern"} or changed is None:
                continue
            yield Mutant(
                kind=f"discriminator: {kind}",
                rule=f"{narrower.rule} {path}",
                change=f"another {path}",
                example=study.example,
                edit=replacing(members[0], changed),
                code="slice.min",
                path=study.path(array),
                companions=around(study, members[0], changed),
                profiles=study.profiles,
            )


def _changed(value: Any, steps: list[str]) -> Any:
    """Return a value with another text at the end of a path, None where nothing is there."""
    if isinstance(value, list):
        parts = [_changed(part, steps) for part in value]
        return None if None in parts else parts
    if steps:
        part = _changed(value.get(steps[0]), steps[1:]) if isinstance(value, dict) else None
        return None if part is None else {**value, steps[0]: part}
    if isinstance(value, str):
        return f"{value}-zz" if "//" in value else "zz"
    if not isinstance(value, dict):
        return None
    key = next((k for k in ("coding", "code", "system", "url") if k in value), None)
    return (
        None if key is None else {**value, key: _changed(value[key], ["code"] * (key == "coding"))}
    )


def closed(study: Study) -> Iterator[Mutant]:
    """Add to a closed slicing what is in none of its slices."""
    for walk in study.profiled:
        for spot in walk.spots:
            node = spot.node
            if node.element.get("slicing", {}).get("rules") != "closed" or not node.slices:
                continue
            if node.name.endswith("[x]"):
                yield from _other_type(study, node, spot.place)
            elif spot.place[-1] == 0:
                stranger = {"extension": [{"url": "http://example.org/zz", "valueString": "x"}]}
                yield Mutant(
                    kind="slice: closed",
                    rule=node.rule,
                    change="what is in no slice",
                    example=study.example,
                    edit=appending(spot.array, stranger),
                    code="slice.closed",
                    path=study.path((*spot.array, len(study.value(spot.array)))),
                    companions=around(study, spot.array, stranger) | {"cardinality.min": "bare"},
                    profiles=study.profiles,
                )


def _other_type(study: Study, node: Node, place: Any) -> Iterator[Mutant]:
    known = {code for narrower in node.slices for code in narrower.codes()}
    base = next((s.node for s in study.base.spots if s.place == place), node)
    for other in [c for c in base.codes() if c not in known and c in SAMPLES][:4]:
        key = node.name.removesuffix("[x]") + other[0].upper() + other[1:]

        def edit(resource: Any, key: str = key, other: str = other) -> None:
            renaming(place, key)(resource)
            replacing((*place[:-1], key), SAMPLES[other])(resource)

        yield Mutant(
            kind="discriminator: type",
            rule=f"{node.rule} {other}",
            change=f"a {other} that no slice has",
            example=study.example,
            edit=edit,
            code="slice.closed" if other in node.codes() else "structure.type",
            path=study.path((*place[:-1], key)),
            companions=around(study, place, {key: other})
            | {"structure.type": "the profile may not allow it either"}
            | {"slice.closed": "no slice has it either"}
            | {"cardinality.min": "of a type that is allowed none is left"},
            profiles=study.profiles,
        )
