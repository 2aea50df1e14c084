"""Expand value sets that the packages at hand define in full."""

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.ig.rows import Code
from conformance.ig.snapshots import unversioned


class ValueSets:
    """The value sets and code systems of some packages, by canonical URL."""

    def __init__(
        self, value_sets: Mapping[str, dict[str, Any]], code_systems: Mapping[str, dict[str, Any]]
    ) -> None:
        self._value_sets = value_sets
        self._code_systems = code_systems

    def expand(self, url: str, depth: int = 8) -> tuple[Code, ...] | None:
        """
        Return the codes of a value set in their order, None when they cannot be told offline.

        A code system that is not complete, or a filter, makes a set that cannot be told.
        """
        compose = self._value_sets.get(url, {}).get("compose")
        if compose is None or not depth:
            return None
        included = self._collect(compose.get("include", []), depth)
        excluded = self._collect(compose.get("exclude", []), depth)
        if included is None or excluded is None:
            return None
        return tuple(dict.fromkeys(code for code in included if code not in excluded))

    def _collect(self, parts: list[dict[str, Any]], depth: int) -> list[Code] | None:
        codes: list[Code] = []
        for part in parts:
            found = self._part(part, depth)
            if found is None:
                return None
            codes += found
        return codes

    def _part(self, part: dict[str, Any], depth: int) -> list[Code] | None:
        if "filter" in part:
            return None
        sets = [self.expand(unversioned(url), depth - 1) for url in part.get("valueSet", [])]
        if None in sets:
            return None
        codes = [code for codes in sets if codes for code in codes]
        system = part.get("system")
        if system is None:
            return codes
        if "concept" in part:
            return [*codes, *(Code(system=system, code=entry["code"]) for entry in part["concept"])]
        whole = self._code_systems.get(system, {})
        if whole.get("content") != "complete":
            return None
        return [*codes, *(Code(system=system, code=code) for code in _concepts(whole))]


def _concepts(node: Mapping[str, Any]) -> Iterator[str]:
    for concept in node.get("concept", []):
        yield concept["code"]
        yield from _concepts(concept)
