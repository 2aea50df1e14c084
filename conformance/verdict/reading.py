"""
The results document as the verdict reads it.

The document is our own, but it may come from a disk: a member that is missing or of another shape
is read as the weakest thing it can mean, never as something shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.catalogue import Catalogue, Edition, RuleSet
from conformance.core.errors import CatalogueError
from conformance.core.outcomes import Outcome

FULFILLED = frozenset({Outcome.PASS, Outcome.WARN})
EXECUTED = frozenset({Outcome.PASS, Outcome.WARN, Outcome.FAIL})
SETTLED = frozenset({Outcome.PASS, Outcome.WARN, Outcome.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check (one row of a check function) as far as the verdict cares."""

    id: str
    function: str
    title: str
    type: str
    row: tuple[str, ...]
    expanded: bool
    outcome: Outcome
    code: str
    message: str
    confirmed: bool
    requirements: tuple[str, ...]
    levels: frozenset[str]

    @property
    def contradicts(self) -> bool:
        """Whether it failed and failed again when asked once more."""
        return self.outcome is Outcome.FAIL and self.confirmed

    @property
    def executed(self) -> bool:
        """Whether the server's behaviour was seen."""
        return self.outcome in EXECUTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What was asked for, what was found, and the rules that it is judged by."""

    checks: tuple[Check, ...]
    by_requirement: Mapping[str, tuple[Check, ...]]
    target: Mapping[str, Any]
    run: Mapping[str, Any]
    catalogue: Catalogue
    rule_set: RuleSet
    edition: Edition
    complete: bool

    @property
    def partial(self) -> bool:
        """Whether only a part of the checks was selected."""
        return self.run.get("selection") is not None

    @property
    def interrupted(self) -> bool:
        """Whether a person stopped the run."""
        return self.run.get("interrupted") is True

    @property
    def executed(self) -> bool:
        """Whether at least one check saw the server's behaviour."""
        return any(check.executed for check in self.checks)

    @property
    def broken_requirements(self) -> int:
        """How many checks failed, confirmed or not: the number of SHALL deviations."""
        return sum(check.outcome is Outcome.FAIL for check in self.checks)

    @property
    def declared(self) -> frozenset[str]:
        """Resource types that the CapabilityStatement names."""
        return frozenset(_texts(self.target.get("types_declared")))

    @property
    def with_data(self) -> Mapping[str, int]:
        """Resource types of which at least one resource was seen, with their number."""
        shown = _mapping(self.target.get("types_shown"))
        return {
            name: number
            for name, number in shown.items()
            if isinstance(number, int) and not isinstance(number, bool) and number > 0
        }

    def answers(self, requirement: str) -> tuple[Check, ...]:
        """Return the checks that name a requirement."""
        return self.by_requirement.get(requirement, ())

    def binds(self, requirement: str) -> bool:
        """Tell whether a requirement binds in the edition of this run."""
        entry = self.catalogue.requirements[requirement]
        return entry.binds(self.edition.us_core, self.edition.smart)


def read(document: Mapping[str, Any], catalogue: Catalogue) -> Results:
    """Return a results document in the form that the verdict works on."""
    rule_set_id = _text(_mapping(document.get("catalogue")).get("rule_set"))
    rule_set = catalogue.rule_sets.get(rule_set_id)
    if rule_set is None:
        known = ", ".join(catalogue.rule_sets)
        raise CatalogueError(f"The rule set {rule_set_id!r} is not known.", f"Known: {known}.")
    target = _mapping(document.get("target"))
    checks = tuple(_check(item) for item in _mappings(document.get("checks")))
    settled = _text(_mapping(target.get("us_core")).get("edition")) or rule_set.default_edition
    by_requirement: dict[str, list[Check]] = {}
    for check in checks:
        for requirement in check.requirements:
            by_requirement.setdefault(requirement, []).append(check)
    return Results(
        checks=checks,
        by_requirement={name: tuple(found) for name, found in by_requirement.items()},
        target=target,
        run=_mapping(document.get("run")),
        catalogue=catalogue,
        rule_set=rule_set,
        edition=rule_set.edition(settled),
        complete=_mapping(document.get("transcript")).get("complete") is True,
    )


def _check(item: Mapping[str, Any]) -> Check:
    row = _mapping(item.get("row"))
    id_ = _text(item.get("id"))
    return Check(
        id=id_,
        function=_text(item.get("function")) or id_.partition("[")[0],
        title=_text(item.get("title")),
        type=_text(row.get("type")),
        row=_row_key(id_, row),
        expanded=bool(row),
        outcome=_outcome(item.get("outcome")),
        code=_text(item.get("code")),
        message=_text(item.get("message")),
        confirmed=item.get("confirmed") is True,
        requirements=tuple(dict.fromkeys(_texts(item.get("requirements")))),
        levels=frozenset(
            _text(finding.get("level")) for finding in _mappings(item.get("findings"))
        ),
    )


def _row_key(id_: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    # Several check functions judge one row; they agree on type and parameters, and where there are
    # no parameters on the profile. What has none of these is a row of its own.
    kind, parameters = _text(row.get("type")), tuple(_texts(row.get("parameters")))
    profile = _text(row.get("profile"))
    if parameters:
        return (kind, *parameters)
    return (kind, profile) if kind or profile else ("", id_)


def _outcome(value: Any) -> Outcome:
    try:
        return Outcome(value)
    except ValueError:
        return Outcome.ERROR


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> Iterable[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: Any) -> Iterable[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
