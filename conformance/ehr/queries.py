"""A search once it is understood: conditions, includes, page."""

from dataclasses import dataclass, field

from conformance.ehr.dates import Range
from conformance.ehr.search_tables import SearchParameter


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenValue:
    """
    A wanted token.

    `system` None is any system, "" no system; `code` None is any code of the system.
    """

    system: str | None
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextValue:
    """A wanted string."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceValue:
    """
    A wanted reference.

    `type` None is any type. A reference to another server keeps its whole address as `id`.
    """

    type: str | None
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateValue:
    """A wanted date: the range that the value covers, and how a resource's range compares."""

    comparator: str
    range: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingValue:
    """Whether the element shall be missing."""

    missing: bool


Wanted = TokenValue | TextValue | ReferenceValue | DateValue | MissingValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One parameter of a search: it holds when any of its values does."""

    name: str
    modifier: str = ""
    parameter: SearchParameter
    values: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Include:
    """A reference to follow from the matches: `MedicationRequest:medication`, perhaps one type."""

    path: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """
    One search.

    All `conditions` must hold. `used` are the parameters as sent, but for those that were ignored:
    what the self link shows. `offset` is where the page begins.
    """

    type: str
    conditions: tuple[Condition, ...] = ()
    includes: tuple[Include, ...] = ()
    with_provenance: bool = False
    count: int
    offset: int = 0
    used: tuple[tuple[str, str], ...] = field(default=())
