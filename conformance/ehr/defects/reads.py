"""Defects of reads."""

from dataclasses import replace
from typing import Any

from conformance.ehr.defects.answers import a_crash, a_document, a_page, no_results
from conformance.ehr.defects.declare import defect
from conformance.ehr.messages import Call, Headers, Interaction, Request, Response
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

_R = "fhir-api.reads."
GIVE = _R + "give-that-resource"
AGREE = _R + "agree-with-the-search"
VERSION = _R + "tell-the-version"
CONDITIONAL = _R + "answer-a-conditional-read"
FORM = {"fhir-api.profiles.data-follow-their-profiles": "a medication is known by its read only"}
NEW = "fhir-api.read-forms.conditional-read-gives-what-is-new"
MALFORMED = "fhir-api.read-forms.malformed-id-is-not-found"
BODIES = "fhir-api.formats.bodies-are-fhir-json"


@defect("reads", kills=(GIVE,))
class AnswersWithAnotherId(Server):
    """Answers the read of a patient with a resource of another id."""

    def resource_for_read(self, call: Call) -> Resource | None:
        """Change the id of what is read."""
        resource = super().resource_for_read(call)
        return {**resource, "id": "another-id"} if resource and call.type == "Patient" else resource


@defect("reads", kills=(GIVE,))
class AnswersWithAnotherStatus(Server):
    """Answers a read with the resource and status 203."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Say that it is from somewhere else."""
        read = call.interaction is Interaction.READ and response.status == 200
        return replace(response, status=203) if read else response


@defect("reads", kills=(GIVE,))
class AnswersWithAnotherType(Server):
    """Answers a read with a resource of another type."""

    def resource_for_read(self, call: Call) -> Resource | None:
        """Change the type of what is read."""
        resource = super().resource_for_read(call)
        return resource and {**resource, "resourceType": "Basic"}


@defect("reads", kills=(GIVE,))
class DoesNotFindWhatASearchGave(Server):
    """Answers 404 to the read of a Condition that its own search gave."""

    def resource_for_read(self, call: Call) -> Resource | None:
        """Find no Condition."""
        return None if call.type == "Condition" else super().resource_for_read(call)


@defect("reads", kills=(GIVE,))
class CrashesOnReads(Server):
    """Crashes when an Observation is read."""

    def read(self, request: Request, call: Call) -> Response:
        """Crash on Observation."""
        return a_crash() if call.type == "Observation" else super().read(request, call)


@defect("reads", kills=(GIVE, BODIES))
class ShowsAPageForARead(Server):
    """Answers a read with a page for people."""

    def read(self, request: Request, call: Call) -> Response:
        """Show a page for what is found."""
        response = super().read(request, call)
        return a_page(200) if response.status == 200 else response


@defect("reads", kills=(GIVE,))
class LabelsOneTypeAsAPage(Server):
    """Labels the Conditions that are read as a page for people."""

    def read_headers(self, request: Request, resource: Resource) -> Headers:
        """Name another type of content."""
        headers = super().read_headers(request, resource)
        if resource["resourceType"] != "Condition":
            return headers
        return (("Content-Type", "text/html; charset=utf-8"), *headers[1:])


@defect("reads", kills=(AGREE, "fhir-api.versions.can-be-read"), may=FORM)
class LeavesElementsOut(Server):
    """Leaves elements out of what is read that a search shows."""

    def resource_for_read(self, call: Call) -> Resource | None:
        """Leave the code out."""
        resource = super().resource_for_read(call)
        return resource and {name: value for name, value in resource.items() if name != "code"}


@defect("reads", kills=(AGREE, "fhir-api.versions.can-be-read"))
class GivesAnOlderVersion(Server):
    """Gives a read an older version than a search."""

    def resource_for_read(self, call: Call) -> Resource | None:
        """Go back to a version of long ago."""
        resource = super().resource_for_read(call)
        long_ago = {"versionId": "0", "lastUpdated": "2001-01-01T00:00:00Z"}
        return resource and {**resource, "meta": {**resource["meta"], **long_ago}}


