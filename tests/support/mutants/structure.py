"""Mutants that break the shape: kinds of JSON, names, choices, emptiness, companions."""

from collections.abc import Iterator

from tests.support.mutants.companions import around
from tests.support.mutants.mutant import (
    Edit,
    Mutant,
    Study,
    adding,
    appending,
    renaming,
    replacing,
)
from tests.support.mutants.samples import PRIMITIVES, SAMPLES
from tests.support.mutants.spots import Place, Spot, at

GONE = "what is not of the right kind counts as missing"


def kinds_of_json(study: Study) -> Iterator[Mutant]:
    """Put an object for a string, an array for a single value, and the other way round."""
    for spot in study.base.spots:
        key = spot.array[-1]
        if f"_{key}" in at(study.resource, spot.parent):
            continue
        if spot.node.many and spot.place[-1] == 0:
            single = replacing(spot.array, spot.value)
            yield _of_kind(study, spot, "a single value for an array", spot.array, single)
        elif not spot.node.many:
            array = replacing(spot.place, [spot.value])
            yield _of_kind(study, spot, "an array for a single value", spot.place, array)
        if spot.type in PRIMITIVES:
            wrapped = replacing(spot.place, {"value": spot.value})
            yield _of_kind(study, spot, "an object for a primitive", spot.place, wrapped)
            if isinstance(spot.value, str):
                other: object = 5
            else:
                other = str(spot.value).lower()
            yield _of_kind(
                study, spot, "another primitive", spot.place, replacing(spot.place, other)
            )
        elif isinstance(spot.value, dict):
            text = replacing(spot.place, "text")
            yield _of_kind(study, spot, "a string for an object", spot.place, text)


def _of_kind(study: Study, spot: Spot, change: str, place: Place, edit: Edit) -> Mutant:
    return Mutant(
        kind="type: kind of JSON",
        rule=f"{spot.node.rule} {change}",
        change=change,
        example=study.example,
        edit=edit,
        code="structure.type",
        path=study.path(place),
        companions=around(study, place, spot.value) | {"cardinality.min": GONE},
        profiles=study.profiles,
    )


def unknown_elements(study: Study) -> Iterator[Mutant]:
    """Add members that no definition has: a new name, another case, a companion of nothing."""
    for owner in study.base.owners:
        names = {key for child in owner.children for key in child.names()}
        foreign = next(n for n in ("birthDate", "valueQuantity", "status") if n not in names)
        first = next((n for n in sorted(owner.value) if n in names), "id")
        for change, name in (
            ("a new name", "zzUnknown"),
            ("a name of another type", foreign),
            ("another case", first[0].upper() + first[1:]),
            ("a companion of nothing", "_zzUnknown"),
        ):
            value = {"id": "x"} if name.startswith("_") else "x"
            yield Mutant(
                kind="unknown element",
                rule=f"{owner.node.rule} {change}",
                change=change,
                example=study.example,
                edit=adding(owner.place, **{name: value}),
                code="structure.unknown-element",
                path=study.path((*owner.place, name)),
                companions=around(study, (*owner.place, name)),
                profiles=study.profiles,
            )


def choices(study: Study) -> Iterator[Mutant]:
    """Give a choice a type that it does not have, or two types at once."""
    for spot in study.base.spots:
        if not spot.node.name.endswith("[x]"):
            continue
        stem = spot.node.name.removesuffix("[x]")
        others = [c for c in _allowed(study, spot) if c != spot.type and c in SAMPLES]
        common = around(study, spot.place, spot.value) | {"cardinality.min": GONE}
        yield Mutant(
            kind="type: unknown type of a choice",
            rule=spot.node.rule,
            change="a type that the choice does not have",
            example=study.example,
            edit=renaming(spot.place, f"{stem}Zzz"),
            code="structure.unknown-element",
            path=study.path((*spot.parent, f"{stem}Zzz")),
            companions=common,
            profiles=study.profiles,
        )
        for other in others[:3]:
            key = stem + other[0].upper() + other[1:]
            yield Mutant(
                kind="choice: two types at once",
                rule=f"{spot.node.rule} {other}",
                change=f"a {other} beside it",
                example=study.example,
                edit=adding(spot.parent, **{key: SAMPLES[other]}),
                code="structure.choice",
                path=study.path((*spot.parent, key)),
                companions=around(study, spot.place, {key: SAMPLES[other]})
                | {
                    "cardinality.max": "two values stand where one may",
                    "structure.type": "a profile may not allow the second type",
                    "slice.max": "each type may be a slice",
                },
                profiles=study.profiles,
            )


