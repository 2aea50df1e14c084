"""What the server says of itself: `/metadata`."""

from typing import Any

from conformance.ehr.discovery import Discovery
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.profiles import US_CORE, US_CORE_SERVER
from conformance.ehr.search_tables import INCLUDES, WITHOUT_PROVENANCE
from conformance.ehr.setup import Protection

SERVICES = "http://terminology.hl7.org/CodeSystem/restful-security-service"
BULK_DATA = "http://hl7.org/fhir/uv/bulkdata"
OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
WRITTEN = "2026-01-01"
VERSION = "1.0.0"


class Capabilities(Discovery):
    """Declare what is served, and nothing else."""

    def show_capabilities(self, request: Request, call: Call) -> Response:
        """Answer with the CapabilityStatement."""
        return Response(
            status=200,
            headers=(("Content-Type", self.content_type(request)),),
            document=self.capability_statement(request),
        )

    def capability_statement(self, request: Request) -> dict[str, Any]:
        """Return the CapabilityStatement."""
        rest: dict[str, Any] = {
            "mode": "server",
            "security": self.declared_security(request),
            "resource": [self.declared_resource(type_) for type_ in self.setup.types],
        }
        statement: dict[str, Any] = {
            "resourceType": "CapabilityStatement",
            "id": "server",
            "url": f"{request.base}/metadata",
            "version": VERSION,
            "name": "ReferenceEhr",
            "title": self.setup.title,
            "status": "active",
            "date": WRITTEN,
            "publisher": "The reference EHR",
            "description": "A synthetic record system that answers on loopback only.",
            "kind": "instance",
            "instantiates": self.instantiated(),
            "software": {"name": self.setup.title, "version": VERSION, "releaseDate": WRITTEN},
            "implementation": {"description": self.setup.title, "url": request.base},
            "fhirVersion": self.declared_fhir_version(),
            "format": self.declared_formats(),
            "rest": [rest],
        }
        return {key: value for key, value in statement.items() if value != []}

    def instantiated(self) -> list[str]:
        """Return the CapabilityStatements of others that the server claims to fulfil."""
        version = self.setup.edition.version
        us_core = [f"{US_CORE_SERVER}|{version}"] if self.setup.us_core else []
        return (
            [*us_core, f"{BULK_DATA}/CapabilityStatement/bulk-data"]
            if self.setup.exports
            else us_core
        )

    def declared_fhir_version(self) -> str:
        """Return the FHIR version that is declared."""
        return "4.0.1"

    def declared_formats(self) -> list[str]:
        """Return the formats that are declared."""
        return ["json", "application/fhir+json"]

    def declared_security(self, request: Request) -> dict[str, Any]:
        """Return how access is protected."""
        if self.setup.protection is Protection.API_KEY:
            return {"description": "Every request but this one needs the header X-API-Key."}
        if self.setup.protection is Protection.NONE:
            return {"description": "Nothing is protected here: the data are made up."}
        coding = {"system": SERVICES, "code": "SMART-on-FHIR", "display": "SMART-on-FHIR"}
        security: dict[str, Any] = {
            "cors": False,
            "service": [{"coding": [coding], "text": "OAuth2 using SMART-on-FHIR profile"}],
        }
        if self.setup.smart:
            server = self.authorization_server(request)
            endpoints = ("authorize", "token", "introspect", "revoke", "manage")
            uris = [{"url": name, "valueUri": f"{server}/{name}"} for name in endpoints]
            security["extension"] = [{"url": OAUTH_URIS, "extension": uris}]
        return security

    def declared_resource(self, type_: str) -> dict[str, Any]:
        """Return what is declared of one type."""
        resource: dict[str, Any] = {
            "type": type_,
            "supportedProfile": self.declared_profiles(type_),
            "interaction": [{"code": code} for code in self.declared_interactions(type_)],
            "versioning": "versioned",
            "readHistory": False,
            "updateCreate": False,
            "referencePolicy": ["resolves"],
            "searchInclude": [f"{type_}:{name}" for name in self.included_names(type_)],
            "searchRevInclude": self.reverse_includes(type_),
            "searchParam": self.declared_search_parameters(type_),
            "operation": self.declared_operations(type_),
        }
        return {key: value for key, value in resource.items() if value != []}

    def declared_profiles(self, type_: str) -> list[str]:
        """Return the profiles that are declared of a type."""
        if self.setup.us_core:
            return list(self.setup.edition.profiles.get(type_, ()))
        used = {
            canonical
            for resource in self.store.all(type_)
            for canonical in resource["meta"].get("profile", [])
        }
        return sorted(used)

    def declared_interactions(self, type_: str) -> list[str]:
        """Return the interactions that are declared of a type."""
        return ["read", "vread", "history-instance", "search-type"]

    def declared_operations(self, type_: str) -> list[dict[str, str]]:
        """Return the operations that are declared of a type."""
        if type_ == "DocumentReference" and self.setup.us_core:
            return [{"name": "docref", "definition": f"{US_CORE}/OperationDefinition/docref"}]
        if type_ != "Group" or not self.setup.exports:
            return []
        return [{"name": "export", "definition": f"{BULK_DATA}/OperationDefinition/group-export"}]

    def declared_search_parameters(self, type_: str) -> list[dict[str, str]]:
        """Return the search parameters that are declared of a type."""
        return [
            {"name": name, "type": str(parameter.kind)}
            for name, parameter in self.search_parameters(type_).items()
        ]

    def included_names(self, type_: str) -> list[str]:
        """Return the names that `_include` of a type can follow."""
        return list(INCLUDES.get(type_, ())) if self.setup.us_core else []

    def reverse_includes(self, type_: str) -> list[str]:
        """Return what `_revinclude` of a type can name."""
        if not self.setup.provenance or type_ in WITHOUT_PROVENANCE:
            return []
        return ["Provenance:target"]
