"""Slicing (R4 5.1.0.16): which slice each repetition belongs to, and what the slices ask."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.ig.definitions import UNBOUNDED
from conformance.validation.checks import Check, Context, Field, Match, under
from conformance.validation.fields import counted, no_array
from conformance.validation.issue import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """
    One slice.

    `match` is None when nothing tells this slice from the others. `check` judges what belongs to
    it; with `whole` it asks all that the unsliced element asks too. `inner` are its re-slices.
    """

    name: str
    match: Match | None
    check: Check | None
    min: int = 0
    max: int = UNBOUNDED
    whole: bool = False
    inner: "Sliced | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sliced:
    """The slices of one element; `rules` is open, closed or openAtEnd."""

    slices: Sequence[Slice]
    rules: str = "open"
    ordered: bool = False
    profile: str = ""


def sliced_field(
    key: str, base: Check, sliced: Sliced, *, least: int, most: int, many: bool
) -> Field:
    """Return the field of a sliced element; `base` is what is asked of every repetition."""
    profile = sliced.profile

    def field(value: Any, parent: dict[str, Any], context: Context) -> list[Found] | None:
        if not many:
            found = judge([value], [""], context)
            return under(key, found)
        if type(value) is not list:
            return [no_array(key, value, profile)]
        found = counted(key, len(value), least, most, profile) or []
        steps = [f"{key}[{index}]" for index in range(len(value))]
        found += judge(value, steps, context)
        return found

    def judge(items: Sequence[Any], steps: Sequence[str], context: Context) -> list[Found]:
        owners = owners_of(items, sliced, context)
        found: list[Found] = []
        for item, step, owner in zip(items, steps, owners.of, strict=True):
            own = sliced.slices[owner] if owner is not None and owner >= 0 else None
            problems: list[Found] = []
            if own is None or not own.whole:
                problems += base(item, context) or ()
            if own is not None and own.check is not None:
                problems += own.check(item, context) or ()
            for one in problems if step else ():
                one.steps.append(step)
            found += problems
        return found + placed(items, steps, owners, sliced, context, key if many else "")

    return field


def both(values: Field, slices: Field) -> Field:
    """Return the field of a sliced array of primitives: first its values, then their slices."""

    def field(value: Any, parent: dict[str, Any], context: Context) -> list[Found] | None:
        # Of what is no value, or null beside a companion, no slice can be told.
        found = values(value, parent, context)
        return found if found or None in value else slices(value, parent, context)

    return field


NOBODY = -1


@dataclass(frozen=True, slots=True)
class Owners:
    """
    The index of each item's slice, NOBODY for none, None where it cannot be told.

    `doubtful` are the slices that an item of which it cannot be told may belong to.
    """

    of: Sequence[int | None]
    doubtful: Container[int]


def owners_of(items: Sequence[Any], sliced: Sliced, context: Context) -> Owners:
    """Return which slice each item belongs to."""
    owners: list[int | None] = []
    doubtful: set[int] = set()
    for item in items:
        owner: int | None = NOBODY
        maybe: list[int] = []
        for index, one in enumerate(sliced.slices):
            belongs = one.match(item, context) if one.match is not None else None
            if belongs:
                owner = index
                break
            if belongs is None:
                maybe.append(index)
        if owner == NOBODY and maybe:
            owner = None
            doubtful.update(maybe)
        owners.append(owner)
    return Owners(owners, doubtful)


def placed(
    items: Sequence[Any],
    steps: Sequence[str],
    known: Owners,
    sliced: Sliced,
    context: Context,
    key: str,
) -> list[Found]:
    """Return what is wrong with numbers and places of slices; `key` names the whole array."""
    found: list[Found] = []
    owners = known.of
    for index, one in enumerate(sliced.slices):
        own = [at for at, owner in enumerate(owners) if owner == index]
        # What may be one of this slice leaves open whether it is missing.
        if len(own) < one.min and index not in known.doubtful and one.match is not None:
            found.append(_few(one, len(own), key, sliced.profile))
        if one.max != UNBOUNDED and len(own) > one.max:
            found.append(_many(one, len(own), key, sliced.profile))
        if one.inner is not None and own:
            inner_items = [items[at] for at in own]
            inner_steps = [steps[at] for at in own]
            found += _inner(one.inner, inner_items, inner_steps, context, key)
    strangers = [at for at, owner in enumerate(owners) if owner == NOBODY]
    if sliced.rules == "closed":
        names = ", ".join(one.name for one in sliced.slices)
        message = f"Only these slices may be here: {names}."
        found += [_at(steps[at], "slice.closed", message, sliced.profile) for at in strangers]
    if sliced.rules == "openAtEnd":
        last = max(
            (at for at, owner in enumerate(owners) if owner is not None and owner >= 0), default=-1
        )
        message = "What belongs to no slice has to stand after the slices."
        early = [at for at in strangers if at < last]
        found += [_at(steps[at], "slice.order", message, sliced.profile) for at in early]
    if sliced.ordered:
        found += _disordered(owners, steps, sliced)
    return found


def _inner(
    inner: Sliced, items: Sequence[Any], steps: Sequence[str], context: Context, key: str
) -> list[Found]:
    owners = owners_of(items, inner, context)
    found: list[Found] = []
    for item, step, owner in zip(items, steps, owners.of, strict=True):
        check = inner.slices[owner].check if owner is not None and owner >= 0 else None
        problems = check(item, context) if check is not None else None
        found += (under(step, problems) if step else problems) or ()
    return found + placed(items, steps, owners, inner, context, key)


def _disordered(owners: Sequence[int | None], steps: Sequence[str], sliced: Sliced) -> list[Found]:
    highest = NOBODY
    found: list[Found] = []
    for at, owner in enumerate(owners):
        if owner is None or owner == NOBODY:
            continue
        if owner < highest:
            message = "The slices have to stand in the order in which they are defined."
            found.append(_at(steps[at], "slice.order", message, sliced.profile))
        highest = max(highest, owner)
    return found


def _few(one: Slice, count: int, key: str, profile: str) -> Found:
    message = f"The slice {one.name} needs at least {one.min} here; there are {count}."
    return Found("slice.min", message, profile=profile, step=key)


def _many(one: Slice, count: int, key: str, profile: str) -> Found:
    message = f"The slice {one.name} may have at most {one.max} here; there are {count}."
    return Found("slice.max", message, profile=profile, step=key)


def _at(step: str, code: str, message: str, profile: str) -> Found:
    return Found(code, message, profile=profile, step=step)
