"""
Hold a resource against the base specification and the profiles of a registry.

Whatever the value is, issues come back and nothing is raised (RFC 8259 values of any shape).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from conformance.ig.definitions import Definition, NotChecked
from conformance.ig.registry import Registry
from conformance.validation.checks import Check, Context
from conformance.validation.full_urls import disagreeing
from conformance.validation.issue import Found, Issue, canonical_shown, name_shown
from conformance.validation.objects import no_object
from conformance.validation.parsing import MAX_DEPTH
from conformance.validation.rules import Rules


class Validator:
    """Judges resources; definitions are compiled as they are needed and kept."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._rules = Rules(registry, self._inside)

    def validate(
        self,
        resource: Any,
        profiles: Sequence[str] = (),
        *,
        claims: bool = True,
        entries: Sequence[str] = (),
    ) -> list[Issue]:
        """
        Return the issues of a resource (a JSON value).

        It is held against its base type, against `profiles` (canonicals), and with `claims`
        against what its `meta.profile` names. A profile that is not at hand is an `information`.
        The entries of a Bundle are held against those of `entries` that speak of their type.
        """
        context = Context(resource, resource, None, claims=claims, entries=entries)
        type_ = resource.get("resourceType") if isinstance(resource, dict) else None
        root = name_shown(type_) if isinstance(type_, str) else ""
        try:
            found = self._judge(resource, context, profiles)
        except RecursionError:
            message = f"More than {MAX_DEPTH} arrays and objects stand in each other."
            found = [Found("json.depth", message)]
        return _once(found, root) if found else []

    def unjudged(self) -> tuple[NotChecked, ...]:
        """Return the invariants and slices met so far that cannot be judged."""
        return tuple(self._rules.laws.not_checked.values())

    def _judge(
        self, resource: Any, context: Context, profiles: Iterable[str] = ()
    ) -> list[Found] | None:
        if not isinstance(resource, dict):
            return [Found("json.not-an-object", "A resource is a JSON object.")]
        type_ = resource.get("resourceType")
        base = self._registry.type(type_) if isinstance(type_, str) else None
        if base is None or base.kind != "resource" or base.abstract:
            message = "resourceType has to name a resource type of R4."
            return [Found("structure.resource-type", message, step="resourceType")]
        found: list[Found] = []
        chosen: list[Definition] = []
        for canonical in profiles:
            self._choose(canonical, base.type, "", chosen, found)
        if context.claims:
            for index, canonical in enumerate(_claimed(resource)):
                step = f"meta.profile[{index}]"
                self._choose(canonical, base.type, step, chosen, found)
        if all(definition.type != base.type for definition in chosen):
            # A profile of Resource or of nothing at hand says little of this type.
            chosen.insert(0, base)
        for definition in chosen:
            problems = self._rules.definition(definition)(resource, context)
            if problems:
                found += problems
        if base.type == "Bundle":
            found += disagreeing(resource, base.url)
        return found

    def _choose(
        self, canonical: str, type_: str, step: str, chosen: list[Definition], found: list[Found]
    ) -> None:
        definition = self._registry.definition(canonical)
        shown = canonical_shown(canonical)
        if definition is None:
            message = "This profile is not at hand: it is not checked."
            found.append(
                Found("profile.unknown", message, level="information", profile=shown, step=step)
            )
        elif definition.type not in (type_, "Resource", "DomainResource"):
            message = f"This profile speaks of {definition.type}."
            found.append(Found("profile.type", message, profile=shown, step=step))
        elif definition not in chosen:
            chosen.append(definition)

    def speaking_of(self, resource: Any, profiles: Sequence[str]) -> list[str]:
        """Return those of `profiles` that speak of the type of `resource`."""
        type_ = resource.get("resourceType") if isinstance(resource, dict) else None
        found = ((url, self._registry.definition(url)) for url in profiles)
        return [url for url, one in found if one is not None and one.type == type_]

    def _inside(self, contained: bool) -> Check:
        def check(value: Any, context: Context) -> list[Found] | None:
            if not isinstance(value, dict):
                return [no_object(value, "")]
            root = context.root if contained else value
            is_entry = not contained and _is_bundle(context.resource)
            bundle = context.inside() if is_entry else context.bundle
            wanted = self.speaking_of(value, context.entries) if is_entry else ()
            inner = Context(value, root, bundle, claims=context.claims)
            return self._judge(value, inner, wanted)

        return check


def _is_bundle(resource: Any) -> bool:
    return isinstance(resource, dict) and resource.get("resourceType") == "Bundle"


def _claimed(resource: dict[str, Any]) -> list[str]:
    meta = resource.get("meta")
    claimed = meta.get("profile") if isinstance(meta, dict) else None
    return [one for one in claimed if isinstance(one, str)] if isinstance(claimed, list) else []


def _once(found: list[Found], root: str) -> list[Issue]:
    # A slice asks again what is asked of every repetition.
    first: dict[tuple[str, ...], Found] = {}
    for one in found:
        first.setdefault((one.code, *one.steps), one)
    return [one.issue(root) for one in first.values()]
