"""Objects: which names may stand in them, which must, and the invariants of the whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.validation.checks import Check, Context, Field
from conformance.validation.issue import Found, Severity, kind_of, name_shown
from conformance.validation.primitives import Format

Holds = Callable[[Any, Any, Any], bool]
"""An invariant: (focus, resource, root) -> whether it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """An invariant that can be judged."""

    key: str
    level: Severity
    holds: Holds
    expression: str = ""
    profile: str = ""

    def broken(self) -> Found:
        """Return the issue of a focus that breaks it."""
        shown = f": {self.expression}" if self.expression else ""
        message = f"The rule {self.key} does not hold{shown}"
        return Found(f"invariant.{self.key}", message, level=self.level, profile=self.profile)


@dataclass(slots=True, kw_only=True)
class ObjectRules:
    """
    What an object is held against.

    `fields` has each JSON name with the choice that it belongs to ("" for none). `required` are
    names of which one must be there, with the issue's code and its message. `required_choices` are
    choices that must be there. `unknown` explains a name that `fields` does not have.
    """

    fields: dict[str, tuple[Field, str]] = field(default_factory=dict)
    plain: dict[str, Format] = field(default_factory=dict)
    """Fields that are right when their value has a format: most of them, so they go first."""
    required: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(JSON name, step of the path, code, message)"""
    required_choices: list[str] = field(default_factory=list)
    laws: Sequence[Law] = ()
    profile: str = ""
    is_resource: bool = False
    unknown: Callable[[str], Found] | None = None


def object_check(rules: ObjectRules) -> Check:
    """Return the check of an object that is held against `rules`."""
    fields, laws, profile = rules.fields, tuple(rules.laws), rules.profile
    plain = rules.plain
    required = [(name, f"_{name}", step, code, say) for name, step, code, say in rules.required]
    choices = tuple(rules.required_choices)
    is_resource = rules.is_resource
    explain = rules.unknown or (lambda key: unknown(key, profile))

    def check(value: Any, context: Context) -> list[Found] | None:
        if not isinstance(value, dict):
            return [no_object(value, profile)]
        found: list[Found] = []
        chosen: dict[str, str] | None = None
        for key, item in value.items():
            format_ = plain.get(key)
            if format_ is not None and format_(item):
                continue
            entry = fields.get(key)
            if entry is None:
                found.append(explain(key))
                continue
            judge, choice = entry
            if choice:
                stem = key[1:] if key[0] == "_" else key
                if chosen is None:
                    chosen = {choice: stem}
                elif chosen.setdefault(choice, stem) != stem:
                    found.append(_two_of(choice, stem, profile))
            problems = judge(item, value, context)
            if problems:
                found += problems
        for name, companion, step, code, message in required:
            if name not in value and companion not in value:
                found.append(Found(code, message, profile=profile, step=step))
        for choice in choices:
            if chosen is None or choice not in chosen:
                found.append(missing(f"{choice}[x]", profile))
        if len(value) < 2 and not is_resource:
            found += _empty(value, profile)
        for law in laws:
            if not law.holds(value, context.resource, context.root):
                found.append(law.broken())
        return found

    return check


def missing(step: str, profile: str) -> Found:
    """Return the issue of an element that is required and not there."""
    return Found("cardinality.min", "This element is required.", profile=profile, step=step)


def unknown(key: str, profile: str) -> Found:
    """Return the issue of a name that no element has."""
    message = "No element of this name belongs here."
    shown = name_shown(key)
    hidden = None if shown == key else key
    return Found("structure.unknown-element", message, profile=profile, step=shown, value=hidden)


def no_object(value: Any, profile: str) -> Found:
    """Return the issue of something that is no object where one has to stand."""
    code = "structure.null" if value is None else "structure.type"
    message = f"An object was expected here, not {kind_of(value)}."
    return Found(code, message, profile=profile, value=value)


def _two_of(choice: str, key: str, profile: str) -> Found:
    message = f"{choice}[x] may be there in one type only."
    return Found("structure.choice", message, profile=profile, step=key)


def _empty(value: dict[str, Any], profile: str) -> list[Found]:
    if not value:
        return [Found("structure.empty", "An object must not be empty.", profile=profile)]
    if "id" in value:
        message = "The rule ele-1 does not hold: there must be a value or children beside the id"
        return [Found("invariant.ele-1", message, profile=profile)]
    return []
