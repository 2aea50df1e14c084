"""Defects of declarations: a server that says more of itself than is so."""

from typing import Any

from conformance.ehr.defects.declare import defect
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.server import Server

_D = "fhir-api.declared."
TYPES = _D + "types-answer"
PARAMETERS = _D + "parameters-are-known"
OPERATIONS = _D + "operations-answer"
ADDRESS = _D + "address-is-this-one"

Statement = dict[str, Any]


class _DeclaresMore(Server):
    """Declares one type more."""

    more = "Questionnaire"

    def capability_statement(self, request: Request) -> Statement:
        """Add it."""
        statement = super().capability_statement(request)
        (rest,) = statement["rest"]
        interactions = [{"code": "read"}, {"code": "search-type"}]
        added = {"type": self.more, "interaction": interactions}
        return {**statement, "rest": [{**rest, "resource": [*rest["resource"], added]}]}


@defect("declared", kills=(TYPES,))
class DeclaresWhatItDoesNotServe(_DeclaresMore):
    """Declares Questionnaire and serves none."""


@defect("declared", kills=(TYPES,))
class DeclaresWhatCrashesIt(_DeclaresMore):
    """Declares Media, and crashes when one is looked for."""

    more = "Media"

    def unknown_type(self, request: Request, call: Call) -> Response:
        """Crash where the type is the one declared."""
        if call.type == self.more:
            return Response(status=500, headers=(("Content-Type", "text/plain"),), body=b"Oops")
        return super().unknown_type(request, call)


@defect("declared", kills=(PARAMETERS,))
class RefusesADeclaredParameter(Server):
    """Declares a parameter `_lastUpdated` of Immunization and refuses it as unknown."""

    def parse_condition(self, request: Request, type_: str, name: str, value: str) -> Any:
        """Refuse it."""
        if (type_, name) == ("Immunization", "_lastUpdated"):
            raise Refusal(Fault.UNKNOWN_PARAMETER, "There is no such parameter.")
        return super().parse_condition(request, type_, name, value)


@defect("declared", kills=(OPERATIONS,))
class DeclaresAnOperationOnly(Server):
    """Declares `$docref` and does not serve it."""

    def call_of(self, request: Request) -> Call:
        """Know nothing at its address."""
        if (request.below or "").endswith("/$docref"):
            return Call(interaction=Interaction.NONE)
        return super().call_of(request)


@defect("declared", kills=(OPERATIONS,))
class CrashesInAnOperation(Server):
    """Declares `$docref` and crashes in it."""

    def respond(self, request: Request) -> Response:
        """Crash there."""
        if (request.below or "").endswith("/$docref"):
            return Response(status=500, headers=(("Content-Type", "text/plain"),), body=b"Oops")
        return super().respond(request)


class _AtAnAddress(Server):
    """Gives another address of its own."""

    address = ""

    def capability_statement(self, request: Request) -> Statement:
        """Name it."""
        statement = super().capability_statement(request)
        return {**statement, "implementation": {"description": "It.", "url": self.address}}


@defect("declared", kills=(ADDRESS,))
class GivesAnInternalAddress(_AtAnAddress):
    """Gives an address of itself that only its own network knows."""

    address = "http://fhir-backend.internal:8080/r4"


@defect("declared", kills=(ADDRESS,))
class GivesARelativeAddress(_AtAnAddress):
    """Gives a path in place of its address."""

    address = "/fhir"
