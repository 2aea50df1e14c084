"""Defects of group exports: how they are begun, watched, listed and given up."""

from typing import Any, ClassVar

from conformance.ehr.bulk.jobs import File, Job
from conformance.ehr.defects.declare import defect
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.permissions import Reach
from conformance.ehr.server import Server

_EXPORT = "portability.export."
_DELETES = (_EXPORT + "delete-is-accepted", _EXPORT + "a-finished-export-can-be-deleted")


@defect("exports", kills=(_EXPORT + "is-declared",), flows=True)
class DeclaresNoExport(Server):
    """Exports Groups and does not declare it."""

    def declared_operations(self, type_: str) -> list[dict[str, str]]:
        """Declare nothing."""
        return []


@defect("exports", kills=(_EXPORT + "is-declared",), flows=True)
class DeclaresAnotherOperation(Server):
    """Declares another operation of Groups than the export that it has."""

    def declared_operations(self, type_: str) -> list[dict[str, str]]:
        """Declare the export under a name that nobody knows."""
        declared = super().declared_operations(type_)
        return [
            {**each, "name": "dump", "definition": "https://x.example/dump"} for each in declared
        ]


@defect("exports", kills=(_EXPORT + "is-accepted",), flows=True)
class HasNoExport(Server):
    """Has no export at the address that the specification fixes for it."""

    def export(self, request: Request, call: Call) -> Response:
        """Find nothing."""
        raise Refusal(Fault.UNKNOWN_PATH, "There is nothing at this address.")


@defect("exports", kills=(_EXPORT + "is-accepted",), flows=True)
class AcceptsNoTokenForExports(Server):
    """Refuses an export to the client that is registered for it."""

    def check_export_permission(self, request: Request, reach: Reach) -> None:
        """Refuse everybody."""
        raise self.no_scope(request)


@defect("exports", kills=(_EXPORT + "is-accepted",), flows=True)
class DoesNotSayWhereTheStatusIs(Server):
    """Accepts an export without the address of its status."""

    def export(self, request: Request, call: Call) -> Response:
        """Leave the address out."""
        return Response(status=super().export(request, call).status)


@defect("exports", kills=(_EXPORT + "is-accepted",), flows=True)
class GivesARelativeStatusAddress(Server):
    """Gives the address of an export's status as a path."""

    def job_address(self, request: Request, job: Job) -> str:
        """Return the path."""
        return f"/bulk/jobs/{job.id}"


@defect("exports", kills=(_EXPORT + "is-accepted",), flows=True)
class AcceptsAsIfItWereDone(Server):
    """Accepts an export with status 200."""

    def export(self, request: Request, call: Call) -> Response:
        """Change the status."""
        return Response(status=200, headers=super().export(request, call).headers)


@defect("exports", kills=(_EXPORT + "comes-to-an-end",), flows=True)
class FailsToFinish(Server):
    """Ends every export with an error."""

    def completed(self, request: Request, job: Job) -> Response:
        """Fail."""
        return Response(status=500, headers=(("Content-Type", "text/plain"),), body=b"Sorry")


@defect("exports", kills=(_EXPORT + "comes-to-an-end",), flows=True)
class EndsWithAPage(Server):
    """Ends every export with a page for people."""

    def completed(self, request: Request, job: Job) -> Response:
        """Show a page."""
        headers = (("Content-Type", "text/html"),)
        return Response(status=200, headers=headers, body=b"<p>Your files are ready.</p>")


@defect("exports", kills=(_EXPORT + "comes-to-an-end",), flows=True)
class LabelsTheManifestAsText(Server):
    """Labels the manifest as plain text."""

    def completed(self, request: Request, job: Job) -> Response:
        """Change the label."""
        done = super().completed(request, job)
        headers = (("Content-Type", "text/plain"), *done.without_header("content-type"))
        return Response(status=200, headers=headers, document=done.document)


@defect("exports", kills=(_EXPORT + "says-when-to-ask-again",), flows=True)
class DoesNotSayWhenToAskAgain(Server):
    """Does not say when the status of an export may be asked for again."""

    def in_progress(self, job: Job) -> Response:
        """Leave Retry-After out."""
        going = super().in_progress(job)
        return Response(status=202, headers=going.without_header("retry-after"))


