"""`conformance validate`: hold files of FHIR resources against R4 and profiles."""

from typing import Annotated

import typer

from conformance.cli.epilog import epilog
from conformance.cli.guard import guarded

EPILOG = epilog(
    "conformance validate patient.json",
    "conformance validate --format ndjson --jobs 4 *.ndjson > found.ndjson",
    "conformance validate --package hl7.fhir.us.core#7.0.0 bundle.json",
    "conformance validate --package ig.tgz --profile https://ig.example/p p.json",
    "curl -s https://ehr.example.org/fhir/Patient/1 | conformance validate -",
    then="Exit codes: 0 all resources are valid, 1 some are not, 2 wrong usage, 3 nothing was "
    "validated or a fault of this program, 130 interrupted.",
)
FORMATS = ("text", "ndjson")
MOST_JOBS = 64


@guarded
def validate(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="JSON resources, Bundles (each entry), NDJSON, or - for stdin."
        ),
    ],
    package: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PACKAGE",
            help="FHIR package: id#version, .tgz, folder, or definition files; may be repeated. "
            "Default: the US Core versions that ship.",
        ),
    ] = None,
    profile: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CANONICAL",
            help="Profile to hold every resource against; may be repeated.",
        ),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="|".join(FORMATS), help="How results are told.")
    ] = "text",
    jobs: Annotated[int, typer.Option(metavar="N", help="Processes that judge.")] = 1,
    show_values: Annotated[
        bool, typer.Option("--show-values", help="Show what stood there: it may be patient data.")
    ] = False,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", help="Text: only the last lines. NDJSON: without them."),
    ] = False,
) -> int:
    """
    Hold resources against R4 and the profiles that they claim.

    Without --profile a resource is held against what its meta.profile names, else its base type.
    Values never show without --show-values. Nothing leaves this machine.
    """
    from conformance.cli.validating import Asked, run
    from conformance.core.errors import UsageError

    if format_ not in FORMATS:
        raise UsageError(f"--format {format_!r} is unknown.", f"Give {' or '.join(FORMATS)}.")
    if not 1 <= jobs <= MOST_JOBS:
        raise UsageError(f"--jobs {jobs} is no number of processes.", f"Give 1 to {MOST_JOBS}.")
    return run(
        Asked(
            files=tuple(files),
            packages=tuple(package or ()),
            profiles=tuple(profile or ()),
            ndjson=format_ == "ndjson",
            jobs=jobs,
            values=show_values,
            quiet=quiet,
        )
    )
