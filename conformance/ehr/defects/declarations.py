"""Defects of declarations: a server that serves what is required, and does not say so."""

from typing import Any

from conformance.ehr.defects.declare import defect
from conformance.ehr.messages import Request
from conformance.ehr.server import Server

_D = "fhir-api.declarations."
TYPES = _D + "name-every-required-type"
INTERACTIONS = _D + "declare-the-required-interactions"
PARAMETERS = _D + "declare-the-required-parameters"
RECOMMENDED = _D + "declare-the-recommended-parameters"
PROVENANCE = _D + "declare-provenance"
OPERATIONS = _D + "declare-the-required-operations"
PROFILES = "fhir-api.capabilities.declare-every-required-profile"

Statement = dict[str, Any]


@defect("declarations", kills=(TYPES, PROFILES))
class DeclaresNoGoals(Server):
    """Serves Goal and does not declare it."""

    def capability_statement(self, request: Request) -> Statement:
        """Leave the type out."""
        statement = super().capability_statement(request)
        (rest,) = statement["rest"]
        kept = [resource for resource in rest["resource"] if resource["type"] != "Goal"]
        return {**statement, "rest": [{**rest, "resource": kept}]}


@defect("declarations", kills=(_D + "name-the-guide",))
class InstantiatesAnotherGuide(Server):
    """Names the server of another guide as what it instantiates."""

    def instantiated(self) -> list[str]:
        """Name it."""
        return ["http://ehr.example/CapabilityStatement/server"]


@defect("declarations", kills=(INTERACTIONS,))
class DeclaresNoReads(Server):
    """Declares searches only, of every type."""

    def declared_interactions(self, type_: str) -> list[str]:
        """Leave read out."""
        return [name for name in super().declared_interactions(type_) if name != "read"]


@defect("declarations", kills=(INTERACTIONS,))
class DeclaresNoSearchOfOneType(Server):
    """Declares that an Immunization can be read only."""

    def declared_interactions(self, type_: str) -> list[str]:
        """Leave its search out."""
        names = super().declared_interactions(type_)
        return [n for n in names if type_ != "Immunization" or n != "search-type"]


@defect("declarations", kills=(PARAMETERS,))
class DeclaresNoPatientParameter(Server):
    """Declares no parameter `patient` of Procedure."""

    def declared_search_parameters(self, type_: str) -> list[dict[str, str]]:
        """Leave it out."""
        declared = super().declared_search_parameters(type_)
        return [one for one in declared if (type_, one["name"]) != ("Procedure", "patient")]


@defect("declarations", kills=(PARAMETERS,))
class DeclaresHalfOfACombination(Server):
    """Declares no parameter `gender` of Patient, which is required with a name only."""

    def declared_search_parameters(self, type_: str) -> list[dict[str, str]]:
        """Leave it out."""
        declared = super().declared_search_parameters(type_)
        return [one for one in declared if (type_, one["name"]) != ("Patient", "gender")]


@defect("declarations", kills=(PARAMETERS, RECOMMENDED))
class DeclaresNoParameters(Server):
    """Declares no search parameter of any type."""

    def declared_search_parameters(self, type_: str) -> list[dict[str, str]]:
        """Declare none."""
        return []


@defect("declarations", kills=(RECOMMENDED,))
class DeclaresNoAbatementDate(Server):
    """Declares no parameter `abatement-date` of Condition."""

    def declared_search_parameters(self, type_: str) -> list[dict[str, str]]:
        """Leave it out."""
        declared = super().declared_search_parameters(type_)
        return [one for one in declared if one["name"] != "abatement-date"]


@defect("declarations", kills=(PROVENANCE,))
class DeclaresNoReverseIncludes(Server):
    """Brings Provenance along and declares no reverse include."""

    def capability_statement(self, request: Request) -> Statement:
        """Leave them out."""
        statement = super().capability_statement(request)
        (rest,) = statement["rest"]
        bare = [
            {name: value for name, value in resource.items() if name != "searchRevInclude"}
            for resource in rest["resource"]
        ]
        return {**statement, "rest": [{**rest, "resource": bare}]}


@defect("declarations", kills=(PROVENANCE,))
class DeclaresTheWrongReverseInclude(Server):
    """Declares `Provenance:entity` where `Provenance:target` is meant, for CarePlan."""

    def capability_statement(self, request: Request) -> Statement:
        """Name the wrong one."""
        statement = super().capability_statement(request)
        (rest,) = statement["rest"]
        changed = [
            {**resource, "searchRevInclude": ["Provenance:entity"]}
            if resource["type"] == "CarePlan"
            else resource
            for resource in rest["resource"]
        ]
        return {**statement, "rest": [{**rest, "resource": changed}]}


@defect("declarations", kills=(OPERATIONS,))
class DeclaresNoOperations(Server):
    """Serves `$docref` and does not declare it."""

    def declared_operations(self, type_: str) -> list[dict[str, str]]:
        """Keep those of other types."""
        return [] if type_ == "DocumentReference" else super().declared_operations(type_)
