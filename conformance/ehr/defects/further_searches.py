"""Defects of searches of shared types, and of those that servers only should support."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from conformance.ehr.defects.answers import a_crash, a_document
from conformance.ehr.defects.declare import defect
from conformance.ehr.defects.searches import names
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.parsing import Pairs
from conformance.ehr.queries import Condition, Query, TextValue
from conformance.ehr.search_tables import SearchParameter
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

SHARED = "fhir-api.further-searches.searches-of-shared-types-work"
RECOMMENDED = "fhir-api.further-searches.recommended-searches-work"


@defect("further-searches", kills=(SHARED,))
class FindsNoOrganizationByAddress(Server):
    """Leaves the address out of account when organizations are searched."""

    def conditions(self, query: Query) -> tuple[Condition, ...]:
        """Heed all others."""
        shared = query.type == "Organization"
        return tuple(c for c in query.conditions if not (shared and c.name == "address"))


@defect("further-searches", kills=(SHARED,))
class CrashesOnLocations(Server):
    """Crashes when locations are searched by name."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Crash on the name."""
        if call.type == "Location" and "name" in dict(pairs):
            return a_crash()
        return super().answer_search(request, call, pairs)


@defect("further-searches", kills=(SHARED, RECOMMENDED))
class RefusesToListPractitioners(Server):
    """Answers 404 to every search of practitioners."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Serve reads only."""
        if call.type == "Practitioner":
            return a_document(404, {"resourceType": "OperationOutcome", "issue": []})
        return super().answer_search(request, call, pairs)


@defect("further-searches", kills=(SHARED,))
class FindsNoPractitionerByItsNumber(Server):
    """Finds no practitioner by identifier."""

    def select(self, query: Query) -> list[Resource]:
        """Find none."""
        by_number = query.type == "Practitioner" and "identifier" in names(query)
        return [] if by_number else super().select(query)


@defect("further-searches", kills=(SHARED,))
class GivesLocationsInACollection(Server):
    """Answers a search of locations by address with a Bundle of another type."""

    def bundle(self, request: Request, query: Query, found: Sequence[Resource]) -> dict[str, Any]:
        """Call it a collection."""
        bundle = super().bundle(request, query, found)
        by_address = query.type == "Location" and "address" in names(query)
        return {**bundle, "type": "collection"} if by_address else bundle


@defect("further-searches", kills=(RECOMMENDED,))
class IgnoresClinicalStatus(Server):
    """Does not heed the clinical status of conditions."""

    def conditions(self, query: Query) -> tuple[Condition, ...]:
        """Heed all others."""
        return tuple(c for c in query.conditions if c.name != "clinical-status")


@defect("further-searches", kills=(RECOMMENDED,))
class RefusesTargetDates(Server):
    """Answers 400 to a search of goals by target date."""

    def parse_condition(
        self, request: Request, type_: str, name: str, value: str
    ) -> Condition | None:
        """Refuse it as malformed."""
        wrong = "not-a-date" if name == "target-date" else value
        return super().parse_condition(request, type_, name, wrong)


@defect("further-searches", kills=(RECOMMENDED,))
class CrashesOnTheClassOfAnEncounter(Server):
    """Crashes when encounters are searched by class."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Crash on the class."""
        return a_crash() if "class" in dict(pairs) else super().answer_search(request, call, pairs)


@defect("further-searches", kills=(RECOMMENDED,))
class FindsNothingByOnset(Server):
    """Looks for the onset of a condition in an element that it never fills."""

    def values_of(self, resource: Resource, parameter: SearchParameter) -> tuple[object, ...]:
        """Look elsewhere."""
        if "onsetDateTime" in parameter.paths:
            parameter = replace(parameter, paths=("onsetString",))
        return super().values_of(resource, parameter)


@defect("further-searches", kills=(RECOMMENDED,))
class FindsOneImmunizationByStatus(Server):
    """Finds the first immunization only where a status is given."""

    def select(self, query: Query) -> list[Resource]:
        """Stop at the first."""
        found = super().select(query)
        return found[:1] if query.type == "Immunization" and "status" in names(query) else found


@defect("further-searches", kills=(RECOMMENDED,))
class ComparesFamilyNamesFromTheirEnd(Server):
    """Finds a family name by its end instead of its beginning."""

    def holds(self, actual: tuple[object, ...], condition: Condition, wanted: object) -> bool:
        """Compare without the first letter."""
        if condition.name == "family" and isinstance(wanted, TextValue):
            return any(str(text).endswith(wanted.text[1:] + "-") for text in actual)
        return super().holds(actual, condition, wanted)  # type: ignore[arg-type]


@defect("further-searches", kills=(RECOMMENDED,))
class TakesAuthoredForADay(Server):
    """Refuses a time of day where prescriptions are searched by when they were written."""

    def parse_condition(
        self, request: Request, type_: str, name: str, value: str
    ) -> Condition | None:
        """Take days only."""
        wrong = "no-day" if name == "authoredon" and "T" in value else value
        return super().parse_condition(request, type_, name, wrong)
