"""Defects of what is in an export: files, lines, whose data they are, and what the API says."""

from collections.abc import Iterator
from typing import Any

from conformance.ehr.bulk.jobs import File, Job, Wanted
from conformance.ehr.defects.declare import defect
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.permissions import Reach
from conformance.ehr.server import Server
from conformance.ehr.store import Resource

_CONTENT = "portability.export-content."
_PARITY = "portability.parity."


@defect("export-content", kills=(_CONTENT + "files-are-served",), flows=True)
class LosesAFile(Server):
    """Names a file that is not there."""

    def export_file(self, request: Request, call: Call) -> Response:
        """Lose the file of goals."""
        if call.file.startswith("Goal"):
            raise Refusal(Fault.UNKNOWN_RESOURCE, "There is no such file.")
        return super().export_file(request, call)


@defect("export-content", kills=(_CONTENT + "files-are-served",), flows=True)
class WritesOneArray(Server):
    """Writes each file as one array of resources."""

    def ndjson(self, resources: Any) -> bytes:
        """Join the lines by commas."""
        return b"[" + b",".join(self.line(resource) for resource in resources) + b"]"


@defect("export-content", kills=(_CONTENT + "content-types-say-ndjson",), flows=True)
class LabelsFilesAsJson(Server):
    """Labels files as JSON."""

    def file_content_type(self) -> str:
        """Return another media type."""
        return "application/json"


@defect(
    "export-content", kills=(_CONTENT + "lines-are-resources-of-the-declared-type",), flows=True
)
class NamesAnotherType(Server):
    """Names another type in the manifest than a file holds."""

    def output(self, request: Request, job: Job, file: File) -> dict[str, Any]:
        """Call goals care plans."""
        entry = super().output(request, job, file)
        return {**entry, "type": "CarePlan"} if file.type == "Goal" else entry


@defect(
    "export-content", kills=(_CONTENT + "lines-are-resources-of-the-declared-type",), flows=True
)
class LeavesIdsOut(Server):
    """Exports goals without their ids."""

    def line(self, resource: Resource) -> bytes:
        """Leave the id out."""
        if resource["resourceType"] != "Goal":
            return super().line(resource)
        return self.encode({name: value for name, value in resource.items() if name != "id"})


@defect("export-content", kills=(_CONTENT + "counts-agree",), flows=True)
class CountsTooMany(Server):
    """Gives counts in the manifest that files do not have."""

    def output(self, request: Request, job: Job, file: File) -> dict[str, Any]:
        """Count one more."""
        entry = super().output(request, job, file)
        return {**entry, "count": entry["count"] + 1}


class _Changed(Server):
    """A server that exports other goals than it has."""

    def exported(
        self, type_: str, group: Resource, wanted: Wanted, reach: Reach
    ) -> Iterator[Resource]:
        """Pass goals on as they are changed."""
        found = list(super().exported(type_, group, wanted, reach))
        yield from self.changed(found) if type_ == "Goal" else found

    def changed(self, goals: list[Resource]) -> list[Resource]:
        """Return what is exported in place of the goals."""
        raise NotImplementedError


@defect("export-content", kills=(_CONTENT + "no-resource-comes-twice",), flows=True)
class ExportsTwice(_Changed):
    """Exports a resource twice."""

    def changed(self, goals: list[Resource]) -> list[Resource]:
        """Repeat the first."""
        return [*goals, goals[0]]


@defect("export-content", kills=(_CONTENT + "no-resource-comes-twice",), flows=True)
class ExportsAnOldVersionToo(_Changed):
    """Exports an older version of a resource together with the newest."""

    def changed(self, goals: list[Resource]) -> list[Resource]:
        """Add an older version of the first."""
        meta = {**goals[0]["meta"], "versionId": "0"}
        return [*goals, {**goals[0], "meta": meta}]


@defect("export-content", kills=(_CONTENT + "data-are-of-these-patients",), flows=True)
class ExportsGoalsOfOthers(Server):
    """Exports goals of patients who are no members of the Group."""

    def is_of_group(self, resource: Resource, members: set[str]) -> bool:
        """Take every goal."""
        return resource["resourceType"] == "Goal" or super().is_of_group(resource, members)


@defect("export-content", kills=(_CONTENT + "patients-come-with-their-data",), flows=True)
class LeavesThePatientsOut(Server):
    """Exports what belongs to patients, and not the patients."""

    def exportable_types(self, reach: Reach) -> list[str]:
        """Leave Patient out."""
        return [type_ for type_ in super().exportable_types(reach) if type_ != "Patient"]


@defect("export-content", kills=(_CONTENT + "patients-are-the-members",), flows=True)
class LeavesAMemberOut(Server):
    """Leaves a member of the Group out."""

    def members(self, group: Resource) -> set[str]:
        """Leave the last one out."""
        return set(sorted(super().members(group))[:-1])


@defect("export-content", kills=(_CONTENT + "patients-are-the-members",), flows=True)
class ExportsEverybody(Server):
    """Exports the data of everybody, whatever Group was asked for."""

    def members(self, group: Resource) -> set[str]:
        """Take all patients."""
        return {patient["id"] for patient in self.store.all("Patient")}


class _ChangedConditions(Server):
    """A server whose export and API do not tell the same."""

    def exported(
        self, type_: str, group: Resource, wanted: Wanted, reach: Reach
    ) -> Iterator[Resource]:
        """Pass conditions on as they are changed."""
        found = list(super().exported(type_, group, wanted, reach))
        yield from self.changed(found) if type_ == "Condition" else found

    def changed(self, conditions: list[Resource]) -> list[Resource]:
        """Return what is exported in place of the conditions."""
        raise NotImplementedError


@defect("export-content", kills=(_PARITY + "exported-resources-are-readable",), flows=True)
class ExportsWhatTheApiDoesNotKnow(_ChangedConditions):
    """Exports a resource that the API does not know."""

    def changed(self, conditions: list[Resource]) -> list[Resource]:
        """Add one."""
        return [*conditions, {**conditions[0], "id": "only-exported"}]


@defect("export-content", kills=(_PARITY + "exported-resources-are-read-alike",), flows=True)
class ExportsAnotherContent(_ChangedConditions):
    """Exports another content than the API shows, in the same version."""

    def changed(self, conditions: list[Resource]) -> list[Resource]:
        """Change a date."""
        return [{**each, "recordedDate": "1999-12-31"} for each in conditions]


@defect("export-content", kills=(_PARITY + "what-is-found-is-exported",), flows=True)
class LeavesAResourceOut(_ChangedConditions):
    """Leaves a resource out that a search finds."""

    def changed(self, conditions: list[Resource]) -> list[Resource]:
        """Leave the last one out."""
        return conditions[:-1]


@defect("export-content", kills=(_PARITY + "what-is-found-is-exported",), flows=True)
class LeavesATypeOut(_ChangedConditions):
    """Leaves a whole type out that a search finds."""

    def changed(self, conditions: list[Resource]) -> list[Resource]:
        """Export none."""
        return []
