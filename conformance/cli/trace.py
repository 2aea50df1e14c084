"""`conformance trace`: regulation paragraph, requirement and check in one matrix."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from conformance.cli.epilog import epilog
from conformance.cli.guard import guarded

if TYPE_CHECKING:
    from conformance.catalogue.trace import Trace, TraceRow
    from conformance.cli.screen import Screen

EPILOG = epilog(
    "conformance trace",
    "conformance trace --format json > trace.json",
    then="Exit codes: 0 the matrix is sound, 1 it has gaps, which are named.",
)

_FORMATS = ("table", "json")


@guarded
def trace(
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json", help="How to print it.")
    ] = "table",
) -> int:
    """Print which checks speak for which requirement and paragraph, and name the gaps."""
    from conformance.catalogue.load import load_catalogue
    from conformance.catalogue.trace import trace as traced
    from conformance.cli.screen import Screen
    from conformance.cli.shipped import checks_by_requirement
    from conformance.core.errors import UsageError
    from conformance.target.wording import shown

    if format_ not in _FORMATS:
        raise UsageError(f"There is no format {shown(format_)}.", "Use table or json.")
    screen = Screen()
    matrix = traced(load_catalogue(), checks_by_requirement())
    if format_ == "json":
        screen.raw(json.dumps(asdict(matrix), indent=1))
    else:
        _print(screen, matrix)
    for problem in matrix.problems:
        screen.complain(problem)
    return 1 if matrix.problems else 0


def _print(screen: "Screen", matrix: "Trace") -> None:
    paragraph = None
    for row in sorted(matrix.rows, key=lambda row: (not row.paragraph, row.paragraph)):
        if row.paragraph != paragraph:
            paragraph = row.paragraph
            screen.result(paragraph or "Asked by the specifications", "bold")
        screen.result(f"  {row.requirement}  {row.level}")
        screen.tell(row.title, indent=6)
        for line in _spoken_for(row):
            screen.tell(line, "dim", indent=6)
    counts = matrix.counts
    screen.result("")
    screen.tell(
        f"{counts['requirements']} requirements, {counts['checked']} with checks;"
        f" {counts['steps']} of them steps of the (g)(10) procedure,"
        f" {counts['steps_checked']} with checks; {counts['checks']} check functions."
    )
    screen.tell(
        f"Without checks: {counts['planned']} planned, {counts['attestation']} by attestation,"
        f" {counts['out_of_reach']} out of reach; {len(matrix.problems)} problems."
    )


def _spoken_for(row: "TraceRow") -> list[str]:
    lines = [f"through {', '.join(row.through)}"] if row.through else []
    if row.untested:
        return [*lines, f"no check: {row.untested}"]
    return [*lines, f"{row.coverage}: {', '.join(row.checks)}"]
