"""Fill the names of an object from the elements below a definition's place."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from conformance.ig.definitions import Definition, ElementRule, TypeRule, narrowed
from conformance.ig.registry import Registry
from conformance.validation.checks import Check, Context, Field, all_of
from conformance.validation.discriminators import Discriminating
from conformance.validation.fields import (
    companion,
    companions,
    forbidden,
    many,
    many_primitives,
    single,
)
from conformance.validation.issue import Found
from conformance.validation.laws import Laws
from conformance.validation.lonely import needing_companion, with_laws
from conformance.validation.objects import ObjectRules, unknown
from conformance.validation.primitives import FORMATS, Format
from conformance.validation.slices import Slice, Sliced, both, sliced_field


class Values(Protocol):
    """Makes the checks of single values."""

    @property
    def laws(self) -> Laws: ...

    def value(self, rule: ElementRule, type_: TypeRule, definition: Definition, path: str) -> Check:
        """Return the check of one value of an element."""

    def plain(self, check: Check) -> Format | None:
        """Return the format that is all that a check of a primitive asks, None where it is not."""

    def content(self, rule: ElementRule, definition: Definition) -> Check:
        """Return the check of what a content reference leads to."""

    def companion(self, rule: ElementRule, definition: Definition) -> Check:
        """Return the check of a primitive's id and extensions."""


class Elements:
    """Turns elements into the fields of their objects."""

    def __init__(self, registry: Registry, discriminating: Discriminating, values: Values) -> None:
        self._registry = registry
        self._discriminating = discriminating
        self._values = values

    def fill(
        self,
        rules: ObjectRules,
        children: Iterable[ElementRule],
        definition: Definition,
        path: str,
    ) -> None:
        """Add the fields and requirements of `children` to `rules`."""
        choices: dict[str, dict[str, str]] = {}
        if rules.is_resource:
            rules.fields["resourceType"] = (lambda value, parent, context: None, "")
        for child in children:
            if child.choice:
                keys = self._choice_keys(child, path)
                choices[child.name] = keys
                self._fill_choice(rules, child, definition, path, keys)
            else:
                self._fill_plain(rules, child, definition, path)
        rules.unknown = _explaining(choices, rules.profile)

    def _choice_keys(self, child: ElementRule, path: str) -> dict[str, str]:
        known = self._registry.types.children(path).get(child.name)
        keys = dict(known.keys) if known else {}
        return keys or {_key(child.name, type_.code): type_.code for type_ in child.types}

    def _fill_plain(
        self, rules: ObjectRules, child: ElementRule, definition: Definition, path: str
    ) -> None:
        name, profile = child.name, definition.url
        if child.max == 0:
            rules.fields[name] = rules.fields[f"_{name}"] = (forbidden(name, profile), "")
            return
        type_ = _merged(child.types)
        if child.min:
            rules.required.append((name, name, "cardinality.min", "This element is required."))
        if type_ is None or child.content:
            check = self._values.content(child, definition)
            rules.fields[name] = (self._plain_field(child, check, profile), "")
            return
        check = self._values.value(child, type_, definition, path)
        if type_.code in FORMATS:
            self._fill_primitive(rules, child, check, definition, type_.code)
            if child.slices and child.many:
                slices = self._sliced(rules, child, _anything, definition, path)
                rules.fields[name] = (both(rules.fields[name][0], slices), "")
            return
        if child.slices:
            field = self._sliced(rules, child, check, definition, path)
        else:
            field = self._plain_field(child, check, profile)
        rules.fields[name] = (field, "")

    def _plain_field(self, child: ElementRule, check: Check, profile: str) -> Field:
        if child.many:
            return many(child.name, check, child.min, child.max, profile)
        return single(child.name, check)

    def _fill_primitive(
        self,
        rules: ObjectRules,
        child: ElementRule,
        check: Check,
        definition: Definition,
        type_: str,
        key: str = "",
        choice: str = "",
    ) -> None:
        name, profile = key or child.name, definition.url
        beside = self._values.companion(child, definition)
        laws = self._values.laws.of(child.invariants, type_, definition)
        if child.many:
            field = many_primitives(name, check, child.min, child.max, profile)
            other = companions(name, beside, child.min, child.max, profile)
        else:
            field = single(name, check)
            other = companion(name, beside, profile)
        if laws:
            field = with_laws(field, name, laws)
        lonely = any(below.min and below.name != "value" for below in child.children)
        if lonely:
            field = needing_companion(field, name, beside)
        rules.fields[name] = (field, choice)
        rules.fields[f"_{name}"] = (other, choice)
        format_ = self._values.plain(check)
        if format_ is not None and not (child.many or choice or laws or lonely):
            rules.plain[name] = format_

    def _fill_choice(
        self,
        rules: ObjectRules,
        child: ElementRule,
        definition: Definition,
        path: str,
        keys: dict[str, str],
    ) -> None:
        profile = definition.url
        if child.max == 0:
            for key in keys:
                rules.fields[key] = rules.fields[f"_{key}"] = (forbidden(key, profile), "")
            return
        if child.min:
            rules.required_choices.append(child.name)
        by_type = _by_type(child)
        for code in dict.fromkeys(type_.code for type_ in child.types):
            key = _key(child.name, code)
            type_ = _merged([one for one in child.types if one.code == code])
            assert type_ is not None
            check, asked = self._values.value(child, type_, definition, path), child
            own = [one for one in child.slices if [t.code for t in one.types] == [code]]
            for one in () if by_type else own:
                self._leave_open(one, definition, "Only slices of a choice by its type are judged.")
            for one in own if by_type else ():
                check = all_of(check, self._values.value(one, one.types[0], definition, path))
                asked = narrowed(asked, one)
                if one.min:
                    message = f"The slice {one.slice_name} is required."
                    rules.required.append((key, key, "slice.min", message))
            if by_type and _shut(child, code):
                rules.fields[key] = (forbidden(key, profile), child.name)
                rules.fields[f"_{key}"] = rules.fields[key]
            elif code in FORMATS:
                self._fill_primitive(rules, asked, check, definition, code, key, child.name)
            else:
                rules.fields[key] = (single(key, check), child.name)

    def _sliced(
        self,
        rules: ObjectRules,
        child: ElementRule,
        base: Check,
        definition: Definition,
        path: str,
    ) -> Field:
        sliced = self._slices(child, definition, path)
        for one in sliced.slices:
            if one.min and one.match is not None and not child.min:
                message = f"The slice {one.name} needs at least {one.min} here; there are 0."
                rules.required.append((child.name, child.name, "slice.min", message))
        return sliced_field(
            child.name, base, sliced, least=child.min, most=child.max, many=child.many
        )

    def _slices(self, child: ElementRule, definition: Definition, path: str) -> Sliced:
        slicing = child.slicing
        by = slicing.discriminators if slicing else ()
        slices: list[Slice] = []
        for one in child.slices:
            type_ = _merged(one.types) or _merged(child.types)
            assert type_ is not None
            match = self._discriminating.match(one, by, definition)
            if match is None:
                self._leave_open(one, definition, "Nothing at hand tells this slice from others.")
            slices.append(
                Slice(
                    name=one.slice_name,
                    match=match,
                    check=self._values.value(one, type_, definition, path),
                    min=one.min,
                    max=one.max,
                    whole=type_.code == "Extension" and bool(type_.profiles),
                    inner=self._slices(one, definition, path) if one.slices else None,
                )
            )
        return Sliced(
            slices=slices,
            rules=slicing.rules if slicing else "open",
            ordered=slicing.ordered if slicing else False,
            profile=definition.url,
        )

    def _leave_open(self, one: ElementRule, definition: Definition, reason: str) -> None:
        place = f"{definition.url}#{one.id}"
        self._values.laws.leave_open("slice", place, reason, place)


