"""
Compile definitions to checks: one closure for each element, found by its JSON name.

A definition is compiled when it is first needed, once for each registry. What cannot be judged
offline makes no check here; the registry and the laws list it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from conformance.ig.definitions import Definition, ElementRule, TypeRule
from conformance.ig.registry import Registry
from conformance.validation.checks import Check, Context, all_of, lazily
from conformance.validation.discriminators import Discriminating
from conformance.validation.elements import Elements
from conformance.validation.extras import KnownTypes, extras
from conformance.validation.issue import Found
from conformance.validation.laws import Laws
from conformance.validation.leaves import leaf, leaf_with
from conformance.validation.objects import Law, ObjectRules, object_check
from conformance.validation.primitives import FORMATS, Format
from conformance.validation.references import agreeing
from conformance.validation.sanity import MEMBERS, sanity

_RESOURCES = ("Resource", "DomainResource")
_PLAIN = ("Element", "BackboneElement")

Inside = Callable[[bool], Check]
"""Makes the check of a resource inside another; True for a contained one."""


class Rules:
    """The checks of a registry's definitions; `inside` judges resources within resources."""

    def __init__(self, registry: Registry, inside: Inside) -> None:
        self.registry = registry
        self.laws = Laws(registry)
        self._inside = inside
        self._made: dict[tuple[str, str], Check] = {}
        self._extensions: dict[str, Check] = {}
        self._plain: dict[Check, Format] = {}
        discriminating = Discriminating(registry, self.conforms)
        self._elements = Elements(registry, discriminating, self)

    def definition(self, definition: Definition) -> Check:
        """Return the check of all that a definition asks."""
        place = definition.package, definition.url
        if place not in self._made:
            # While it is being made, what leads back to it finds this.
            self._made[place] = lazily(lambda: self._made[place])
            self._made[place] = self._root(definition)
        return self._made[place]

    def conforms(self, canonical: str, within: str) -> Check | None:
        """Return the check of a profile named by its canonical, None when it is not at hand."""
        found = self.registry.definition(canonical, within)
        return None if found is None else lazily(lambda: self.definition(found))

    def value(self, rule: ElementRule, type_: TypeRule, definition: Definition, path: str) -> Check:
        """
        Return the check of one value of an element; `path` is where its parent's children hang.

        Laws of primitives are left to the field, which knows their companions.
        """
        more = tuple(extras(rule, type_, definition, self.registry))
        if type_.code in FORMATS:
            profile = definition.url
            if more:
                return leaf_with(type_.code, profile, all_of(*more))
            check = leaf(type_.code, profile)
            self._plain[check] = FORMATS[type_.code]
            return check
        checks = [self._typed(rule, type_, definition, path), *more]
        focus = self.focus(rule, type_, path)
        own = self.registry.type(type_.code)
        known = {one.key for one in own.root.invariants} if own else set()
        if not rule.children:
            laws = self.laws.of(rule.invariants, focus, definition, {*known, "ext-1"})
            checks += [_judging(laws)] if laws else []
        return all_of(*checks)

    def plain(self, check: Check) -> Format | None:
        """Return the format that is all that a check of a primitive asks, None where it is not."""
        return self._plain.get(check)

    def content(self, rule: ElementRule, definition: Definition) -> Check:
        """Return the check of an element that is defined where its content reference leads."""
        found = self.registry.definition(rule.content_of) if rule.content_of else definition
        target = _by_id(found.root, rule.content) if found else None
        if found is None or target is None:
            return lambda value, context: None
        owner, aim = found, target
        path = aim.id.rpartition(".")[0]
        there = lazily(lambda: self.value(aim, aim.types[0], owner, path))
        # The element that refers has constraints of its own beside those where it leads.
        known = {one.key for one in aim.invariants}
        laws = self.laws.of(rule.invariants, aim.id, definition, known)
        return all_of(there, _judging(laws)) if laws else there

    def companion(self, rule: ElementRule, definition: Definition) -> Check:
        """Return the check of a primitive's id and extensions."""
        children = [child for child in rule.children if child.name != "value"]
        if children:
            rules = ObjectRules(profile=definition.url)
            self._elements.fill(rules, children, definition, "Element")
            return object_check(rules)
        element = self.registry.type("Element")
        assert element is not None
        return lazily(lambda: self.definition(element))

    def focus(self, rule: ElementRule, type_: TypeRule, path: str) -> str:
        """Return the type of an element as FHIRPath knows it."""
        if rule.content:
            return rule.content
        return f"{path}.{rule.name}" if type_.code in _PLAIN else type_.code

    def _root(self, definition: Definition) -> Check:
        if definition.type in FORMATS:
            return leaf(definition.type, definition.url)
        is_resource = definition.kind == "resource"
        laws = self.laws.of(definition.root.invariants, definition.type, definition)
        return self._object(
            definition.root.children, definition, definition.type, laws, is_resource
        )

    def _typed(
        self, rule: ElementRule, type_: TypeRule, definition: Definition, path: str
    ) -> Check:
        if type_.code in _RESOURCES:
            return self._within(rule, type_, definition)
        if rule.children:
            own = self.registry.type(type_.code)
            focus = self.focus(rule, type_, path)
            keys = {one.key for one in rule.invariants}
            theirs = [one for one in own.root.invariants if one.key not in keys] if own else []
            laws = self.laws.of([*rule.invariants, *theirs], focus, definition)
            below = self._object(rule.children, definition, focus, laws, is_resource=False)
            return all_of(below, *self._profiles(type_, definition))
        profiles = self._profiles(type_, definition)
        if profiles:
            return all_of(*profiles)
        if type_.code == "Extension":
            return self._extension
        found = self.registry.type(type_.code)
        if found is None:
            return lambda value, context: None
        return lazily(lambda: self.definition(found)) if rule.choice else self.definition(found)

    def _profiles(self, type_: TypeRule, definition: Definition) -> list[Check]:
        found = [self.conforms(url, definition.package) for url in type_.profiles]
        checks = [check for check in found if check is not None]
        if len(checks) < len(found):
            # One of them is not at hand: a value may conform to that one.
            return []
        return checks if len(checks) < 2 else [_one_of(checks)]

    def _within(self, rule: ElementRule, type_: TypeRule, definition: Definition) -> Check:
        inside = self._inside(rule.name == "contained")
        return all_of(inside, *self._profiles(type_, definition))

    def _object(
        self,
        children: Sequence[ElementRule],
        definition: Definition,
        path: str,
        laws: Sequence[Law],
        is_resource: bool,
    ) -> Check:
        rules = ObjectRules(laws=laws, profile=definition.url, is_resource=is_resource)
        # What a snapshot leaves out of a type, it leaves as the type has it.
        base = self.registry.type(path.partition(".")[0])
        whole = _by_id(base.root, path) if base else None
        named = {child.name for child in children}
        left = [one for one in whole.children if one.name not in named] if whole else []
        if base is not None and left:
            self._elements.fill(rules, left, base, path)
        self._elements.fill(rules, children, definition, path)
        check = object_check(rules)
        if path == "Reference":
            return all_of(check, agreeing(KnownTypes(self.registry), definition.url))
        return all_of(check, sanity(path)) if path in MEMBERS else check

    def _extension(self, value: Any, context: Context) -> list[Found] | None:
        """Judge an extension by the definition that its url names, else as any extension."""
        url = value.get("url") if isinstance(value, dict) else None
        known = self._extensions.get(url) if isinstance(url, str) else None
        if known is not None:
            return known(value, context)
        definition = (
            self.registry.definition(url) if isinstance(url, str) and url[:4] == "http" else None
        )
        if definition is not None and definition.type == "Extension" and isinstance(url, str):
            self._extensions[url] = self.definition(definition)
            return self._extensions[url](value, context)
        base = self.registry.type("Extension")
        assert base is not None
        found = self.definition(base)(value, context)
        # Inside a complex extension, urls are names that its definition gives (R4 2.4.0.1).
        if isinstance(url, str) and ":" in url:
            message = "The definition of this extension is not at hand: its content is not checked."
            note = Found("extension.unknown", message, level="information", value=url)
            return [*(found or ()), note]
        return found


def _judging(laws: Sequence[Law]) -> Check:
    def check(value: Any, context: Context) -> list[Found] | None:
        broken = [law for law in laws if not law.holds(value, context.resource, context.root)]
        return [law.broken() for law in broken] if broken else None

    return check


def _one_of(checks: Sequence[Check]) -> Check:
    def check(value: Any, context: Context) -> list[Found] | None:
        least: list[Found] | None = None
        for one in checks:
            found = one(value, context) or []
            errors = [issue for issue in found if issue.level == "error"]
            if not errors:
                return found
            if least is None or len(found) < len(least):
                least = found
        return least

    return check


def _by_id(rule: ElementRule, id_: str) -> ElementRule | None:
    if rule.id == id_:
        return rule
    for child in rule.children:
        if id_ == child.id or id_.startswith((f"{child.id}.", f"{child.id}:")):
            found = _by_id(child, id_)
            if found is not None:
                return found
    return next((one for one in rule.slices if one.id == id_), None)
