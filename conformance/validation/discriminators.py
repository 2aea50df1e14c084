"""
How a slice's repetitions are known (R4 5.1.0.16, ElementDefinition.slicing.discriminator).

A slice is known by what its own definition asks at the discriminator's path: a fixed value, a
pattern, a required binding that expands, a type, being there or not, conforming to a profile.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from conformance.ig.definitions import UNSET, Definition, Discriminator, ElementRule
from conformance.ig.registry import Registry
from conformance.validation.checks import Check, Context, Match
from conformance.validation.codes import code_test
from conformance.validation.references import target_of, target_type
from conformance.validation.values import equals, fits
from conformance.validation.walking import Test, is_type, of_type, reached, somewhere, taken, there

Conforms = Callable[[str, str], Check | None]
"""(canonical, package that asks) -> the check of that profile."""

_STEP = re.compile(r"extension\('([^']*)'\)|resolve\(\)|ofType\(\w+\)|\$this|\w+(?:\[x\])?")


class Discriminating:
    """Makes the matches of slices."""

    def __init__(self, registry: Registry, conforms: Conforms) -> None:
        self._registry = registry
        self._conforms = conforms

    def match(
        self, one: ElementRule, by: Sequence[Discriminator], within: Definition
    ) -> Match | None:
        """Return how to know the slice `one`, None when its definition does not tell."""
        parts = [self._part(one, discriminator, within) for discriminator in by]
        known = [part for part in parts if part is not None]
        if not known or len(known) < len(parts):
            return None
        if len(known) == 1:
            return known[0]

        def all_match(value: Any, context: Context) -> bool | None:
            unsure = False
            for part in known:
                belongs = part(value, context)
                if belongs is False:
                    return False
                unsure = unsure or belongs is None
            return None if unsure else True

        return all_match

    def _part(
        self, one: ElementRule, discriminator: Discriminator, within: Definition
    ) -> Match | None:
        steps = [found[0] for found in _STEP.finditer(discriminator.path)]
        steps = [step for step in steps if step != "$this"]
        if not steps and discriminator.kind in ("value", "pattern", "exists"):
            test = self._test(one, within)
            return None if test is None else _directly(test)
        url = _extension_url(one) if steps == ["url"] else ""
        if url:
            return somewhere(steps, equals(url))
        places = list(self._places(one, steps, within))
        if not places:
            return None
        match discriminator.kind:
            case "value" | "pattern":
                tests = (self._test(*place) for place in places)
                test = next((test for test in tests if test is not None), None)
                return None if test is None else somewhere(steps, test)
            case "exists":
                return there(steps, places[0][0])
            case "type":
                return self._typed(steps, places[0][0])
            case "profile":
                return self._profiled(steps, places[0])
        return None

    def _places(
        self, rule: ElementRule, steps: Sequence[str], within: Definition
    ) -> Iterator[tuple[ElementRule, Definition]]:
        """
        Yield where the path leads in what the slice's definition asks.

        The elements themselves come first, then the slices of them that have to be there: what
        these ask is found in every repetition of the outer slice.
        """
        if not steps:
            yield rule, within
            return
        step, *rest = steps
        if step == "resolve()" or step.startswith("ofType("):
            # What a reference leads to is asked by its targets; a cast changes no rule.
            yield from self._places(rule, rest, within)
            return
        child = _child(rule, step)
        if child is None:
            below = self._below(rule, within)
            if below is None:
                return
            child, within = _child(below.root, step), below
        if child is not None:
            yield from self._places(child, rest, within)
            for one in child.slices:
                if one.min:
                    yield from self._places(one, rest, within)

    def _below(self, rule: ElementRule, within: Definition) -> Definition | None:
        profiles = [url for type_ in rule.types for url in type_.profiles]
        if len(profiles) == 1:
            return self._registry.definition(profiles[0], within.package)
        return self._registry.type(rule.types[0].code) if len(rule.types) == 1 else None

    def _test(self, rule: ElementRule, within: Definition) -> Test | None:
        if rule.fixed is not UNSET:
            return equals(rule.fixed)
        if rule.pattern is not UNSET:
            return fits(rule.pattern)
        if rule.binding is not None and rule.binding.strength == "required":
            sets = self._registry.value_set(rule.binding.value_set, within.package)
            tests = [code_test(type_.code, sets) for type_ in rule.types]
            if len(tests) == 1 and tests[0] is not None:
                return _with_code(tests[0])
        parts = [(child.name, self._test(child, within)) for child in rule.children]
        asked = [(name, test) for name, test in parts if test is not None]
        if not asked:
            # The profile of a type may fix what the slice itself leaves open (extensions).
            below = self._below(rule, within) if rule.types and rule.types[0].profiles else None
            return None if below is None else self._test(below.root, below)
        return lambda value: all(any(map(test, taken(value, name))) for name, test in asked)

    def _typed(self, steps: Sequence[str], rule: ElementRule) -> Match | None:
        types = {type_.code for type_ in rule.types}
        resolves = "resolve()" in steps
        if resolves:
            urls = [url for type_ in rule.types for url in type_.targets]
            found = (self._registry.definition(url) for url in urls)
            types = {one.type for one in found if one is not None}
        if not types or not types.isdisjoint(("Resource", "DomainResource")):
            return None
        if rule.choice and not resolves:
            return of_type(steps, types)

        def match(value: Any, context: Context) -> bool | None:
            if resolves:
                ends = [target_type(node, context) for node in reached(value, steps[:-1])]
                return any(end in types for end in ends) if all(ends) else None
            return any(is_type(node, types) for node in reached(value, steps))

        return match

    def _profiled(
        self, steps: Sequence[str], place: tuple[ElementRule, Definition]
    ) -> Match | None:
        rule, within = place
        resolves = "resolve()" in steps
        urls = [
            url for type_ in rule.types for url in (type_.targets if resolves else type_.profiles)
        ]
        checks = [self._conforms(url, within.package) for url in urls]
        known = [check for check in checks if check is not None]
        if not known or len(known) < len(checks):
            return None

        def match(value: Any, context: Context) -> bool | None:
            nodes = list(reached(value, [step for step in steps if step != "resolve()"]))
            if resolves:
                nodes = [target_of(node, context) for node in nodes]
                if any(node is None for node in nodes):
                    return None
            return any(not _errors(check(node, context)) for node in nodes for check in known)

        return match


def _extension_url(rule: ElementRule) -> str:
    # The url of an extension is the canonical of its definition (R4 2.4.0.1), at hand or not.
    if (
        len(rule.types) == 1
        and rule.types[0].code == "Extension"
        and len(rule.types[0].profiles) == 1
    ):
        return rule.types[0].profiles[0].partition("|")[0]
    return ""


def _errors(found: Iterable[Any] | None) -> bool:
    return any(one.level == "error" for one in found or ())


def _directly(test: Test) -> Match:
    return lambda value, context: test(value)


def _with_code(test: Test) -> Test:
    # The tests of bindings let pass what another rule judges; a slice is known by codes only.
    return lambda value: isinstance(value, dict | str) and test(value)


def _child(rule: ElementRule, step: str) -> ElementRule | None:
    if step.startswith("extension("):
        url = step[len("extension('") : -2]
        holder = next((child for child in rule.children if child.name == "extension"), None)
        for one in holder.slices if holder else ():
            if url == _extension_url(one):
                return one
        return None
    name = step.removesuffix("[x]")
    return next((child for child in rule.children if child.name == name), None)
