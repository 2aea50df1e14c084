"""The status of an export, its files, and its end."""

from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any

from conformance.ehr.bulk.jobs import File, Job
from conformance.ehr.bulk.kickoff import NDJSON, Kickoff
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Request, Response

POLLS = 1
RETRY_SECONDS = 1


class Delivery(Kickoff):
    """Deliver exports."""

    def job_of(self, request: Request, call: Call) -> Job:
        """Return the export that a path names; for another client it is as if there were none."""
        job = self.jobs.get(call.id)
        if job is None or not self.is_kept(job):
            raise self.no_such_export()
        if not self.is_open(call) and not self.is_owner(request, job):
            raise self.no_such_export()
        return job

    def no_such_export(self) -> Refusal:
        """Return the refusal of an export that is not there."""
        return Refusal(Fault.UNKNOWN_RESOURCE, "There is no such export.")

    def is_kept(self, job: Job) -> bool:
        """Tell whether an export was neither cancelled nor is too old."""
        return not job.cancelled and job.expires > self.now()

    def is_owner(self, request: Request, job: Job) -> bool:
        """Tell whether a request comes from the client that began an export."""
        return self.reach(request).client_id == job.owner

    def export_status(self, request: Request, call: Call) -> Response:
        """Answer how far an export is, or end it."""
        job = self.job_of(request, call)
        if request.method == "DELETE":
            return self.cancel(job)
        job.polls += 1
        if job.polls <= self.polls_before_completion(job):
            return self.in_progress(job)
        return self.completed(request, job)

    def polls_before_completion(self, job: Job) -> int:
        """Return how often an export is still under way when its status is asked for."""
        return POLLS

    def in_progress(self, job: Job) -> Response:
        """Answer that an export is under way."""
        percent = 100 * job.polls // (self.polls_before_completion(job) + 1)
        headers = (("Retry-After", self.retry_after(job)), ("X-Progress", f"{percent} % are done"))
        return Response(status=202, headers=headers)

    def retry_after(self, job: Job) -> str:
        """Return after how many seconds the status may be asked for again."""
        return str(RETRY_SECONDS)

    def cancel(self, job: Job) -> Response:
        """End an export and throw its files away."""
        job.cancelled = True
        return Response(status=202)

    def completed(self, request: Request, job: Job) -> Response:
        """Answer that an export is complete."""
        return Response(
            status=200,
            headers=(
                ("Content-Type", "application/json"),
                ("Expires", formatdate(job.expires, usegmt=True)),
            ),
            document=self.manifest(request, job),
        )

    def manifest(self, request: Request, job: Job) -> dict[str, Any]:
        """Return what an export consists of."""
        return {
            "transactionTime": self.transaction_time(job),
            "request": job.address,
            "requiresAccessToken": self.requires_access_token(),
            "output": [self.output(request, job, file) for file in job.files],
            "error": [],
        }

    def transaction_time(self, job: Job) -> str:
        """Return the instant whose state of the data an export shows."""
        moment = datetime.fromtimestamp(job.started, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def output(self, request: Request, job: Job, file: File) -> dict[str, Any]:
        """Return the manifest's entry of a file."""
        address = self.file_address(request, job, file)
        return {"type": file.type, "url": address, "count": len(file.resources)}

    def file_address(self, request: Request, job: Job, file: File) -> str:
        """Return where a file can be had."""
        return f"{self.bulk_server(request)}/files/{job.id}/{file.name}"

    def export_file(self, request: Request, call: Call) -> Response:
        """Answer with a file."""
        job = self.job_of(request, call)
        file = next((each for each in job.files if each.name == call.file), None)
        if file is None or job.polls <= self.polls_before_completion(job):
            raise Refusal(Fault.UNKNOWN_RESOURCE, "There is no such file.")
        return Response(
            status=200,
            headers=(("Content-Type", self.file_content_type()),),
            body=self.ndjson(file.resources),
        )

    def file_content_type(self) -> str:
        """Return the media type of a file."""
        return NDJSON
