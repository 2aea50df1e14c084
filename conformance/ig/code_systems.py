"""The codes that a complete code system defines, and which of them a filter selects."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from conformance.ig.untold import Untold

_PARENT = ("parent", "subsumedBy")
_KNOWN = ("code", "concept", *_PARENT, "child")


class CodeSystem:
    """One CodeSystem resource; Untold where it does not list all its codes."""

    def __init__(self, url: str, written: Mapping[str, Any]) -> None:
        self.url = url
        if written.get("content") != "complete" or not written.get("concept"):
            raise Untold(f"no package at hand lists all codes of {url}")
        self._written = written
        self._concepts: dict[str, Mapping[str, Any]] = {}
        self._parents: dict[str, set[str]] = {}
        self._walk(written["concept"], None)

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in the order in which they are defined."""
        return tuple(self._concepts)

    def select(self, condition: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the codes that a filter of a value set selects; Untold for one it cannot judge."""
        name, operation = str(condition.get("property")), str(condition.get("op"))
        value = str(condition.get("value", ""))
        if name in ("concept", "code") and operation in _BY_PLACE:
            wanted = _BY_PLACE[operation](self, value)
            return tuple(code for code in self._concepts if code in wanted)
        judge = _BY_VALUE.get(operation)
        declared = [entry.get("code") for entry in self._written.get("property", [])]
        if judge is None or name not in (*_KNOWN, *declared):
            raise Untold(f"the filter {name} {operation} cannot be applied to {self.url}")
        return tuple(
            code for code in self._concepts if judge(list(self._values(code, name)), value)
        )

    def _values(self, code: str, name: str) -> Iterator[str]:
        concept = self._concepts[code]
        if name in ("concept", "code"):
            yield code
        elif name in _PARENT:
            yield from self._parents[code]
        elif name == "child":
            yield from (child for child, above in self._parents.items() if code in above)
        else:
            yield from (value for key, value in _properties(concept) if key == name)

    def _walk(self, concepts: list[Mapping[str, Any]], above: str | None) -> None:
        for concept in concepts:
            code = concept["code"]
            self._concepts.setdefault(code, concept)
            parents = self._parents.setdefault(code, set())
            parents.update([above] if above is not None else [])
            for key, value in _properties(concept):
                if key in _PARENT:
                    parents.add(value)
                elif key == "child":
                    self._parents.setdefault(value, set()).add(code)
            self._walk(concept.get("concept", []), code)

    @cached_property
    def _children(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code, parents in self._parents.items():
            for parent in parents:
                found.setdefault(parent, []).append(code)
        return found

    def below(self, code: str) -> set[str]:
        """Return what descends from a code, without the code."""
        self._known(code)
        return _reached(code, lambda at: self._children.get(at, []))

    def above(self, code: str) -> set[str]:
        """Return what a code descends from, without the code."""
        self._known(code)
        return _reached(code, lambda at: self._parents.get(at, ()))

    def _known(self, code: str) -> None:
        if code not in self._concepts:
            raise Untold(f"{self.url} has no code {code}, on which a filter builds")
        if self._written.get("hierarchyMeaning", "is-a") != "is-a":
            raise Untold(f"the hierarchy of {self.url} is none of kinds")


def _reached(code: str, step: Callable[[str], Any]) -> set[str]:
    found: set[str] = set()
    waiting = [code]
    while waiting:
        for entry in step(waiting.pop()):
            if entry not in found:
                found.add(entry)
                waiting.append(entry)
    return found - {code}


def _properties(concept: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for entry in concept.get("property", []):
        for key, value in entry.items():
            if key.startswith("value"):
                # A coding compares by its code; a boolean as JSON writes it.
                value = value.get("code", "") if isinstance(value, dict) else value
                yield entry["code"], str(value).lower() if isinstance(value, bool) else str(value)


def _matches(values: list[str], pattern: str) -> bool:
    try:
        return any(re.fullmatch(pattern, value) for value in values)
    except re.error as error:
        raise Untold(f"the regular expression {pattern!r} cannot be read") from error


_BY_PLACE: Mapping[str, Callable[[CodeSystem, str], set[str]]] = {
    "is-a": lambda system, code: {code} | system.below(code),
    "descendent-of": lambda system, code: system.below(code),
    "is-not-a": lambda system, code: set(system.codes) - system.below(code) - {code},
    "generalizes": lambda system, code: {code} | system.above(code),
}
_BY_VALUE: Mapping[str, Callable[[list[str], str], bool]] = {
    "=": lambda values, value: value in values,
    "in": lambda values, value: not {part.strip() for part in value.split(",")}.isdisjoint(values),
    "not-in": lambda values, value: {part.strip() for part in value.split(",")}.isdisjoint(values),
    "regex": _matches,
    "exists": lambda values, value: bool(values) == (value == "true"),
}
