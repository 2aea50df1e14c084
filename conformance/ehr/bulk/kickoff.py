"""The request that starts an export."""

import json
import re
from datetime import datetime
from typing import Any

from conformance.ehr.bulk.content import Content
from conformance.ehr.bulk.jobs import Job, Wanted
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.parsing import Pairs, decode
from conformance.ehr.permissions import Reach
from conformance.ehr.store import Resource

NDJSON = "application/fhir+ndjson"
OUTPUT_FORMATS = frozenset({NDJSON, "application/ndjson", "ndjson"})
LIFETIME_SECONDS = 3600


class Kickoff(Content):
    """Start exports."""

    def export(self, request: Request, call: Call) -> Response:
        """Answer a kick-off: 202 and where the status can be asked for."""
        reach = self.reach(request)
        self.check_export_permission(request, reach)
        group = self.group_for_export(call)
        self.check_respond_async(request)
        wanted = self.wanted_export(request, self.export_parameters(request))
        self.check_wanted_types(request, wanted, reach)
        job = self.new_job(request, group, wanted, reach)
        return Response(status=202, headers=(("Content-Location", self.job_address(request, job)),))

    def check_export_permission(self, request: Request, reach: Reach) -> None:
        """Refuse who is not a backend service: an export is about many patients."""
        if reach.limited and not self.system_scopes_of(reach):
            raise self.no_scope(request)

    def no_scope(self, request: Request) -> Refusal:
        """Return the refusal of an export for want of a scope."""
        return Refusal(
            Fault.FORBIDDEN,
            "The token has no system scope for this.",
            headers=self.insufficient_scope(request),
        )

    def group_for_export(self, call: Call) -> Resource:
        """Return the Group whose members are exported."""
        group = self.store.get("Group", call.id)
        if group is None:
            raise Refusal(Fault.UNKNOWN_RESOURCE, "There is no Group with this id.")
        return group

    def preferences(self, request: Request) -> set[str]:
        """Return what a request's Prefer header asks for."""
        text = request.headers.get("prefer", "").lower().replace(" ", "")
        return set(re.split("[,;]", text))

    def check_respond_async(self, request: Request) -> None:
        """Refuse a client that would wait for the answer."""
        if "respond-async" not in self.preferences(request):
            raise Refusal(
                Fault.MALFORMED_VALUE, "An export needs the header Prefer: respond-async."
            )

    def export_parameters(self, request: Request) -> Pairs:
        """Return the parameters of a kick-off: in the query, or in a Parameters resource."""
        pairs = decode(request.query)
        return pairs + self.posted_parameters(request) if request.method == "POST" else pairs

    def posted_parameters(self, request: Request) -> Pairs:
        """Return what a Parameters resource holds."""
        try:
            document: Any = json.loads(request.body or b"{}")
            parameters = document.get("parameter", [])
            return [(str(each["name"]), _value_of(each)) for each in parameters]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Refusal(
                Fault.MALFORMED_VALUE, "The body is not a Parameters resource."
            ) from error

    def wanted_export(self, request: Request, pairs: Pairs) -> Wanted:
        """Return what the parameters ask for."""
        types: list[str] = []
        since: datetime | None = None
        for name, value in pairs:
            match name:
                case "_type":
                    types += self.parse_types(request, value)
                case "_since":
                    since = self.parse_since(value)
                case "_outputFormat":
                    self.check_output_format(value)
                case "_format" | "_pretty":
                    pass
                case _:
                    self.unknown_export_parameter(request, name)
        return Wanted(types=tuple(types), since=since)

    def parse_types(self, request: Request, value: str) -> list[str]:
        """Return the types of a `_type` parameter that are served here."""
        types = value.split(",")
        unknown = [type_ for type_ in types if not self.serves(type_)]
        if unknown and "handling=lenient" not in self.preferences(request):
            raise Refusal(Fault.MALFORMED_VALUE, "A type is not served here.", place="http._type")
        return [type_ for type_ in types if type_ not in unknown]

    def parse_since(self, value: str) -> datetime:
        """Return the instant of a `_since` parameter."""
        try:
            # a "+" in a query string is a space once decoded; clients forget to escape it
            since = datetime.fromisoformat(value.replace(" ", "+"))
        except ValueError:
            since = None
        if since is None or since.tzinfo is None:
            raise Refusal(
                Fault.MALFORMED_VALUE, "The value is not an instant.", place="http._since"
            )
        return since

    def check_output_format(self, value: str) -> None:
        """Refuse another format than NDJSON."""
        if value.replace("fhir ndjson", "fhir+ndjson") not in OUTPUT_FORMATS:
            raise Refusal(
                Fault.MALFORMED_VALUE, "The only format is NDJSON.", place="http._outputFormat"
            )

    def unknown_export_parameter(self, request: Request, name: str) -> None:
        """Refuse a parameter that cannot be heeded, unless the client does not mind."""
        if "handling=lenient" not in self.preferences(request):
            raise Refusal(
                Fault.UNKNOWN_PARAMETER, "The parameter is not supported.", place=f"http.{name}"
            )

    def check_wanted_types(self, request: Request, wanted: Wanted, reach: Reach) -> None:
        """Refuse an export of which the scopes leave nothing."""
        allowed = self.exportable_types(reach)
        if not allowed or (wanted.types and not set(wanted.types) & set(allowed)):
            raise self.no_scope(request)

    def new_job(self, request: Request, group: Resource, wanted: Wanted, reach: Reach) -> Job:
        """Begin an export."""
        query = f"?{request.query}" if request.query else ""
        job = Job(
            id=self.mint("job"),
            owner=reach.client_id,
            address=f"{request.base}{request.below}{query}",
            started=self.now(),
            expires=self.now() + LIFETIME_SECONDS,
            files=self.files(group, wanted, reach),
        )
        self.jobs[job.id] = job
        return job

    def job_address(self, request: Request, job: Job) -> str:
        """Return where the status of an export can be asked for."""
        return f"{self.bulk_server(request)}/jobs/{job.id}"

    def bulk_server(self, request: Request) -> str:
        """Return the address below which exports are delivered."""
        return f"{self.origin(request)}/bulk"


def _value_of(parameter: dict[str, Any]) -> str:
    return next(str(value) for name, value in parameter.items() if name.startswith("value"))