@defect("reads", kills=(AGREE,), may=FORM)
class DiffersAndTellsNoVersion(Server):
    """Leaves elements out of what is read, and tells no version anywhere."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Take versions out of every answer, and the code out of what is read."""
        document: Any = _without_versions(response.document)
        if call.interaction is Interaction.READ and isinstance(document, dict):
            document.pop("code", None)
        return replace(response, document=document)


@defect("reads", kills=(VERSION,))
class TagsAnotherVersion(Server):
    """Puts another version into ETag than the resource has."""

    def etag(self, resource: Resource) -> str:
        """Name a version that there never was."""
        return 'W/"7"'


@defect("reads", kills=(VERSION,))
class TellsNoVersionInAHeader(Server):
    """Gives no ETag."""

    def read_headers(self, request: Request, resource: Resource) -> Headers:
        """Leave ETag out."""
        return tuple(h for h in super().read_headers(request, resource) if h[0] != "ETag")


@defect("reads", kills=(VERSION,))
class TellsNoTimeOfChange(Server):
    """Gives no Last-Modified."""

    def read_headers(self, request: Request, resource: Resource) -> Headers:
        """Leave Last-Modified out."""
        return tuple(h for h in super().read_headers(request, resource) if h[0] != "Last-Modified")


@defect("reads", kills=(VERSION,))
class TellsAnotherTimeOfChange(Server):
    """Gives one Last-Modified for everything."""

    def last_modified(self, resource: Resource) -> str:
        """Name the day of the installation."""
        return "Thu, 01 Jan 2015 00:00:00 GMT"


@defect("reads", kills=(VERSION,))
class WritesTheTimeOfChangeAsItLikes(Server):
    """Gives a Last-Modified that is no HTTP date."""

    def last_modified(self, resource: Resource) -> str:
        """Write no date."""
        return "yesterday"


@defect("reads", kills=(CONDITIONAL, NEW))
class RefusesConditionalReads(Server):
    """Answers 412 to a read with If-None-Match."""

    def read(self, request: Request, call: Call) -> Response:
        """Take the condition for one that must hold."""
        if "if-none-match" in request.headers:
            return a_document(412, {"resourceType": "OperationOutcome", "issue": []})
        return super().read(request, call)


@defect("reads", kills=(CONDITIONAL,))
class AnswersConditionalReadsWithNothing(Server):
    """Answers 200 without a body to a read of what did not change."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Say 200 where 304 is meant."""
        return replace(response, status=200) if response.status == 304 else response


@defect("reads", kills=(CONDITIONAL,))
class MixesUpConditionalReads(Server):
    """Gives another resource to a read with If-None-Match."""

    def read(self, request: Request, call: Call) -> Response:
        """Give the last resource of the type."""
        response = super().read(request, call)
        if response.status != 304:
            return response
        return a_document(200, {**self.store.all(call.type)[-1], "id": "another-id"})


@defect("reads", kills=(_R + "unknown-id-is-not-found", MALFORMED))
class FindsWhatItNeverGaveOut(Server):
    """Answers the read of an unknown id with an empty resource."""

    def not_found(self, request: Request, call: Call) -> Response:
        """Make one up."""
        return a_document(200, {"resourceType": call.type, "id": call.id})


@defect("reads", kills=(_R + "unknown-id-is-not-found", MALFORMED))
class CrashesOnUnknownIds(Server):
    """Crashes when an unknown id is read."""

    def not_found(self, request: Request, call: Call) -> Response:
        """Crash."""
        return a_crash()


@defect("reads", kills=(_R + "unknown-type-is-refused",))
class AnswersUnknownTypesWithNoResults(Server):
    """Answers whatever is asked of an unknown type with an empty searchset."""

    def unknown_type(self, request: Request, call: Call) -> Response:
        """Find nothing."""
        return no_results()


@defect("reads", kills=(_R + "unknown-type-is-refused",))
class CrashesOnUnknownTypes(Server):
    """Crashes when it is asked for an unknown type."""

    def unknown_type(self, request: Request, call: Call) -> Response:
        """Crash."""
        return a_crash()


def _without_versions(node: object) -> object:
    if isinstance(node, list):
        return [_without_versions(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {name: _without_versions(value) for name, value in node.items() if name != "versionId"}
