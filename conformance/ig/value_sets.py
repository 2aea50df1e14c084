"""Expand value sets that the packages at hand define in full."""

from collections.abc import Mapping
from typing import Any

from conformance.ig.code_systems import CodeSystem
from conformance.ig.rows import Code
from conformance.ig.untold import Untold

_UNCLOSED = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed"
_COSTLY = "http://hl7.org/fhir/StructureDefinition/valueset-toocostly"
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, RecursionError)

Codes = dict[tuple[str, str], None]
"""Systems and codes, in order."""


class ValueSets:
    """
    The value sets and code systems of some packages, by canonical URL.

    An entry that states no version answers for any version.
    """

    def __init__(
        self, value_sets: Mapping[str, dict[str, Any]], code_systems: Mapping[str, dict[str, Any]]
    ) -> None:
        self._value_sets = value_sets
        self._code_systems = code_systems
        self._read: dict[str, CodeSystem] = {}

    def expand(self, url: str) -> tuple[Code, ...] | None:
        """
        Return the codes of a value set in their order, None when they cannot be told offline.

        A code system that is not complete, or a filter on one, makes a set that cannot be told.
        """
        try:
            return tuple(Code(system=system, code=code) for system, code in self.codes(url))
        except Untold:
            return None

    def codes(self, canonical: str, asking: tuple[str, ...] = ()) -> Codes:
        """
        Return systems and codes of a value set in their order; Untold when they cannot be told.

        What it composes decides; the expansion that it may carry is used where that cannot be told.
        `asking` are the value sets that draw on this one.
        """
        url = canonical.partition("|")[0]
        if url in asking:
            raise Untold(f"{url} draws on itself")
        written = self._at_hand(self._value_sets, canonical, "value set")
        try:
            try:
                return self._composed(written, (*asking, url))
            except Untold:
                found = _expansion(written)
                if found is None:
                    raise
                return found
        except _MALFORMED as error:
            raise Untold(f"the value set {url} cannot be read ({error})") from error

    def _composed(self, written: Mapping[str, Any], asking: tuple[str, ...]) -> Codes:
        compose = written.get("compose")
        if compose is None:
            raise Untold(f"the value set {asking[-1]} does not say what it is made of")
        found: Codes = {}
        for part in compose.get("include", []):
            found |= self._part(part, asking)
        for part in compose.get("exclude", []):
            left_out = self._part(part, asking)
            found = {code: None for code in found if code not in left_out}
        return found

    def _part(self, part: Mapping[str, Any], asking: tuple[str, ...]) -> Codes:
        """Return what an include or exclude names: all its conditions hold at once."""
        sets = [self.codes(url, asking) for url in part.get("valueSet", [])]
        if "system" in part:
            sets.append({(part["system"], code): None for code in self._of_system(part)})
        if not sets:
            raise Untold(f"the value set {asking[-1]} includes nothing that can be told")
        first, *others = sets
        return {code: None for code in first if all(code in other for other in others)}

    def _of_system(self, part: Mapping[str, Any]) -> tuple[str, ...]:
        if "concept" in part:
            return tuple(entry["code"] for entry in part["concept"])
        system = self._system(part["system"], part.get("version", ""))
        conditions = part.get("filter", [])
        selected = [set(system.select(condition)) for condition in conditions]
        return tuple(code for code in system.codes if all(code in some for some in selected))

    def _system(self, url: str, version: str) -> CodeSystem:
        asked = f"{url}|{version}" if version else url
        written = self._at_hand(self._code_systems, asked, "code system")
        if url not in self._read:
            self._read[url] = CodeSystem(url, written)
        return self._read[url]

    @staticmethod
    def _at_hand(held: Mapping[str, dict[str, Any]], canonical: str, what: str) -> dict[str, Any]:
        url, _, version = canonical.partition("|")
        found = held.get(url)
        if found is None:
            raise Untold(f"the {what} {url} is in none of the packages at hand")
        stated = found.get("version")
        if version and stated and not f"{stated}.".startswith(f"{version}."):
            raise Untold(f"the {what} {url} is at hand as version {stated}, not {version}")
        return found


def _expansion(written: Mapping[str, Any]) -> Codes | None:
    """Return the codes of the expansion that a value set carries, None unless it has all."""
    expansion = written.get("expansion")
    if expansion is None or expansion.get("offset"):
        return None
    if any(entry.get("url") in (_UNCLOSED, _COSTLY) for entry in expansion.get("extension", [])):
        return None
    found: Codes = {}
    count = 0
    waiting = list(expansion.get("contains", []))
    while waiting:
        entry = waiting.pop(0)
        count += 1
        waiting = [*entry.get("contains", []), *waiting]
        if "code" in entry and entry.get("abstract") is not True:
            found[entry["system"], entry["code"]] = None
    return found if found and count >= expansion.get("total", 0) else None
