"""Defects of dates in a search."""

from typing import Any

from conformance.ehr.dates import Range, date_range
from conformance.ehr.defects.declare import defect
from conformance.ehr.defects.legal.data import WritesLocalTimes
from conformance.ehr.queries import Condition, DateValue, Query
from conformance.ehr.search_tables import Kind, SearchParameter
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

RECOMMENDED = "fhir-api.further-searches.recommended-searches-work"
DECLARED = "fhir-api.declared.parameters-are-known"
COMPARATORS = "fhir-api.dates.comparators-hold"
RANGES = "fhir-api.dates.ranges-select-exactly"
FIND = "fhir-api.searches.find-what-the-server-holds"
ONLY = "fhir-api.searches.return-only-matches"
ANSWER = "fhir-api.searches.answer-with-a-searchset"

DAY = 86_400_000_000
SWAPPED = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge"}


@defect("dates", kills=(ONLY, COMPARATORS, RANGES, RECOMMENDED))
class IgnoresDates(Server):
    """Does not heed dates."""

    def conditions(self, query: Query) -> tuple[Condition, ...]:
        """Heed all others."""
        return tuple(c for c in query.conditions if c.parameter.kind is not Kind.DATE)


@defect("dates", kills=(COMPARATORS, RANGES, FIND, RECOMMENDED))
class IgnoresPrefixes(Server):
    """Takes every comparison for an equation."""

    def matches_date(self, actual: Range, wanted: DateValue) -> bool:
        """Look for the date itself."""
        return super().matches_date(actual, DateValue(comparator="eq", range=wanted.range))


@defect("dates", kills=(COMPARATORS, RANGES, FIND, RECOMMENDED))
class SwapsBeforeAndAfter(Server):
    """Finds what is before a date when asked for what is after it."""

    def matches_date(self, actual: Range, wanted: DateValue) -> bool:
        """Turn the comparison round."""
        comparator = SWAPPED.get(wanted.comparator, wanted.comparator)
        return super().matches_date(actual, DateValue(comparator=comparator, range=wanted.range))


@defect("dates", kills=(COMPARATORS, RANGES, ANSWER, RECOMMENDED, DECLARED))
class RefusesComparisons(Server):
    """Answers 400 to a date with a prefix."""

    def parse_date(self, text: str) -> DateValue:
        """Take a plain date only."""
        if text[:1].isalpha():
            raise ValueError("not a date")
        return super().parse_date(text)


@defect("dates", kills=(COMPARATORS, RANGES))
class IsOffByOneDay(Server):
    """Compares with the day after the one that was asked for."""

    def matches_date(self, actual: Range, wanted: DateValue) -> bool:
        """Move what is compared with."""
        if wanted.comparator == "eq":
            return super().matches_date(actual, wanted)
        low, high = wanted.range
        moved = DateValue(comparator=wanted.comparator, range=(low + DAY, high + DAY))
        return super().matches_date(actual, moved)


@defect("dates", kills=(RANGES,))
class TakesAfterForFrom(Server):
    """Finds the date itself when asked for what is after it."""

    def matches_date(self, actual: Range, wanted: DateValue) -> bool:
        """Take gt for ge."""
        comparator = {"gt": "ge", "lt": "le"}.get(wanted.comparator, wanted.comparator)
        return super().matches_date(actual, DateValue(comparator=comparator, range=wanted.range))


@defect("dates", kills=(RANGES,))
class TakesFromForAfter(Server):
    """Leaves the date itself out when asked for what is from it on."""

    def matches_date(self, actual: Range, wanted: DateValue) -> bool:
        """Take ge for gt."""
        comparator = {"ge": "gt", "le": "lt"}.get(wanted.comparator, wanted.comparator)
        return super().matches_date(actual, DateValue(comparator=comparator, range=wanted.range))


@defect("dates", kills=(FIND, RANGES, RECOMMENDED))
class ForgetsTimeZones(WritesLocalTimes):
    """Reads a time of the search without its offset from UTC."""

    def parse_date(self, text: str) -> DateValue:
        """Cut the offset off."""
        comparator = text[:2] if text[:1].isalpha() else "eq"
        plain = text.removeprefix(comparator)
        plain = plain[:19] if "T" in plain else plain
        try:
            return DateValue(comparator=comparator, range=date_range(plain))
        except ValueError:
            raise ValueError("not a date") from None


@defect("dates", kills=(ONLY, RANGES))
class ComparesDaysOnly(Server):
    """Compares the days of two times."""

    def matches_date(self, actual: Range, wanted: DateValue) -> bool:
        """Widen both to whole days."""
        whole = DateValue(comparator=wanted.comparator, range=_days(wanted.range))
        return super().matches_date(_days(actual), whole)


@defect("dates", kills=(FIND, RANGES, RECOMMENDED))
class IgnoresPeriods(Server):
    """Finds nothing by the date of what lasts."""

    def values_of(self, resource: Resource, parameter: SearchParameter) -> tuple[Any, ...]:
        """Look at points in time only."""
        lasts = any(isinstance(resource.get(path), dict) for path in parameter.paths)
        if parameter.kind is Kind.DATE and lasts:
            return ()
        return super().values_of(resource, parameter)


def _days(times: Range) -> Range:
    low, high = times
    return low // DAY * DAY, -(-high // DAY) * DAY