def _allowed(study: Study, spot: Spot) -> list[str]:
    """Return the types that every definition allows at a choice."""
    codes = spot.node.codes()
    for walk in study.profiled:
        for other in walk.spots:
            if other.place == spot.place and not other.node.sliced:
                codes = [code for code in codes if code in other.node.codes()]
    return codes


def emptiness(study: Study) -> Iterator[Mutant]:
    """Put an empty object, array or string, or null, where something has to stand."""
    for spot in study.base.spots:
        if f"_{spot.array[-1]}" in at(study.resource, spot.parent):
            continue
        changes: list[tuple[str, str, Place, object]] = [
            ("null", "structure.null", spot.place, None)
        ]
        if isinstance(spot.value, dict) and "resourceType" not in spot.value:
            changes.append(("an empty object", "structure.empty", spot.place, {}))
        if isinstance(spot.value, str):
            changes.append(("an empty string", "structure.empty", spot.place, ""))
        if spot.array != spot.place and spot.place[-1] == 0:
            changes.append(("an empty array", "structure.empty", spot.array, []))
            changes.append(("null for an array", "structure.null", spot.array, None))
        for change, code, place, value in changes:
            yield Mutant(
                kind="null" if value is None else "emptiness",
                rule=f"{spot.node.rule} {change}",
                change=change,
                example=study.example,
                edit=replacing(place, value),
                code=code,
                path=study.path(place),
                companions=around(study, place, spot.value)
                | {"cardinality.min": GONE, "value.format": "an empty text has no format"},
                profiles=study.profiles,
            )


def primitive_companions(study: Study) -> Iterator[Mutant]:
    """Put `_name` members that do not fit what they accompany."""
    for spot in study.base.spots:
        key = spot.array[-1]
        extended = {"id": "x"}
        if f"_{key}" in at(study.resource, spot.parent):
            continue
        place = (*spot.parent, f"_{key}")
        if spot.type not in PRIMITIVES:
            if isinstance(spot.value, dict) and spot.place[-1] in {0, key}:
                value: object = [extended] if spot.node.many else extended
                yield _of_companion(study, spot, "of a complex element", place, value)
        elif not spot.node.many:
            yield _of_companion(study, spot, "an array for an object", place, [extended])
            yield _of_companion(study, spot, "a string", place, "x")
            if spot.type != "xhtml":
                yield _of_companion(study, spot, "with a value", place, {"value": "x"})
        elif spot.place[-1] == 0:
            length = len(at(study.resource, spot.array))
            longer = [None] * length + [extended]
            yield _of_companion(study, spot, "an object for an array", place, extended)
            yield _of_companion(study, spot, "longer than its array", place, longer)


def _of_companion(study: Study, spot: Spot, change: str, place: Place, value: object) -> Mutant:
    code, where = "structure.companion", spot.array
    if change == "with a value":
        code, where = "structure.unknown-element", (*spot.array, "value")
    elif change == "of a complex element":
        code, where = "structure.unknown-element", place
    return Mutant(
        kind="companion",
        rule=f"{spot.node.rule} {change}",
        change=f"a companion {change}",
        example=study.example,
        edit=adding(place[:-1], **{str(place[-1]): value}),
        code=code,
        path=study.path(where),
        companions=around(study, spot.array, spot.value)
        | (
            {
                "structure.type": "the companion is of the wrong kind",
                "structure.unknown-element": "such a companion may be no element at all",
                "invariant.ele-1": "it has neither value nor extension",
            }
        ),
        profiles=study.profiles,
    )


def null_companions(study: Study) -> Iterator[Mutant]:
    """Put null into both arrays of a repeating primitive, or into the one without companion."""
    for spot in study.base.spots:
        if not spot.node.many or spot.type not in PRIMITIVES or spot.place[-1] != 0:
            continue
        array = spot.array
        if f"_{array[-1]}" in at(study.resource, spot.parent):
            continue
        length = len(at(study.resource, array))
        padding: list[object | None] = [None] * (length + 1)

        def both(
            resource: object, array: Place = array, padding: list[object | None] = padding
        ) -> None:
            appending(array, None)(resource)
            adding(array[:-1], **{f"_{array[-1]}": padding})(resource)

        for change, edit in (
            ("null in both arrays", both),
            ("null without a companion", appending(array, None)),
        ):
            yield Mutant(
                kind="companion",
                rule=f"{spot.node.rule} {change}",
                change=change,
                example=study.example,
                edit=edit,
                code="structure.null",
                path=study.path((*array, length)),
                companions=around(study, array) | {"structure.companion": "both say nothing"},
                profiles=study.profiles,
            )
