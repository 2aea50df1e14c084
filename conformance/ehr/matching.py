"""Decide which resources a search finds."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from conformance.ehr.dates import Range, compares, element_range
from conformance.ehr.parsing import Parsing
from conformance.ehr.queries import (
    Condition,
    DateValue,
    MissingValue,
    Query,
    ReferenceValue,
    TextValue,
    TokenValue,
    Wanted,
)
from conformance.ehr.search_tables import Kind, SearchParameter
from conformance.ehr.store import Resource

Token = tuple[str, str]
_EXTENSION = re.compile(r"extension\((?P<url>[^)]+)\)\.(?P<rest>.+)")


class Matching(Parsing):
    """Compare resources with the conditions of a query."""

    def select(self, query: Query) -> list[Resource]:
        """Return every resource that a query finds, in the order of the cohort."""
        return [found for found in self.candidates(query) if self.matches(found, query)]

    def candidates(self, query: Query) -> Sequence[Resource]:
        """
        Return the resources worth comparing.

        Only the patient narrows them: whoever loosens how references match widens this too.
        """
        for condition in self.conditions(query):
            if (
                condition.name == "patient"
                and not condition.modifier
                and len(condition.values) == 1
            ):
                (wanted,) = condition.values
                if isinstance(wanted, ReferenceValue) and wanted.type == "Patient":
                    return self.store.of_patient(query.type, wanted.id)
        return self.store.all(query.type)

    def conditions(self, query: Query) -> tuple[Condition, ...]:
        """Return the conditions of a query that are heeded: all."""
        return query.conditions

    def matches(self, resource: Resource, query: Query) -> bool:
        """Tell whether a resource meets every condition of a query."""
        return all(self.meets(resource, condition) for condition in self.conditions(query))

    def meets(self, resource: Resource, condition: Condition) -> bool:
        """Tell whether a resource meets one condition: whether any of its values holds."""
        actual = self.values_of(resource, condition.parameter)
        return any(self.holds(actual, condition, wanted) for wanted in condition.values)

    def values_of(self, resource: Resource, parameter: SearchParameter) -> tuple[Any, ...]:
        """Return what a parameter finds in a resource."""
        return self.store.values(resource, parameter, extract)

    def holds(self, actual: tuple[Any, ...], condition: Condition, wanted: Wanted) -> bool:
        """Tell whether any value of a resource is what one wanted value asks for."""
        match wanted:
            case TokenValue():
                return any(self.matches_token(token, wanted) for token in actual)
            case TextValue():
                modifier = condition.modifier
                return any(self.matches_string(text, wanted, modifier) for text in actual)
            case ReferenceValue():
                return any(self.matches_reference(found, wanted) for found in actual)
            case DateValue():
                return any(self.matches_date(found, wanted) for found in actual)
            case MissingValue():
                return wanted.missing is not bool(actual)

    def matches_token(self, actual: Token, wanted: TokenValue) -> bool:
        """Tell whether a resource's (system, code) is the wanted one."""
        system, code = actual
        if wanted.code is not None and wanted.code != code:
            return False
        return wanted.system is None or wanted.system == system

    def matches_string(self, actual: str, wanted: TextValue, modifier: str) -> bool:
        """Tell whether a resource's string begins with the wanted one, case and accents aside."""
        if modifier == "exact":
            return actual == wanted.text
        if modifier == "contains":
            return folded(wanted.text) in folded(actual)
        return folded(actual).startswith(folded(wanted.text))

    def matches_reference(self, actual: tuple[str, str], wanted: ReferenceValue) -> bool:
        """Tell whether a resource's reference, as (type, id), is the wanted one."""
        type_, id_ = actual
        return id_ == wanted.id and wanted.type in (None, type_)

    def matches_date(self, actual: Range, wanted: DateValue) -> bool:
        """Tell whether a resource's range of time stands to the wanted one as asked for."""
        return compares(wanted.comparator, actual, wanted.range)


@lru_cache(maxsize=16384)
def folded(text: str) -> str:
    """Return a text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def extract(resource: Resource, parameter: SearchParameter) -> tuple[Any, ...]:
    """Return what a parameter finds in a resource, in the form that its kind compares."""
    elements = [element for path in parameter.paths for element in elements_at(resource, path)]
    match parameter.kind:
        case Kind.TOKEN:
            return tuple(t for element in elements for t in tokens(element, parameter.system))
        case Kind.STRING:
            return tuple(elements)
        case Kind.DATE:
            return tuple(element_range(element) for element in elements)
        case Kind.REFERENCE:
            found = (reference_of(element) for element in elements)
            target = parameter.target
            return tuple(pair for pair in found if pair and target in ("", pair[0]))


def elements_at(node: Any, path: str) -> Iterator[Any]:
    """Yield the elements at a path of the search tables."""
    if isinstance(node, list):
        for item in node:
            yield from elements_at(item, path)
    elif not path:
        yield node
    elif isinstance(node, dict):
        if match := _EXTENSION.fullmatch(path):
            for extension in node.get("extension", []):
                if extension["url"] == match["url"]:
                    yield from elements_at(extension, match["rest"])
            return
        step, _, rest = path.partition(".")
        if step in node:
            yield from elements_at(node[step], rest)


def tokens(element: Any, system: str) -> Iterator[Token]:
    """Yield (system, code) of a code, Coding, CodeableConcept or Identifier."""
    if not isinstance(element, dict):
        yield system, str(element)
    elif "coding" in element:
        for coding in element["coding"]:
            yield coding.get("system", ""), coding.get("code", "")
    elif "code" in element or "value" in element:
        yield element.get("system", ""), str(element.get("code", element.get("value")))


def reference_of(element: Any) -> tuple[str, str] | None:
    """
    Return (type, id) of a relative reference; None for one that only names or is contained.

    A canonical has no type, and its whole address as id.
    """
    if isinstance(element, str):
        return "", element
    type_, slash, id_ = element.get("reference", "").rpartition("/")
    return (type_, id_) if slash else None
