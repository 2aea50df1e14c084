"""The shapes that compiled rules have, and what they need to know of the resource around them."""

from collections.abc import Callable, Sequence
from typing import Any

from conformance.validation.bundled import Bundled
from conformance.validation.issue import Found


class Context:
    """
    Where a value stands.

    `resource` is the resource around it, `root` the resource that `resource` is contained in (else
    itself), `bundle` the Bundle around that, None outside one. With `claims`, contained resources
    and entries are also held against the profiles that their `meta.profile` names; `entries` are
    the profiles that entries of their type are held against besides.
    """

    __slots__ = ("_inside", "bundle", "claims", "entries", "resource", "root")

    def __init__(
        self,
        resource: Any,
        root: Any,
        bundle: Bundled | None,
        *,
        claims: bool,
        entries: Sequence[str] = (),
    ) -> None:
        self.resource = resource
        self.root = root
        self.bundle = bundle
        self.claims = claims
        self.entries = entries
        self._inside: Bundled | None = None

    def inside(self) -> Bundled:
        """Return the resource itself as the Bundle around its entries."""
        if self._inside is None:
            self._inside = Bundled(self.resource)
        return self._inside


Check = Callable[[Any, Context], list[Found] | None]
"""Judges one value; None (or nothing in the list) when nothing is wrong."""

Field = Callable[[Any, dict[str, Any], Context], list[Found] | None]
"""Judges the value under one JSON name; it gets the object around it, for companions."""

Match = Callable[[Any, Context], bool | None]
"""Tells whether a value belongs to a slice; None when it cannot be told."""


def all_of(*checks: Check) -> Check:
    """Return the check that runs `checks` one after the other."""
    if len(checks) == 1:
        return checks[0]

    def check(value: Any, context: Context) -> list[Found] | None:
        found: list[Found] | None = None
        for one in checks:
            problems = one(value, context)
            if problems:
                found = problems if found is None else found + problems
        return found

    return check


def lazily(make: Callable[[], Check]) -> Check:
    """Return a check that is made when it is first needed: types hold themselves."""
    made: list[Check] = []

    def check(value: Any, context: Context) -> list[Found] | None:
        if not made:
            made.append(make())
        return made[0](value, context)

    return check


def under(step: str, found: list[Found] | None) -> list[Found] | None:
    """Return the issues with `step` added to their paths."""
    if found:
        for one in found:
            one.steps.append(step)
    return found
