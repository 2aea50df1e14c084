"""Defects of several values for one parameter."""

from collections.abc import Iterable

from conformance.ehr.defects.declare import defect
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Request
from conformance.ehr.queries import Condition, Query
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

ANY = "fhir-api.alternatives.give-what-has-any"
RECOMMENDED = "fhir-api.alternatives.are-taken-where-recommended"


@defect("alternatives", kills=(ANY, RECOMMENDED))
class TakesTheFirstAlternative(Server):
    """Heeds only the first of several values."""

    def alternatives(self, value: str) -> list[str]:
        """Drop the others."""
        return super().alternatives(value)[:1]


@defect("alternatives", kills=(ANY, RECOMMENDED))
class TakesTheLastAlternative(Server):
    """Heeds only the last of several values."""

    def alternatives(self, value: str) -> list[str]:
        """Drop the others."""
        return super().alternatives(value)[-1:]


@defect("alternatives", kills=(ANY, RECOMMENDED))
class TakesACommaForALetter(Server):
    """Looks for a code that has commas in it."""

    def alternatives(self, value: str) -> list[str]:
        """Split nothing."""
        return [value]


@defect("alternatives", kills=(ANY, RECOMMENDED))
class WantsEveryAlternative(Server):
    """Finds what has all of several values."""

    def meets(self, resource: Resource, condition: Condition) -> bool:
        """Ask for each."""
        actual = self.values_of(resource, condition.parameter)
        return all(self.holds(actual, condition, wanted) for wanted in condition.values)


@defect("alternatives", kills=(ANY, RECOMMENDED))
class RefusesAlternatives(Server):
    """Answers 400 to several values."""

    def alternatives(self, value: str) -> list[str]:
        """Refuse a comma."""
        several = super().alternatives(value)
        if len(several) > 1:
            raise ValueError("more than one")
        return several


@defect("alternatives", kills=(ANY, RECOMMENDED))
class LeavesAlternativesOut(Server):
    """Leaves a parameter with several values out of account."""

    def conditions(self, query: Query) -> tuple[Condition, ...]:
        """Heed single values."""
        return tuple(c for c in query.conditions if len(c.values) < 2)


@defect("alternatives", kills=(RECOMMENDED,))
class RefusesSeveralCodes(Server):
    """Answers 400 to several values of code or status where no intent is given."""

    def parse(self, request: Request, type_: str, pairs: Iterable[tuple[str, str]]) -> Query:
        """Take several intents only."""
        query = super().parse(request, type_, pairs)
        for condition in query.conditions:
            if len(condition.values) > 1 and type_ != "MedicationRequest":
                raise Refusal(Fault.MALFORMED_VALUE, "One value only, please.")
        return query
