"""Turn the invariants of definitions into laws that can be judged."""

from collections.abc import Iterable, Iterator
from typing import Any

from conformance.ig.definitions import Definition, Invariant, NotChecked
from conformance.ig.registry import Registry
from conformance.validation.fhirpath import NotEvaluable, compile_invariant
from conformance.validation.objects import Holds, Law
from conformance.validation.references import contained_is_there


class Laws:
    """
    Makes laws, each expression once for each type of focus.

    `not_checked` grows by what turns out on the way: invariants that no one can evaluate here, and
    slices that nothing at hand tells apart.
    """

    def __init__(self, registry: Registry) -> None:
        self._types = registry.types
        self._made: dict[tuple[str, str, str], Holds | None] = {}
        self.not_checked: dict[str, NotChecked] = {}

    def of(
        self,
        invariants: Iterable[Invariant],
        focus: str,
        definition: Definition,
        but: Iterable[str] = (),
    ) -> tuple[Law, ...]:
        """
        Return the laws of an element whose type is `focus`; `but` are keys judged elsewhere.

        `focus` is a type name, or the path of a backbone element in `definition`.
        """
        others = [one for one in invariants if one.key not in set(but)]
        laws = list(self._made_of(others, focus, definition))
        profile = definition.url
        if focus == "Extension" and "ext-1" not in but:
            laws.append(
                Law(key="ext-1", level="error", holds=_value_or_extensions, profile=profile)
            )
        return tuple(laws)

    def _made_of(
        self, invariants: Iterable[Invariant], focus: str, definition: Definition
    ) -> Iterator[Law]:
        for one in invariants:
            holds = NATIVE.get(one.key) or self._holds(one, focus, definition)
            if holds is not None:
                yield Law(
                    key=one.key,
                    level="warning" if one.severity == "warning" else "error",
                    holds=holds,
                    expression=one.expression,
                    profile=definition.url,
                )

    def _holds(self, one: Invariant, focus: str, definition: Definition) -> Holds | None:
        resource = definition.type if definition.kind == "resource" else ""
        place = one.expression, focus, resource
        if place not in self._made:
            try:
                self._made[place] = compile_invariant(
                    one.expression, focus, self._types, resource=resource
                )
            except NotEvaluable as error:
                self._made[place] = None
                self.leave_open("invariant", one.key, str(error), f"{definition.url}#{focus}")
        return self._made[place]

    def leave_open(self, what: str, name: str, reason: str, place: str) -> None:
        """Note that something is not judged, at one more place (`profile#element`)."""
        before = self.not_checked.get(f"{what} {name}")
        places = before.places if before else ()
        self.not_checked[f"{what} {name}"] = NotChecked(
            what=what, name=name, reason=reason, places=tuple(dict.fromkeys((*places, place)))
        )


def _value_or_extensions(value: Any, resource: Any, root: Any) -> bool:
    # The names are checked elsewhere: all that starts with value is value[x] or its companion.
    has_value = any(name.startswith(("value", "_value")) for name in value)
    return has_value != ("extension" in value)


NATIVE: dict[str, Holds] = {"ref-1": contained_is_there}
"""Invariants that are judged by code of their own, with the reason where that code stands."""
