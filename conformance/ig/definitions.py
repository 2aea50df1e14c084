"""
What a compiled package says of data: definitions as trees of rules, value sets, what stays open.

Facts only: names, types, cardinalities, codes, canonical URLs and expressions; none of a package's
texts for people. `conformance.ig.book` compiles packages to these, `conformance.validation` holds
resources against them.
"""

from typing import Any

from msgspec import UNSET as UNSET  # what the judge compares with
from msgspec import Struct, UnsetType
from msgspec.structs import replace

UNBOUNDED = -1
"""The `max` of an element that may repeat without end (`*`)."""


class TypeRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One type that an element may have.

    `code` is a FHIR type name (`Quantity`, `Reference`, `string`), also where the snapshot has one
    of FHIRPath's system types. `profiles` are what a value has to conform to (any one of them),
    `targets` what a Reference or canonical may point at. The flags are the must-support flags on
    the type, on single profiles and on single targets.
    """

    code: str
    profiles: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    aggregation: tuple[str, ...] = ()
    must_support: bool = False
    must_support_profiles: tuple[str, ...] = ()
    must_support_targets: tuple[str, ...] = ()


class Binding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A binding; `value_set` and `max_value_set` are canonicals as the snapshot writes them."""

    value_set: str
    strength: str
    max_value_set: str = ""


class Invariant(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A constraint: `severity` is `error` or `warning`, `expression` is FHIRPath (may be "")."""

    key: str
    severity: str
    expression: str = ""
    source: str = ""


class Discriminator(Struct, frozen=True, kw_only=True):
    """`kind` is `value`, `exists`, `pattern`, `type` or `profile`; `path` as R4 restricts it."""

    kind: str
    path: str


class Slicing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an element's repetitions are told apart; `rules` is open, closed or openAtEnd."""

    discriminators: tuple[Discriminator, ...] = ()
    rules: str = "open"
    ordered: bool = False


class ElementRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One element of a snapshot, with what lies below it.

    `id` is the snapshot's (`Patient.extension:race.url`), `name` the JSON name without `[x]`
    (`value` with `choice`). `max` is UNBOUNDED for `*`. `content` is the element id that a content
    reference leads to, after the `#`; it stays within the same definition, else (`content_of`) in
    the definition of that URL. `fixed` and `pattern` are JSON values. `slices` carry `slice_name`;
    a slice of a choice (`valueQuantity`) is a slice with one type under the choice element, also
    where a snapshot writes it as an element of its own. A slice of a slice stands in that slice's
    `slices`. `slice_name` has no path in it other than that of re-slices (`a/b`).
    `invariants` leave out ele-1 and ext-1, which hold everywhere and are judged natively.
    """

    id: str
    name: str
    choice: bool = False
    min: int = 0
    max: int = UNBOUNDED
    many: bool = False
    """The base element repeats, so that JSON has an array even where `max` is 1."""
    types: tuple[TypeRule, ...] = ()
    content: str = ""
    content_of: str = ""
    fixed: Any | UnsetType = UNSET
    pattern: Any | UnsetType = UNSET
    binding: Binding | None = None
    invariants: tuple[Invariant, ...] = ()
    max_length: int = 0
    min_value: Any | UnsetType = UNSET
    max_value: Any | UnsetType = UNSET
    must_support: bool = False
    uscdi: bool = False
    """Flagged as a USCDI (additional) requirement."""
    modifier: bool = False
    slice_name: str = ""
    slicing: Slicing | None = None
    slices: tuple["ElementRule", ...] = ()
    children: tuple["ElementRule", ...] = ()


def narrowed(choice: ElementRule, one: ElementRule) -> ElementRule:
    """Return a choice with the invariants and children that its slice `one` asks for."""
    known = {law.key for law in choice.invariants}
    more = tuple(law for law in one.invariants if law.key not in known)
    children = one.children or choice.children
    return replace(choice, invariants=(*choice.invariants, *more), children=children)


class Definition(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One structure definition that has a snapshot.

    `kind` is `resource`, `complex-type` or `primitive-type`; `type` the type it speaks of;
    `derivation` is `specialization`, `constraint` or "" (Element, Resource). `package` is
    `id#version`. For primitive types `regex` is the regular expression of their values in JSON.
    """

    url: str
    version: str
    name: str
    type: str
    kind: str
    base: str = ""
    derivation: str = ""
    abstract: bool = False
    package: str
    regex: str = ""
    root: ElementRule


class ValueSet(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    A value set that a required binding names.

    `codes` holds the codes by system, None where it cannot be expanded offline, and `reason` why.
    """

    url: str
    version: str
    package: str
    codes: dict[str, tuple[str, ...]] | None = None
    reason: str = ""


class NotChecked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    Something that validation does not judge.

    `what` is `definition`, `value-set`, `invariant` or `slice`; `name` its canonical, its key or
    its place; `reason` a sentence; `places` the element ids (with the profile's URL before `#`)
    that ask for it.
    """

    what: str
    name: str
    reason: str
    places: tuple[str, ...] = ()


class Dependency(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    A package that another asks for.

    `version` is the one in use: it differs from `asked` where another version stands in, and is
    "" where none is at hand. `sha256` is of its archive, "" for a folder.
    """

    id: str
    asked: str
    version: str = ""
    sha256: str = ""
