"""What a check can be repeated over: rows that come from the rulebook of the run's edition."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from conformance.ig.rulebook import Rulebook, Search
from conformance.ig.selection import asked_profiles

__all__ = [
    "ROWS",
    "Described",
    "Included",
    "LaunchKind",
    "PatientData",
    "ProfileRow",
    "Readable",
    "Row",
    "Search",
    "Searchable",
    "TypeRow",
]

_OPEN_BY_NATURE = frozenset(
    {"Endpoint", "Location", "Medication", "Organization", "Practitioner", "PractitionerRole"}
)
"""Types that some systems publish as a directory: served openly they are no patient's data."""


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A row that is one resource type."""

    type: str

    @property
    def id(self) -> str:
        """The row id: the type."""
        return self.type

    @property
    def row(self) -> dict[str, Any]:
        """The row as results.json holds it."""
        return {"type": self.type}


@dataclass(frozen=True, slots=True)
class Readable(TypeRow):
    """A type that the edition speaks of reading; `required` where it says SHALL."""

    required: bool = True


class PatientData(TypeRow):
    """A type that holds patients' data and SHALL be supported."""


class Described(TypeRow):
    """A type that the guide names with anything a client can ask of it."""


class Searchable(TypeRow):
    """A type for which a search SHALL or SHOULD be supported."""


class Included(TypeRow):
    """A type whose search SHALL support `_revinclude=Provenance:target`."""


@dataclass(frozen=True, slots=True)
class LaunchKind:
    """A kind of launch: `standalone`, begun by the app, or `ehr`, begun by the record system."""

    kind: str

    @property
    def id(self) -> str:
        """The row id: the kind."""
        return self.kind

    @property
    def row(self) -> dict[str, Any]:
        """The row as results.json holds it."""
        return {"launch": self.kind}


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A profile of the guide that SHALL be supported, by its canonical."""

    profile: str
    type: str

    @property
    def id(self) -> str:
        """The row id: the last part of the canonical."""
        return self.profile.rpartition("/")[2]

    @property
    def row(self) -> dict[str, Any]:
        """The row as results.json holds it."""
        return {"type": self.type, "profile": self.profile}


Row = Search | TypeRow | LaunchKind | ProfileRow


def _profiles(rulebook: Rulebook) -> Iterable[Row]:
    for url, type_, level in asked_profiles(rulebook):
        if level == "SHALL":
            yield ProfileRow(url, type_)


def _readable(rulebook: Rulebook) -> Iterable[Row]:
    return (
        Readable(entry.type, entry.level == "SHALL" and entry.interactions.get("read") == "SHALL")
        for entry in rulebook.types
        if entry.interactions.get("read") in ("SHALL", "SHOULD")
    )


def patient_data_types(rulebook: Rulebook) -> list[str]:
    """Return the types of the rows of `PatientData`."""
    return [
        entry.type
        for entry in rulebook.types
        if entry.level == "SHALL" and entry.type not in _OPEN_BY_NATURE
    ]


ROWS: dict[type, Callable[[Rulebook], Iterable[Row]]] = {
    Search: lambda rulebook: rulebook.searches,
    Readable: _readable,
    PatientData: lambda rulebook: map(PatientData, patient_data_types(rulebook)),
    Described: lambda rulebook: (
        Described(entry.type) for entry in rulebook.types if entry.interactions
    ),
    Searchable: lambda rulebook: (
        Searchable(entry.type)
        for entry in rulebook.types
        if any(search.level != "MAY" for search in rulebook.searches_of(entry.type))
    ),
    Included: lambda rulebook: (Included(name) for name in rulebook.provenance_types),
    ProfileRow: _profiles,
    LaunchKind: lambda _: (LaunchKind("standalone"), LaunchKind("ehr")),
}
