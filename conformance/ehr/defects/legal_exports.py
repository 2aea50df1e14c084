"""Group exports that differ from the sound server's in what the specification leaves open."""

import gzip
import re
from email.utils import formatdate
from typing import Any

from conformance.ehr.bulk.jobs import File, Job
from conformance.ehr.defects.declare import variation
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

_RELATIVE = re.compile(rb'("reference": ?")(?=[A-Z])')


@variation("exports", flows=True)
class GivesCapabilityUrls(Server):
    """Names files by addresses that nobody guesses, and asks for no token there."""

    def requires_access_token(self) -> bool:
        """Say no."""
        return False


@variation("exports", flows=True)
class WritesManyFiles(Server):
    """Writes several files for a type."""

    def lines_per_file(self, type_: str) -> int:
        """Break after a few lines."""
        return 3


@variation("exports", flows=True)
class GivesNoCounts(Server):
    """Gives no counts of files."""

    def output(self, request: Request, job: Job, file: File) -> dict[str, Any]:
        """Leave the count out."""
        entry = super().output(request, job, file)
        return {name: value for name, value in entry.items() if name != "count"}


@variation("exports", flows=True)
class SaysByADateWhenToAskAgain(Server):
    """Gives Retry-After as a date."""

    def retry_after(self, job: Job) -> str:
        """Return a date a few seconds ahead."""
        return formatdate(self.now() + 2, usegmt=True)


@variation("exports", flows=True)
class TellsNoProgress(Server):
    """Does not say how much of an export is done."""

    def in_progress(self, job: Job) -> Response:
        """Leave X-Progress out."""
        going = super().in_progress(job)
        return Response(status=202, headers=going.without_header("x-progress"))


@variation("exports", flows=True)
class IsDoneAtOnce(Server):
    """Has an export ready when its status is first asked for."""

    def polls_before_completion(self, job: Job) -> int:
        """Let nobody wait."""
        return 0


@variation("exports", flows=True)
class StumblesOnce(Server):
    """Cannot tell the status of an export once, and says that this will pass."""

    def in_progress(self, job: Job) -> Response:
        """Answer with an error that is marked as transient."""
        issue = {"severity": "error", "code": "transient"}
        return Response(
            status=500,
            headers=(("Content-Type", "application/fhir+json"), ("Retry-After", "1")),
            document={"resourceType": "OperationOutcome", "issue": [issue]},
        )


@variation("exports", flows=True)
class RedirectsToTheFiles(Server):
    """Redirects from the address of a file to where it is kept, on the same host."""

    def export_file(self, request: Request, call: Call) -> Response:
        """Send the client on once."""
        found = super().export_file(request, call)
        if request.query:
            return found
        origin = self.origin(request)
        return Response(status=307, headers=(("Location", f"{origin}{request.path}?kept=here"),))


@variation("exports", flows=True)
class CompressesFiles(Server):
    """Sends files compressed."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        """Compress for those who take it."""
        takes = "gzip" in request.headers.get("accept-encoding", "")
        if call.interaction is not Interaction.EXPORT_FILE or response.status != 200 or not takes:
            return response
        headers = (*response.headers, ("Content-Encoding", "gzip"))
        return Response(status=200, headers=headers, body=gzip.compress(response.body, mtime=0))


@variation("exports", flows=True)
class SaysMoreInTheManifest(Server):
    """Adds to the manifest what the specification leaves to a server."""

    def manifest(self, request: Request, job: Job) -> dict[str, Any]:
        """Add members."""
        return {
            **super().manifest(request, job),
            "deleted": [],
            "extension": {"https://ehr.example/kept-for": "an hour"},
        }


@variation("exports", flows=True)
class WritesAbsoluteReferences(Server):
    """Writes references in files as absolute URLs below its own base."""

    def export_file(self, request: Request, call: Call) -> Response:
        """Put the base in front."""
        found = super().export_file(request, call)
        base = rb"\1" + request.base.encode() + b"/"
        return Response(
            status=found.status, headers=found.headers, body=_RELATIVE.sub(base, found.body)
        )


@variation("exports", flows=True)
class LeavesMetaOut(Server):
    """Leaves meta out of what it exports."""

    def line(self, resource: Resource) -> bytes:
        """Leave it out."""
        return self.encode({name: value for name, value in resource.items() if name != "meta"})


@variation("exports", flows=True)
class EndsFilesWithoutALineFeed(Server):
    """Ends files with the last resource and no line feed after it."""

    def ndjson(self, resources: Any) -> bytes:
        """Cut the last line feed off."""
        return super().ndjson(resources).removesuffix(b"\n")


@variation("exports", flows=True)
class ForbidsTheExportsOfOthers(Server):
    """Tells a client that an export is another's, where others say that there is none."""

    def is_owner(self, request: Request, job: Job) -> bool:
        """Refuse in other words."""
        if not super().is_owner(request, job):
            raise Refusal(Fault.FORBIDDEN, "The export is another client's.")
        return True