class _BadManifest(Server):
    """A server whose manifest departs in some members; None leaves one out."""

    departs: ClassVar[dict[str, Any]]

    def manifest(self, request: Request, job: Job) -> dict[str, Any]:
        """Replace members."""
        whole = {**super().manifest(request, job), **self.departs}
        return {name: value for name, value in whole.items() if value is not None}


@defect("exports", kills=(_EXPORT + "manifest-is-complete",), flows=True)
class NamesNoTime(_BadManifest):
    """Leaves the time out of the manifest."""

    departs: ClassVar[dict[str, Any]] = {"transactionTime": None}


@defect("exports", kills=(_EXPORT + "manifest-is-complete",), flows=True)
class NamesTheDayOnly(_BadManifest):
    """Gives the time in the manifest as a date."""

    departs: ClassVar[dict[str, Any]] = {"transactionTime": "2026-11-01"}


@defect("exports", kills=(_EXPORT + "manifest-is-complete",), flows=True)
class NamesAnotherRequest(_BadManifest):
    """Names another request in the manifest than was made."""

    departs: ClassVar[dict[str, Any]] = {"request": "https://ehr.test/fhir/Patient/$export"}


@defect("exports", kills=(_EXPORT + "manifest-is-complete",), flows=True)
class DoesNotSayWhetherATokenIsNeeded(_BadManifest):
    """Does not say in the manifest whether files need a token."""

    departs: ClassVar[dict[str, Any]] = {"requiresAccessToken": None}


@defect("exports", kills=(_EXPORT + "manifest-is-complete",), flows=True)
class SaysInATextThatATokenIsNeeded(_BadManifest):
    """Says in the manifest by a text that files need a token."""

    departs: ClassVar[dict[str, Any]] = {"requiresAccessToken": "true"}


@defect("exports", kills=(_EXPORT + "manifest-is-complete",), flows=True)
class ListsNoErrors(_BadManifest):
    """Leaves the list of errors out of the manifest."""

    departs: ClassVar[dict[str, Any]] = {"error": None}


@defect("exports", kills=(_EXPORT + "files-are-described",), flows=True)
class NamesFilesByPath(Server):
    """Names the files in the manifest by relative addresses."""

    def file_address(self, request: Request, job: Job, file: File) -> str:
        """Return the path."""
        return f"/bulk/files/{job.id}/{file.name}"


@defect("exports", kills=(_EXPORT + "files-are-described",), flows=True)
class NamesNoTypes(Server):
    """Does not say in the manifest of which type the resources in a file are."""

    def output(self, request: Request, job: Job, file: File) -> dict[str, Any]:
        """Leave the type out."""
        entry = super().output(request, job, file)
        return {name: value for name, value in entry.items() if name != "type"}


@defect("exports", kills=(_EXPORT + "files-are-described",), flows=True)
class CountsInWords(Server):
    """Gives the counts in the manifest as texts."""

    def output(self, request: Request, job: Job, file: File) -> dict[str, Any]:
        """Make the count a text."""
        entry = super().output(request, job, file)
        return {**entry, "count": str(entry["count"])}


@defect("exports", kills=_DELETES, flows=True)
class TakesNoDelete(Server):
    """Does not let a client give up an export."""

    def cancel(self, job: Job) -> Response:
        """Refuse."""
        raise Refusal(Fault.WRONG_METHOD, "An export cannot be given up.")


@defect("exports", kills=(_EXPORT + "a-finished-export-can-be-deleted",), flows=True)
class TakesNoDeleteInTheEnd(Server):
    """Does not let a client give up an export that came to an end."""

    def cancel(self, job: Job) -> Response:
        """Refuse once all is there."""
        if job.polls > self.polls_before_completion(job):
            raise Refusal(Fault.WRONG_METHOD, "The export came to an end.")
        return super().cancel(job)


@defect("exports", kills=(_EXPORT + "a-deleted-export-is-gone",), flows=True)
class GoesOnAfterADelete(Server):
    """Accepts that a client gives up an export, and goes on with it."""

    def cancel(self, job: Job) -> Response:
        """Do nothing about it."""
        return Response(status=202)


@defect("exports", kills=(_EXPORT + "a-deleted-export-is-gone",), flows=True)
class SaysNothingOfADeletedExport(Server):
    """Answers for an export that was given up without an OperationOutcome."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Leave the body out."""
        if call.interaction is Interaction.EXPORT_STATUS and response.status == 404:
            return Response(status=404)
        return response
