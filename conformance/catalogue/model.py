"""What the catalogue holds, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ALL = "all"
"""Stands in `editions` and `smart` for "whichever is chosen"."""


class Strength(StrEnum):
    """How strongly a specification asks."""

    SHALL = "SHALL"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Coverage(StrEnum):
    """How much of a requirement its checks cover."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class Means(StrEnum):
    """By which means a step of the test procedure can be shown."""

    CLIENT = "client"
    """A client of the API."""
    ATTESTATION = "attestation"
    """Only a person's word or look."""


class GateKind(StrEnum):
    """How a gate is decided."""

    HARD = "hard"
    """One confirmed contradiction decides."""
    BREADTH = "breadth"
    """Shares of many rows decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a requirement stands; no text of the source is repeated."""

    document: str
    version: str
    section: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Untested:
    """Why no check covers a requirement: a reason in one word, and in prose what is to come."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One of the six aspects that a report explains."""

    id: str
    title: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """
    One thing that a specification or a regulation asks for.

    `editions` are the US Core editions for which it binds, `smart` the major versions of SMART App
    Launch; either may be `("all",)`. Steps of the (g)(10) test procedure (`g10#...`) have
    `paragraph` and `testable`, and `shown_by` names the requirements whose checks speak for them.
    """

    id: str
    title: str
    text: str
    level: Strength
    actor: str
    editions: tuple[str, ...]
    smart: tuple[str, ...]
    citation: Citation
    dimensions: tuple[str, ...]
    coverage: Coverage
    paragraph: str = ""
    testable: Means | None = None
    shown_by: tuple[str, ...] = ()
    untested: Untested | None = None

    @property
    def source(self) -> str:
        """The part of the id before `#`, which is also the name of the requirement's file."""
        return self.id.partition("#")[0]

    @property
    def step(self) -> bool:
        """Whether this is one of the steps of the (g)(10) test procedure."""
        return self.testable is not None

    def binds(self, edition: str, smart: str) -> bool:
        """Tell whether it binds under a US Core edition (`6.1.0`) and a SMART major version."""
        return (self.editions == (ALL,) or edition in self.editions) and (
            self.smart == (ALL,) or smart in self.smart
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GateWords:
    """
    A gate's sentences for people.

    `shown`, `contradicted` and `absent` are clauses about the system ("it ..."); `needs` says what
    would decide the gate while it is open, `mend` what has to change where it is not met.
    """

    shown: str
    contradicted: str
    absent: str
    needs: str
    mend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One of the points that decide the class, with the few requirements that decide it."""

    id: str
    title: str
    kind: GateKind
    authorization: bool
    requirements: tuple[str, ...]
    words: GateWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A US Core edition of a rule set, with the SMART version that goes with it."""

    us_core: str
    current: bool
    smart: str
    search_types: tuple[str, ...]
    """Resource types that a breadth gate must have seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Shares that decide the breadth gates, each from 0 to 1."""

    failed_rows: float
    executed_rows: float
    proposal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """What binds at a date: editions, gates in their order, thresholds, and telling types."""

    id: str
    title: str
    dated: str
    fhir: str
    bulk: tuple[str, ...]
    default_edition: str
    editions: Mapping[str, Edition]
    gates: tuple[str, ...]
    thresholds: Thresholds
    clinical_types: tuple[str, ...]
    payer_types: tuple[str, ...]
    formulary_types: tuple[str, ...]
    integration_types: Mapping[str, tuple[str, ...]]

    def edition(self, us_core: str) -> Edition:
        """Return an edition; one that the rule set does not know is never current."""
        known = self.editions.get(us_core)
        if known is not None:
            return known
        default = self.editions[self.default_edition]
        return Edition(
            us_core=us_core,
            current=False,
            smart=default.smart,
            search_types=default.search_types,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that the TOML files of this room say, with a digest over their bytes."""

    version: str
    sha256: str
    requirements: Mapping[str, Requirement]
    gates: Mapping[str, Gate]
    rule_sets: Mapping[str, RuleSet]
    dimensions: tuple[Dimension, ...]

    @property
    def steps(self) -> tuple[Requirement, ...]:
        """The steps of the (g)(10) test procedure, in the procedure's order."""
        return tuple(entry for entry in self.requirements.values() if entry.step)
