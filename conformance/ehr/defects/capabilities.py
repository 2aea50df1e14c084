"""Defects of what the server says of itself."""

from typing import Any

from conformance.ehr.defects.answers import a_crash, a_document, a_page
from conformance.ehr.defects.declare import defect
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.server import Server

_C = "fhir-api.capabilities."
SERVED = _C + "are-served-to-anybody"
COMPLETE = _C + "are-complete"
PATIENT = _C + "declare-the-patient-profile"
EVERY = _C + "declare-every-required-profile"
TYPES = "fhir-api.declarations.name-every-required-type"
TWICE = _C + "name-nothing-twice"

Statement = dict[str, Any]


@defect("capabilities", kills=(SERVED,))
class HasNoMetadata(Server):
    """Knows nothing at the address of the capabilities."""

    def show_capabilities(self, request: Request, call: Call) -> Response:
        """Find nothing."""
        raise Refusal(Fault.UNKNOWN_PATH, "There is nothing at this address.")


@defect("capabilities", kills=(SERVED,))
class CrashesOnMetadata(Server):
    """Crashes when it is asked for its capabilities."""

    def show_capabilities(self, request: Request, call: Call) -> Response:
        """Crash."""
        return a_crash()


@defect("capabilities", kills=(SERVED,))
class ShowsAPageForMetadata(Server):
    """Answers with a page for people when it is asked for its capabilities."""

    def show_capabilities(self, request: Request, call: Call) -> Response:
        """Show a page."""
        return a_page(200)


@defect("capabilities", kills=(SERVED,))
class ShowsAnotherResourceForMetadata(Server):
    """Answers with an OperationOutcome and 200 when it is asked for its capabilities."""

    def show_capabilities(self, request: Request, call: Call) -> Response:
        """Show an outcome."""
        return a_document(200, {"resourceType": "OperationOutcome", "issue": []})


@defect("capabilities", kills=(SERVED,))
class ShowsMetadataToClientsOnly(Server):
    """Wants a token from whoever asks for its capabilities."""

    def is_open(self, call: Call) -> bool:
        """Close the capabilities as well."""
        return call.interaction is Interaction.SMART_CONFIGURATION


@defect("capabilities", kills=(_C + "state-fhir-r4",))
class StatesNoFhirVersion(Server):
    """Leaves the FHIR version out of its CapabilityStatement."""

    def capability_statement(self, request: Request) -> Statement:
        """Leave the version out."""
        return _without(super().capability_statement(request), "fhirVersion")


@defect("capabilities", kills=(_C + "state-fhir-r4",))
class StatesFhirR5(Server):
    """States FHIR R5."""

    def declared_fhir_version(self) -> str:
        """Name R5."""
        return "5.0.0"


@defect("capabilities", kills=(_C + "state-fhir-r4",))
class StatesFhirR4B(Server):
    """States FHIR R4B, which is another version than R4."""

    def declared_fhir_version(self) -> str:
        """Name R4B."""
        return "4.3.0"


@defect("capabilities", kills=(_C + "list-json",))
class ListsXmlOnly(Server):
    """Lists XML alone among its formats."""

    def declared_formats(self) -> list[str]:
        """Name XML."""
        return ["xml", "application/fhir+xml"]


@defect("capabilities", kills=(COMPLETE,))
class TellsNoStatus(Server):
    """Leaves the status out of its CapabilityStatement."""

    def capability_statement(self, request: Request) -> Statement:
        """Leave the status out."""
        return _without(super().capability_statement(request), "status")


@defect("capabilities", kills=(COMPLETE,))
class TellsNoDate(Server):
    """Leaves the date out of its CapabilityStatement."""

    def capability_statement(self, request: Request) -> Statement:
        """Leave the date out."""
        return _without(super().capability_statement(request), "date")


@defect("capabilities", kills=(COMPLETE,))
class TellsNoKind(Server):
    """Leaves the kind out of its CapabilityStatement."""

    def capability_statement(self, request: Request) -> Statement:
        """Leave the kind out."""
        return _without(super().capability_statement(request), "kind")


@defect("capabilities", kills=(COMPLETE, PATIENT, EVERY, TYPES))
class DescribesNoServer(Server):
    """Leaves everything about REST out of its CapabilityStatement."""

    def capability_statement(self, request: Request) -> Statement:
        """Leave rest out."""
        return _without(super().capability_statement(request), "rest")


@defect("capabilities", kills=(COMPLETE, TYPES))
class SpeaksAsAClient(Server):
    """Describes itself as a client."""

    def capability_statement(self, request: Request) -> Statement:
        """Name the mode client."""
        statement = super().capability_statement(request)
        return {**statement, "rest": [{**rest, "mode": "client"} for rest in statement["rest"]]}


@defect("capabilities", kills=(COMPLETE,))
class IsAnInstanceOfNothing(Server):
    """Speaks of an instance and does not describe the implementation."""

    def capability_statement(self, request: Request) -> Statement:
        """Leave the implementation out."""
        return _without(super().capability_statement(request), "implementation")


@defect("capabilities", kills=(TWICE,))
class DeclaresATypeTwice(Server):
    """Declares one resource type twice."""

    def capability_statement(self, request: Request) -> Statement:
        """Repeat the last type."""
        statement = super().capability_statement(request)
        (rest,) = statement["rest"]
        return {
            **statement,
            "rest": [{**rest, "resource": [*rest["resource"], rest["resource"][-1]]}],
        }


@defect("capabilities", kills=(TWICE,))
class DeclaresAParameterTwice(Server):
    """Declares one search parameter of a type twice."""

    def declared_search_parameters(self, type_: str) -> list[dict[str, str]]:
        """Repeat the first parameter of Observation."""
        declared = super().declared_search_parameters(type_)
        return declared + declared[:1] if type_ == "Observation" else declared


@defect("capabilities", kills=(PATIENT, EVERY))
class DeclaresNoPatientProfile(Server):
    """Declares Patient without the US Core profile."""

    def declared_profiles(self, type_: str) -> list[str]:
        """Leave the profile of Patient out."""
        return [] if type_ == "Patient" else super().declared_profiles(type_)


@defect("capabilities", kills=(PATIENT, EVERY, TYPES))
class DeclaresPatientsOnly(Server):
    """Declares no resource type but Patient."""

    def capability_statement(self, request: Request) -> Statement:
        """Keep the first type, which is Patient."""
        statement = super().capability_statement(request)
        (rest,) = statement["rest"]
        return {**statement, "rest": [{**rest, "resource": rest["resource"][:1]}]}


@defect("capabilities", kills=(_C + "declare-profiles-for-their-types", EVERY))
class DeclaresATypeWithoutProfile(Server):
    """Declares Goal without a US Core profile."""

    def declared_profiles(self, type_: str) -> list[str]:
        """Leave the profile of Goal out."""
        return [] if type_ == "Goal" else super().declared_profiles(type_)


@defect("capabilities", kills=(EVERY,))
class LagsBehindInItsProfiles(Server):
    """Declares one profile for all of its Observations."""

    def declared_profiles(self, type_: str) -> list[str]:
        """Declare the first profile only."""
        return super().declared_profiles(type_)[:1]


def _without(statement: Statement, name: str) -> Statement:
    return {key: value for key, value in statement.items() if key != name}
