"""Trace regulation paragraphs to requirements to checks, and name the gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conformance.catalogue.model import Catalogue, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRow:
    """
    One line of the matrix.

    `checks` are the check functions that name the requirement, or for a step those that name one of
    the requirements it is shown by. `through` are the latter. `untested` is a reason or empty.
    """

    paragraph: str
    requirement: str
    title: str
    level: str
    coverage: str
    checks: tuple[str, ...]
    through: tuple[str, ...]
    untested: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The matrix, its counts, and what is wrong in it; without problems it is sound."""

    rows: tuple[TraceRow, ...]
    counts: Mapping[str, int]
    problems: tuple[str, ...]


def trace(catalogue: Catalogue, checks: Mapping[str, Sequence[str]]) -> Trace:
    """
    Return the matrix for `checks`, a mapping of requirement ids to check function ids.

    A problem is a requirement with neither a check nor a reason, a check that names a requirement
    the catalogue does not hold, and a reason that a check has overtaken.
    """
    rows = tuple(_row(entry, checks) for entry in catalogue.requirements.values())
    problems = [
        f"{function} names the unknown requirement {name}."
        for name, functions in checks.items()
        if name not in catalogue.requirements
        for function in functions
    ]
    for row in rows:
        if not row.checks and not row.untested:
            problems.append(f"{row.requirement} has neither a check nor a reason why not.")
        if row.untested and row.checks:
            problems.append(
                f"{row.requirement} is said to be untested ({row.untested}), "
                f"yet {row.checks[0]} speaks for it."
            )
    return Trace(rows=rows, counts=_counts(catalogue, rows, checks), problems=tuple(problems))


def _row(entry: Requirement, checks: Mapping[str, Sequence[str]]) -> TraceRow:
    named = dict.fromkeys(checks.get(entry.id, ()))
    for name in entry.shown_by:
        named.update(dict.fromkeys(checks.get(name, ())))
    return TraceRow(
        paragraph=entry.paragraph,
        requirement=entry.id,
        title=entry.title,
        level=entry.level.value,
        coverage=entry.coverage.value,
        checks=tuple(named),
        through=entry.shown_by,
        untested=entry.untested.reason if entry.untested else "",
    )


def _counts(
    catalogue: Catalogue, rows: Sequence[TraceRow], checks: Mapping[str, Sequence[str]]
) -> dict[str, int]:
    steps = {entry.id for entry in catalogue.steps}
    return {
        "requirements": len(rows),
        "steps": len(steps),
        "checks": len({function for functions in checks.values() for function in functions}),
        "checked": sum(bool(row.checks) for row in rows),
        "steps_checked": sum(bool(row.checks) for row in rows if row.requirement in steps),
        "planned": sum(row.untested == "planned" for row in rows),
        "attestation": sum(row.untested == "attestation" for row in rows),
        "out_of_reach": sum(row.untested == "out-of-reach" for row in rows),
    }
