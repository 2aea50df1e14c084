"""Legal variations of what is declared of types."""

from typing import Any

from conformance.ehr.defects.declare import variation
from conformance.ehr.messages import Request
from conformance.ehr.server import Server

Document = dict[str, Any]


def _each(statement: Document, change: Any) -> Document:
    """Return a statement with each resource changed."""
    (rest,) = statement["rest"]
    return {**statement, "rest": [{**rest, "resource": [change(one) for one in rest["resource"]]}]}


@variation("declarations")
class DeclaresAnyReverseInclude(Server):
    """Declares that anything can be included, either way, by an asterisk."""

    def capability_statement(self, request: Request) -> Document:
        """Put the asterisk in place of each list."""
        return _each(
            super().capability_statement(request),
            lambda one: {**one, "searchInclude": ["*"], "searchRevInclude": ["*"]},
        )


@variation("declarations")
class DeclaresItsOwnParameters(Server):
    """Declares parameters of its own beside the required ones, and no definition of any."""

    def declared_search_parameters(self, type_: str) -> list[dict[str, str]]:
        """Add two."""
        more = [{"name": "x-facility", "type": "token"}, {"name": "x-batch", "type": "number"}]
        return [*super().declared_search_parameters(type_), *more]


@variation("declarations")
class DescribesItselfInTwoParts(Server):
    """Describes its types in two parts, both about a server."""

    def capability_statement(self, request: Request) -> Document:
        """Split the types over two parts."""
        statement = super().capability_statement(request)
        (rest,) = statement["rest"]
        half = len(rest["resource"]) // 2
        parts = [rest["resource"][:half], rest["resource"][half:]]
        return {**statement, "rest": [{**rest, "resource": part} for part in parts]}


@variation("declarations")
class WritesItsAddressWithASlash(Server):
    """Gives the address of the implementation with a slash at its end."""

    def capability_statement(self, request: Request) -> Document:
        """Add the slash."""
        statement = super().capability_statement(request)
        implementation = {"description": "It.", "url": f"{request.base}/"}
        return {**statement, "implementation": implementation}


@variation("declarations")
class DeclaresOperationsWithADollar(Server):
    """Names its operations as they stand in an address, with a dollar sign."""

    def declared_operations(self, type_: str) -> list[dict[str, str]]:
        """Add the sign to the one of documents."""
        operations = super().declared_operations(type_)
        if type_ != "DocumentReference":
            return operations
        return [{**one, "name": f"${one['name']}"} for one in operations]


@variation("declarations", warns=("fhir-api.declarations.declare-the-recommended-parameters",))
class DeclaresWhatIsRequiredOnly(Server):
    """
    Declares no parameter `location` of Encounter.

    Tolerated: it is recommended only.
    """

    def declared_search_parameters(self, type_: str) -> list[dict[str, str]]:
        """Leave the location of Encounter out."""
        declared = super().declared_search_parameters(type_)
        return [one for one in declared if (type_, one["name"]) != ("Encounter", "location")]
