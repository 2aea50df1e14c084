"""Defects of versions and histories."""

from typing import Any

from conformance.ehr.defects.answers import a_crash
from conformance.ehr.defects.declare import defect
from conformance.ehr.faults import Fault
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

_V = "fhir-api.versions."
READ = _V + "can-be-read"
UNKNOWN = _V + "unknown-version-is-not-found"
HOLDS = _V + "history-holds-the-current-version"
ORDER = _V + "history-is-in-order"


def older(resource: Resource) -> Resource:
    """Return the version of a resource before the first that the store has."""
    long_ago = {"versionId": "0", "lastUpdated": "2001-01-01T00:00:00Z"}
    return {**resource, "meta": {**resource["meta"], **long_ago}}


@defect("versions", kills=(READ,))
class FindsNoCurrentVersion(Server):
    """Finds a version only when there is a later one."""

    def resource_for_version(self, call: Call) -> Resource | None:
        """Look among the old ones."""
        return None


@defect("versions", kills=(READ,))
class GivesAnotherVersion(Server):
    """Gives the version before the one that was asked for."""

    def resource_for_version(self, call: Call) -> Resource | None:
        """Count from nought."""
        resource = super().resource_for_version(call)
        return resource and older(resource)


@defect("versions", kills=(READ,))
class GivesAVersionOfAnother(Server):
    """Gives the version with this number of the last resource of the type."""

    def resource_for_version(self, call: Call) -> Resource | None:
        """Look for the number alone."""
        resource = super().resource_for_version(call)
        return resource and {**self.store.all(call.type)[-1], "id": "another-id"}


@defect("versions", kills=(READ,))
class LeavesElementsOutOfVersions(Server):
    """Leaves the status out of what is read by version."""

    def resource_for_version(self, call: Call) -> Resource | None:
        """Leave it out."""
        resource = super().resource_for_version(call)
        return resource and {name: value for name, value in resource.items() if name != "status"}


@defect("versions", kills=(UNKNOWN,))
class LooksAtNoVersion(Server):
    """Gives the current version whatever version is asked for."""

    def resource_for_version(self, call: Call) -> Resource | None:
        """Look at type and id."""
        return self.store.get(call.type, call.id)


@defect("versions", kills=(UNKNOWN,))
class CrashesOnUnknownVersions(Server):
    """Crashes when an unknown version is read."""

    def status_of(self, fault: Fault) -> int:
        """Take the client's fault for one of its own."""
        return 500 if fault is Fault.UNKNOWN_VERSION else super().status_of(fault)


@defect("versions", kills=(HOLDS, ORDER))
class TellsTheHistoryOfTheType(Server):
    """Answers a request for the history of one resource with that of its whole type."""

    def versions_of(self, resource: Resource) -> list[Resource]:
        """Forget the id."""
        return list(self.store.all(resource["resourceType"]))


@defect("versions", kills=(HOLDS,))
class TellsOlderVersionsOnly(Server):
    """Leaves the current version out of a history."""

    def versions_of(self, resource: Resource) -> list[Resource]:
        """Tell what is in the archive."""
        return [older(resource)]


@defect("versions", kills=(HOLDS,))
class CallsAHistoryASearchset(Server):
    """Answers a request for a history with a searchset."""

    def history_bundle(self, request: Request, versions: list[Resource]) -> dict[str, Any]:
        """Name another type of Bundle."""
        return {**super().history_bundle(request, versions), "type": "searchset"}


@defect("versions", kills=(HOLDS,))
class CrashesOnHistories(Server):
    """Crashes when it is asked for a history."""

    def history(self, request: Request, call: Call) -> Response:
        """Crash."""
        return a_crash()


@defect("versions", kills=(HOLDS,))
class DeclaresHistoriesThatItLacks(Server):
    """Declares histories and has none."""

    def history(self, request: Request, call: Call) -> Response:
        """Find nothing."""
        return self.not_found(request, call)


@defect("versions", kills=(ORDER,))
class TellsTheOldestVersionFirst(Server):
    """Tells the versions from the oldest to the newest."""

    def versions_of(self, resource: Resource) -> list[Resource]:
        """Begin at the beginning."""
        return [older(resource), resource]


@defect("versions", kills=(ORDER,))
class TellsNotWhatWasDone(Server):
    """Tells in a history what came of it and not what was done."""

    def history_entry(self, address: str, version: Resource) -> dict[str, Any]:
        """Leave the request out."""
        entry = super().history_entry(address, version)
        return {name: value for name, value in entry.items() if name != "request"}
