"""Read one resource: by id, by version, with its history, or only if it changed."""

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from typing import Any

from conformance.ehr.capabilities import Capabilities
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Headers, Request, Response
from conformance.ehr.store import Resource


@lru_cache(maxsize=4096)
def http_date(instant: str) -> str:
    """Return a FHIR instant in the form that HTTP headers have."""
    return format_datetime(datetime.fromisoformat(instant), usegmt=False).replace("+0000", "GMT")


class Reading(Capabilities):
    """Answer read, vread, history and conditional read."""

    def read(self, request: Request, call: Call) -> Response:
        """Answer a read."""
        resource = self.resource_for_read(call)
        if resource is None or not self.may_read(request, call, resource):
            return self.not_found(request, call)
        headers = self.read_headers(request, resource)
        if self.unmodified(request, resource):
            return Response(status=304, headers=self.unmodified_headers(headers))
        return Response(status=200, headers=headers, document=self.shown(resource))

    def vread(self, request: Request, call: Call) -> Response:
        """Answer a read of one version."""
        resource = self.resource_for_version(call)
        if resource is None or not self.may_read(request, call, resource):
            raise Refusal(Fault.UNKNOWN_VERSION, f"There is no such version of this {call.type}.")
        headers = self.read_headers(request, resource)
        return Response(status=200, headers=headers, document=self.shown(resource))

    def history(self, request: Request, call: Call) -> Response:
        """Answer with the versions of one resource."""
        resource = self.resource_for_read(call)
        if resource is None or not self.may_read(request, call, resource):
            return self.not_found(request, call)
        return Response(
            status=200,
            headers=(("Content-Type", self.content_type(request)),),
            document=self.history_bundle(request, self.versions_of(resource)),
        )

    def versions_of(self, resource: Resource) -> list[Resource]:
        """Return the versions of a resource, newest first; nothing here was ever changed."""
        return [resource]

    def history_bundle(self, request: Request, versions: list[Resource]) -> dict[str, Any]:
        """Return the Bundle that tells versions."""
        first = versions[0]
        address = f"{request.base}/{first['resourceType']}/{first['id']}"
        return {
            "resourceType": "Bundle",
            "type": "history",
            "total": len(versions),
            "link": [{"relation": "self", "url": f"{address}/_history"}],
            "entry": [self.history_entry(address, version) for version in versions],
        }

    def history_entry(self, address: str, version: Resource) -> dict[str, Any]:
        """Return the entry of one version: what was done, and what came of it."""
        return {
            "fullUrl": address,
            "resource": self.shown(version),
            "request": {"method": "PUT", "url": f"{version['resourceType']}/{version['id']}"},
            "response": {
                "status": "200",
                "etag": self.etag(version),
                "lastModified": version["meta"]["lastUpdated"],
            },
        }

    def resource_for_read(self, call: Call) -> Resource | None:
        """Return the resource that a read names, or None."""
        return self.store.get(call.type, call.id)

    def may_read(self, request: Request, call: Call, resource: Resource) -> bool:
        """Tell whether the request's token opens a resource; else it is as if there were none."""
        reach = self.reach(request)
        return self.reads_own_user(reach, call) or self.permits(reach, resource, "r")

    def resource_for_version(self, call: Call) -> Resource | None:
        """Return the version of a resource that a vread names, or None."""
        resource = self.store.get(call.type, call.id)
        if resource is None or resource["meta"]["versionId"] != call.version:
            return None
        return resource

    def read_headers(self, request: Request, resource: Resource) -> Headers:
        """Return the headers of a resource that is read."""
        return (
            ("Content-Type", self.content_type(request)),
            ("ETag", self.etag(resource)),
            ("Last-Modified", self.last_modified(resource)),
        )

    def unmodified_headers(self, headers: Headers) -> Headers:
        """Return what of a read's headers goes with 304."""
        return tuple(pair for pair in headers if pair[0] != "Content-Type")

    def etag(self, resource: Resource) -> str:
        """Return the weak entity tag that names a resource's version."""
        return f'W/"{resource["meta"]["versionId"]}"'

    def last_modified(self, resource: Resource) -> str:
        """Return when a resource last changed, as HTTP writes it."""
        return http_date(resource["meta"]["lastUpdated"])

    def unmodified(self, request: Request, resource: Resource) -> bool:
        """Tell whether a conditional read finds what the client has already."""
        # RFC 9110 13.2.2: an entity tag decides alone, the date is not looked at beside it
        tags = request.headers.get("if-none-match")
        if tags is not None:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return "*" in known or self.etag(resource).removeprefix("W/") in known
        since = request.headers.get("if-modified-since")
        if since is None:
            return False
        try:
            moment = parsedate_to_datetime(since)
            return datetime.fromisoformat(resource["meta"]["lastUpdated"]) <= moment
        except (TypeError, ValueError):
            return False  # not a date, or one without an offset: the condition does not hold

    def not_found(self, request: Request, call: Call) -> Response:
        """Answer a read of a resource that does not exist."""
        fault = Refusal(Fault.UNKNOWN_RESOURCE, f"There is no {call.type} with this id.")
        return self.refuse(request, fault)

    def unknown_type(self, request: Request, call: Call) -> Response:
        """Answer whatever is asked of a type that is not served."""
        fault = Refusal(Fault.UNKNOWN_TYPE, "This server does not serve the resource type.")
        return self.refuse(request, fault)
