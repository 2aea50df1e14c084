"""Which resources go into an export, and into which file."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from conformance.ehr.authorization.scopes import ClinicalScope, Level
from conformance.ehr.bulk.jobs import File, Wanted
from conformance.ehr.permissions import SYSTEM_TYPES, Reach
from conformance.ehr.searching import Searching
from conformance.ehr.store import Resource

LINES_PER_FILE = 100


class Content(Searching):
    """Gather what a client may have of a Group's members."""

    def system_scopes_of(self, reach: Reach) -> tuple[ClinicalScope, ...]:
        """Return the scopes that an export goes by."""
        return tuple(scope for scope in reach.scopes if scope.level is Level.SYSTEM)

    def exportable_types(self, reach: Reach) -> list[str]:
        """Return the types that a client may have in an export."""
        types = [type_ for type_ in self.setup.types if type_ not in SYSTEM_TYPES]
        if not reach.limited:
            return types
        scopes = self.system_scopes_of(reach)
        return [t for t in types if any(self.scope_opens(scope, t, "r") for scope in scopes)]

    def members(self, group: Resource) -> set[str]:
        """Return the ids of the patients in a Group."""
        references = (member["entity"]["reference"] for member in group.get("member", []))
        return {reference.rpartition("/")[2] for reference in references}

    def files(self, group: Resource, wanted: Wanted, reach: Reach) -> tuple[File, ...]:
        """Return the files of an export."""
        return tuple(
            file
            for type_ in self.exportable_types(reach)
            if not wanted.types or type_ in wanted.types
            for file in self.split(type_, list(self.exported(type_, group, wanted, reach)))
        )

    def exported(
        self, type_: str, group: Resource, wanted: Wanted, reach: Reach
    ) -> Iterator[Resource]:
        """Yield the resources of a type that go into an export."""
        members = self.members(group)
        for resource in self.store.all(type_):
            if (
                self.is_of_group(resource, members)
                and self.is_since(resource, wanted.since)
                and self.permits(reach, resource, "r")
            ):
                yield resource

    def is_of_group(self, resource: Resource, members: set[str]) -> bool:
        """Tell whether a resource is in a member's chart, or shared by all charts."""
        charts = self.store.charts_of(resource)
        return not charts or not charts.isdisjoint(members)

    def is_since(self, resource: Resource, since: datetime | None) -> bool:
        """Tell whether a resource changed after an instant."""
        return since is None or datetime.fromisoformat(resource["meta"]["lastUpdated"]) > since

    def split(self, type_: str, resources: Sequence[Resource]) -> Iterator[File]:
        """Yield the files of a type."""
        size = self.lines_per_file(type_)
        for number, start in enumerate(range(0, len(resources), size), 1):
            name = f"{type_}-{number}.ndjson"
            yield File(name=name, type=type_, resources=resources[start : start + size])

    def lines_per_file(self, type_: str) -> int:
        """Return how many lines a file of a type has at most."""
        return LINES_PER_FILE

    def ndjson(self, resources: Iterable[dict[str, Any]]) -> bytes:
        """Return resources as lines."""
        return b"".join(self.line(resource) + b"\n" for resource in resources)

    def line(self, resource: Resource) -> bytes:
        """Return a resource as one line."""
        return self.encode(self.shown(resource))
