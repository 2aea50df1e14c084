"""What a check can ask of the FHIR side of a server."""

from conformance.checks.dates import Dates
from conformance.checks.terms import Term

__all__ = ["Fhir", "Term"]


class Fhir(Dates):
    """
    Questions to the server's FHIR API.

    Questions asks plainly, Sampling knows what the pool holds, Searching builds searches from it,
    Forms and Dates ask the same in other words.
    """
