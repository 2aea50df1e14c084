"""Dates to search with: comparisons with the dates of samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from conformance.checks.forms import Forms
from conformance.checks.reply import Reply
from conformance.checks.terms import Term
from conformance.core.elements import walk
from conformance.core.errors import Skipped
from conformance.fhir.bundle import identity
from conformance.fhir.client import Parameter
from conformance.fhir.harvest import Sample
from conformance.ig.rulebook import SearchParameter
from conformance.validation.search_values import comparator_value

_OPPOSITE = {"gt": "le", "le": "gt", "lt": "ge", "ge": "lt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """A search (`whole`, all pages by identity) and the same limited by a date (`limited`)."""

    sample: Sample
    whole: Mapping[str, Mapping[str, object]]
    limited: Reply
    definition: SearchParameter
    value: str

    def certain(self, fhir: "Dates") -> tuple[set[str], set[str]]:
        """
        Return what lies inside and what lies outside of the range beyond doubt.

        What could be on both sides (an unknown time zone, a period across the date) is in neither.
        """
        opposite = _OPPOSITE[self.value[:2]] + self.value[2:]
        inside, outside = set(), set()
        for name, resource in self.whole.items():
            within = fhir.judge(resource, self.definition, self.value)
            beyond = fhir.judge(resource, self.definition, opposite)
            if within is True and beyond is False:
                inside.add(name)
            elif within is False:
                outside.add(name)
        return inside, outside


class Dates(Forms):
    """Questions with dates."""

    def compared(
        self, terms: Sequence[Term], definition: SearchParameter, sample: Sample, prefix: str
    ) -> list[Term] | None:
        """Return terms with a date on whose `prefix` side the sample lies; None without a date."""
        value = comparator_value(sample.resource, definition, prefix)
        if value is None:
            return None
        return [replace(t, value=value) if t.definition is definition else t for t in terms]

    def date_range(self, type_: str, pick: int, prefix: str) -> DateRange:
        """
        Limit a type's first search by a date of one of its results.

        `pick` chooses the resource, and its date to the day or as precise as it stands.
        """
        definition = self.rulebook.parameter(type_, "date")
        samples = [s for s in self.samples(type_) if s.found_by]
        if definition is None or not samples:
            raise Skipped("no-data", f"No {type_} can be searched by date.")
        sample = self.rest_on(samples[pick % len(samples)])
        dates = [
            str(value)
            for path in definition.paths
            for held in walk(sample.resource, path)
            for value in (held.get("start") if isinstance(held, dict) else held,)
            if value
        ]
        if not dates:
            raise Skipped("no-data", f"{identity(sample.resource)} has no date.")
        date = dates[0][:10] if (pick // len(samples)) % 2 else dates[0]
        first = self.search(type_, sample.found_by)
        whole = {identity(r): r for r in self.found(type_, first)}
        shown = f"{prefix}<{type_}.{definition.paths[0]}>"
        limit = Parameter(name="date", value=prefix + date, shown=shown)
        return DateRange(
            sample=sample,
            whole=whole,
            limited=self.search(type_, [*sample.found_by, limit]),
            definition=definition,
            value=prefix + date,
        )
