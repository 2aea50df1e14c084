"""Defects of searches: what they answer with, what they find, what they tell."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from conformance.ehr.defects.answers import a_crash
from conformance.ehr.defects.declare import defect
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.parsing import Pairs
from conformance.ehr.queries import Condition, Query, TokenValue
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

SHARED = "fhir-api.further-searches.searches-of-shared-types-work"
RECOMMENDED = "fhir-api.further-searches.recommended-searches-work"
_S = "fhir-api.searches."
ANSWER = _S + "answer-with-a-searchset"
FIND = _S + "find-what-the-server-holds"
ONLY = _S + "return-only-matches"
OTHER_SYSTEMS = {
    "fhir-api.search-forms.codes-of-another-system-are-not-found": "no code, no system is heeded"
}
TELL = _S + "tell-the-parameters-used"


def names(query: Query) -> set[str]:
    """Return the names of the parameters that a query has conditions for."""
    return {condition.name for condition in query.conditions}


_B = "fhir-api.bad-requests."
NOBODY = _B + "unknown-patient-finds-nothing"
NOTHING = (NOBODY, _B + "unknown-id-finds-nothing", _B + "very-long-value-finds-nothing")
MODIFIER = _B + "unknown-modifier-is-refused"


@defect("searches", kills=(ANSWER, RECOMMENDED))
class CrashesOnACombination(Server):
    """Crashes when procedures are searched by patient and date."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Crash on that combination."""
        if call.type == "Procedure" and "date" in dict(pairs):
            return a_crash()
        return super().answer_search(request, call, pairs)


@defect("searches", kills=(ANSWER,))
class CrashesOnEverySearchOfAType(Server):
    """Crashes on every search of immunizations."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Crash on Immunization."""
        if call.type == "Immunization":
            return a_crash()
        return super().answer_search(request, call, pairs)


@defect("searches", kills=(ANSWER, "fhir-api.declared.types-answer", MODIFIER))
class CrashesOnEverySearch(Server):
    """Crashes on every search of anything."""

    def answer_search(self, request: Request, call: Call, pairs: Pairs) -> Response:
        """Crash."""
        return a_crash()


@defect("searches", kills=(ANSWER, RECOMMENDED))
class GivesAnotherBundleForAType(Server):
    """Answers every search of immunizations with a Bundle of another type."""

    def bundle(self, request: Request, query: Query, found: Sequence[Resource]) -> dict[str, Any]:
        """Call it a collection."""
        bundle = super().bundle(request, query, found)
        return {**bundle, "type": "collection"} if query.type == "Immunization" else bundle


@defect("searches", kills=(ANSWER, RECOMMENDED, SHARED, *NOTHING))
class GivesAnotherBundle(Server):
    """Answers every search with a Bundle of another type."""

    def bundle(self, request: Request, query: Query, found: Sequence[Resource]) -> dict[str, Any]:
        """Call it a collection."""
        return {**super().bundle(request, query, found), "type": "collection"}


@defect("searches", kills=(ANSWER, RECOMMENDED))
class GivesAResourceForASearch(Server):
    """Answers the search for one patient with the patient, and no Bundle around it."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Unwrap a single match of Patient."""
        entries = (response.document or {}).get("entry", [])
        if call.type == "Patient" and call.interaction is Interaction.SEARCH and len(entries) == 1:
            return replace(response, document=entries[0]["resource"])
        return response


@defect("searches", kills=(FIND, RECOMMENDED))
class MissesAMatch(Server):
    """Leaves the first match out when a search has a code."""

    def select(self, query: Query) -> list[Resource]:
        """Leave the first out."""
        found = super().select(query)
        return found[1:] if "code" in names(query) else found


@defect("searches", kills=(FIND,))
class FindsNothingByOneCombination(Server):
    """Finds no patient by birth date and name."""

    def select(self, query: Query) -> list[Resource]:
        """Find nothing by both."""
        return [] if {"birthdate", "name"} <= names(query) else super().select(query)


@defect("searches", kills=(ONLY, RECOMMENDED), may=OTHER_SYSTEMS)
class IgnoresAParameter(Server):
    """Does not heed the parameter code."""

    def conditions(self, query: Query) -> tuple[Condition, ...]:
        """Heed all others."""
        return tuple(c for c in query.conditions if c.name != "code")


@defect("searches", kills=(ONLY,))
class IgnoresOneCombination(Server):
    """Does not heed the status where an intent is given beside it."""

    def conditions(self, query: Query) -> tuple[Condition, ...]:
        """Heed the intent alone."""
        both = {"intent", "status"} <= names(query)
        return tuple(c for c in query.conditions if not (both and c.name == "status"))


@defect("searches", kills=(ONLY, RECOMMENDED, NOBODY))
class GivesOtherPatientsData(Server):
    """Does not heed the patient: data of all patients are given."""

    def conditions(self, query: Query) -> tuple[Condition, ...]:
        """Heed all others."""
        return tuple(c for c in query.conditions if c.name != "patient")


@defect(
    "searches", kills=(ONLY, "fhir-api.dates.ranges-select-exactly", RECOMMENDED), may=OTHER_SYSTEMS
)
class JoinsParametersByOr(Server):
    """Finds what matches any parameter beside the patient, instead of all."""

    def matches(self, resource: Resource, query: Query) -> bool:
        """Take one match for enough."""
        own = [c for c in self.conditions(query) if c.name == "patient"]
        others = [c for c in self.conditions(query) if c.name != "patient"]
        return all(self.meets(resource, c) for c in own) and (
            not others or any(self.meets(resource, c) for c in others)
        )


@defect("searches", kills=(FIND, RECOMMENDED, SHARED))
class TakesCodesForTexts(Server):
    """Finds no code that holds a digit."""

    def matches_token(self, actual: tuple[str, str], wanted: TokenValue) -> bool:
        """Compare letters only."""
        return (wanted.code or "").isalpha() and super().matches_token(actual, wanted)


@defect("searches", kills=(_S + "mark-what-is-no-match",))
class MarksWhatCameAlongAsAMatch(Server):
    """Adds the organization to what a search finds, marked as a match."""

    def entries(
        self, request: Request, query: Query, page: Sequence[Resource]
    ) -> list[dict[str, Any]]:
        """Add the first organization to a page of observations."""
        entries = super().entries(request, query, page)
        if query.type == "Observation" and page:
            entries.append(self.entry(request, self.store.all("Organization")[0], "match"))
        return entries


@defect("searches", kills=(TELL,))
class HasNoSelfLink(Server):
    """Gives no self link."""

    def links(
        self, request: Request, query: Query, found: Sequence[Resource]
    ) -> list[dict[str, str]]:
        """Leave the self link out."""
        return [x for x in super().links(request, query, found) if x["relation"] != "self"]


@defect("searches", kills=(TELL,))
class TellsNoParameters(Server):
    """Gives a self link without parameters."""

    def self_link(self, request: Request, query: Query) -> str:
        """Name the type only."""
        return f"{request.base}/{query.type}"
