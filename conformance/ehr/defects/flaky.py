"""Defects that show only when something is asked for the first time."""

from dataclasses import replace

from conformance.ehr.defects.answers import a_crash
from conformance.ehr.defects.declare import defect
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.queries import Query
from conformance.ehr.server import Server
from conformance.ehr.store import Resource


class Flaky(Server):
    """A server that knows what it was asked before."""

    def is_new(self, *asked: object) -> bool:
        """Tell whether this is asked for the first time."""
        known: set[tuple[object, ...]] = self.__dict__.setdefault("known", set())
        new = asked not in known
        known.add(asked)
        return new


@defect("flaky", kills=("fhir-api.reads.give-that-resource",), flaky=True)
class CrashesOnTheFirstRead(Flaky):
    """Crashes when an allergy is read for the first time."""

    def read(self, request: Request, call: Call) -> Response:
        """Crash once for each."""
        if call.type == "AllergyIntolerance" and self.is_new(call.id):
            return a_crash()
        return super().read(request, call)


@defect(
    "flaky",
    kills=(
        "fhir-api.searches.find-what-the-server-holds",
        "fhir-api.search-forms.posts-give-the-same",
    ),
    flaky=True,
)
class MissesAMatchTheFirstTime(Flaky):
    """Finds no patient by birth date and name when asked for the first time."""

    def select(self, query: Query) -> list[Resource]:
        """Find nothing once for each search."""
        by = {condition.name for condition in query.conditions}
        if {"birthdate", "name"} <= by and self.is_new(query.used):
            return []
        return super().select(query)


@defect("flaky", kills=("fhir-api.paging.total-is-the-number-of-matches",), flaky=True)
class MiscountsTheFirstTime(Flaky):
    """States a wrong total when a search is made for the first time."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Count one too many."""
        document = response.document or {}
        if "total" in document and self.is_new(call.type, request.query):
            document = {**document, "total": document["total"] + 1}
            response = replace(response, document=document)
        return super().finish(request, call, response)


@defect(
    "flaky",
    kills=("security.refusal.reads-without-a-token-are-refused",),
    flaky=True,
)
class LeaksTheFirstTime(Flaky):
    """Gives a condition to anybody who reads it for the first time."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Answer once as if the token had been shown."""
        stranger = response.status == 401 and "authorization" not in request.headers
        reads = call.interaction is Interaction.READ and call.type == "Condition"
        if not (stranger and reads and self.is_new(call.id)):
            return response
        shown = {**request.headers, "authorization": f"Bearer {self.token}"}
        return self.respond(replace(request, headers=shown))
