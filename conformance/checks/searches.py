"""The searches that find one patient's data of a type."""

from conformance.fhir.client import Parameter
from conformance.ig.rulebook import Rulebook


def searches_of(rulebook: Rulebook, type_: str, patient: str) -> list[list[Parameter]]:
    """Return the searches for a patient's resources of a type, as the guide asks for them."""
    who = Parameter(name="_id" if type_ == "Patient" else "patient", value=patient)
    first = rulebook.first_search(type_)
    if first is None or not first.fixed:
        return [[who]]
    return [[who, Parameter(name=first.fixed, value=code.code)] for code in first.codes]
