"""Other forms of a search: the same values written in another way."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from conformance.checks.searching import Searching
from conformance.checks.terms import Term
from conformance.ig.rulebook import Search, SearchParameter
from conformance.validation.search_syntax import escape, unescape
from conformance.validation.search_values import SearchValue, value_from

MOST = 3
"""So many further values are joined to one."""
NO_SYSTEM = "http://conformance.example/no-such-system"


class Forms(Searching):
    """Questions that ask the same in other words."""

    def replaced(self, terms: Sequence[Term], name: str, value: str) -> list[Term]:
        """Return terms with one parameter's value replaced by a plain one."""
        return [
            replace(term, value=SearchValue(value=value, element=name, sensitive=False))
            if term.definition.name == name
            else term
            for term in terms
        ]

    def with_systems(self, terms: Sequence[Term]) -> list[Term] | None:
        """Return terms with `system|code` wherever a code has a system; None where none has."""
        if not any(term.value.with_system for term in terms):
            return None
        return [
            replace(term, value=replace(term.value, value=term.value.with_system))
            if term.value.with_system
            else term
            for term in terms
        ]

    def with_another_system(self, terms: Sequence[Term]) -> list[Term] | None:
        """Return terms with `system|code` of a system that nobody uses; None where none has one."""
        if not any(term.value.with_system for term in terms):
            return None
        return [
            replace(term, value=replace(term.value, value=f"{NO_SYSTEM}|{term.value.value}"))
            if term.value.with_system
            else term
            for term in terms
        ]

    def spelled(self, terms: Sequence[Term], spelling: Callable[[str], str]) -> list[Term] | None:
        """Return terms with every string in another spelling; None where that changes nothing."""
        changed = [
            replace(
                term,
                value=replace(term.value, value=escape(spelling(unescape(term.value.value)))),
            )
            if term.definition.kind == "string"
            else term
            for term in terms
        ]
        return None if changed == list(terms) else changed

    def with_alternatives(
        self, search: Search, terms: Sequence[Term], definition: SearchParameter
    ) -> list[Term] | None:
        """
        Return terms with several values for one parameter, the sample's own last.

        The others are those of resources that differ in nothing else, or codes of the guide.
        """
        own = next(term.value for term in terms if term.definition is definition)
        others = [term for term in terms if term.definition is not definition]
        near = self.known_matches(search.type, others).values() if others else ()
        held = [value_from(sample.resource, definition, base=self.base) for sample in near]
        values = [v.value for v in held if v is not None and not v.comparator]
        further = [value for value in dict.fromkeys(values) if value != own.value]
        # One of many is left out, so that a server shows that it heeds the values at all.
        further = further[: min(MOST, max(1, len(further) - 1))]
        if not further:
            codes = self._codes_of(search.type, definition.name)
            further = [code for code in codes if code != own.value][:MOST]
        if not further:
            return None
        joined = replace(own, value=",".join([*further, own.value]), with_system=None)
        return [replace(t, value=joined) if t.definition is definition else t for t in terms]

    def _codes_of(self, type_: str, name: str) -> list[str]:
        """Return the codes of a parameter that the guide names."""
        entry, first = self.rulebook.type(type_), self.rulebook.first_search(type_)
        if entry is not None and entry.status is not None and entry.status.parameter == name:
            return list(entry.status.codes)
        return [code.code for code in first.codes] if first and first.fixed == name else []