def _by_type(child: ElementRule) -> bool:
    """Tell whether the slices of a choice are its types, as they are nearly always."""
    by = child.slicing.discriminators if child.slicing else ()
    return all(one.kind == "type" and one.path == "$this" for one in by)


def _shut(child: ElementRule, code: str) -> bool:
    """Tell whether the slices of a choice leave no place for a type."""
    own = [one for one in child.slices if any(type_.code == code for type_ in one.types)]
    if own:
        return all(one.max == 0 for one in own)
    return bool(child.slices) and child.slicing is not None and child.slicing.rules == "closed"


def _anything(value: Any, context: Context) -> None:
    return None


def _key(name: str, code: str) -> str:
    return name + code[:1].upper() + code[1:]


def _merged(types: Sequence[TypeRule]) -> TypeRule | None:
    """Return one rule for several of one type code: any of their profiles and targets will do."""
    if len(types) < 2:
        return types[0] if types else None
    free = any(not one.profiles for one in types)
    anything = any(not one.targets for one in types)
    return TypeRule(
        code=types[0].code,
        profiles=() if free else tuple(url for one in types for url in one.profiles),
        targets=() if anything else tuple(url for one in types for url in one.targets),
    )


def _explaining(choices: dict[str, dict[str, str]], profile: str) -> Callable[[str], Found]:
    def explain(key: str) -> Found:
        bare = key.removeprefix("_")
        for name, keys in choices.items():
            # Only primitives have companions.
            if bare in keys and (bare == key or keys[bare] in FORMATS):
                message = f"{name}[x] may not be of this type here."
                return Found("structure.type", message, profile=profile, step=bare)
        return unknown(key, profile)

    return explain
