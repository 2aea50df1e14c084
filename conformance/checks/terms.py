"""The terms of a search: its parameters with the values that a sample gives for them."""

from dataclasses import dataclass, replace

from conformance.fhir.client import Parameter
from conformance.fhir.harvest import Sample
from conformance.ig.rulebook import Search, SearchParameter
from conformance.validation.search_values import SearchValue, value_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One parameter of a search with the value that a sample gave for it."""

    definition: SearchParameter
    value: SearchValue

    @property
    def parameter(self) -> Parameter:
        """The parameter as sent, its patient values named in reports."""
        return Parameter(
            name=self.definition.name,
            value=self.value.value,
            shown=self.value.shown if self.value.sensitive else "",
        )


def terms_from(search: Search, sample: Sample, base: str) -> list[Term] | None:
    """Return a term for each parameter of a search, None where the sample lacks a value."""
    terms = []
    for definition in search.definitions:
        value = value_from(sample.resource, definition, base=base)
        if value is None:
            return None
        if definition.name == "patient":
            # By id is how every server is asked; the form with the type has a check of its own.
            value = replace(value, value=value.value.removeprefix("Patient/"))
        terms.append(Term(definition=definition, value=value))
    return terms
