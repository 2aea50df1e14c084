"""Legal variations of what a server says of itself."""

from typing import Any

from conformance.ehr.defects.declare import variation
from conformance.ehr.messages import Request
from conformance.ehr.server import Server

Document = dict[str, Any]
_OF_CLINICIANS = frozenset(
    {"launch-ehr", "context-banner", "context-style", "context-ehr-patient"}
    | {"context-ehr-encounter", "permission-user"}
)


@variation("metadata")
class DeclaresMore(Server):
    """Declares types, operations and parameters that US Core does not ask for."""

    def capability_statement(self, request: Request) -> Document:
        """Add them."""
        statement = super().capability_statement(request)
        (rest,) = statement["rest"]
        more = [
            {"type": "Appointment", "interaction": [{"code": "read"}]},
            {"type": "Binary", "profile": "http://ehr.example/StructureDefinition/binary"},
        ]
        operations = [{"name": "match", "definition": "http://ehr.example/OperationDefinition/m"}]
        changed = {**rest, "resource": [*rest["resource"], *more], "operation": operations}
        return {**statement, "rest": [changed], "publisher": "Somebody", "experimental": False}


@variation("metadata")
class DeclaresProfilesByVersion(Server):
    """Declares its profiles with their versions."""

    def declared_profiles(self, type_: str) -> list[str]:
        """Add the version."""
        return [f"{url}|6.1.0" for url in super().declared_profiles(type_)]


@variation("metadata", warns=("fhir-api.declarations.name-the-guide",))
class NamesNoGuide(Server):
    """Names no edition of US Core. Tolerated: what it does is judged by itself."""

    def instantiated(self) -> list[str]:
        """Name none."""
        return []


@variation("metadata")
class NamesAGuideWithoutVersion(Server):
    """Names US Core without a version."""

    def instantiated(self) -> list[str]:
        """Cut the versions off."""
        return [url.partition("|")[0] for url in super().instantiated()]


@variation("metadata")
class DescribesASoftware(Server):
    """Describes what the software can do, and not this instance of it."""

    def capability_statement(self, request: Request) -> Document:
        """Leave the implementation out, as the kind asks."""
        statement = {**super().capability_statement(request), "kind": "capability"}
        return {name: value for name, value in statement.items() if name != "implementation"}


@variation("metadata")
class DescribesItsClientToo(Server):
    """Describes itself as a client as well, with the same types."""

    def capability_statement(self, request: Request) -> Document:
        """Add a client."""
        statement = super().capability_statement(request)
        (rest,) = statement["rest"]
        return {**statement, "rest": [{**rest, "mode": "client"}, rest]}


@variation("metadata")
class ListsFormatsWithParameters(Server):
    """Lists its formats as media types with parameters."""

    def declared_formats(self) -> list[str]:
        """Write them out."""
        return ["application/fhir+xml; fhirVersion=4.0", "application/fhir+json; fhirVersion=4.0"]


@variation("metadata", warns=("fhir-api.capabilities.list-json",))
class NamesJsonByItsOldType(Server):
    """Lists JSON as application/json+fhir. Tolerated: clients of the field know that type."""

    def declared_formats(self) -> list[str]:
        """Name the type of an earlier version."""
        return ["application/json+fhir"]


@variation("metadata", warns=("patient-access.discovery.capabilities-are-listed",))
class LaunchesFromTheRecordElsewhere(Server):
    """
    Lists the capabilities of patients' apps only.

    Tolerated: clinicians may have another address.
    """

    def smart_configuration(self, request: Request) -> Document:
        """Leave out what only launches from the record need."""
        configuration = super().smart_configuration(request)
        kept = [name for name in configuration["capabilities"] if name not in _OF_CLINICIANS]
        return {**configuration, "capabilities": kept}


@variation("metadata")
class AnnouncesMore(Server):
    """Announces capabilities and members that SMART does not know."""

    def smart_configuration(self, request: Request) -> Document:
        """Add them."""
        configuration = super().smart_configuration(request)
        capabilities = [*configuration["capabilities"], "launch-from-the-moon"]
        more = {"x_house": {"color": "green"}, "registration_endpoint": "https://ehr.example/new"}
        return {**configuration, "capabilities": capabilities, **more}
