"""`conformance run`: probe a server and say what class of system it is."""

from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.epilog import EXIT_CODES, epilog
from conformance.cli.guard import guarded

EPILOG = epilog(
    "conformance run https://ehr.example.org/fhir --bearer-env EHR_TOKEN",
    "conformance run https://chart.example.org/fhir --ca-file ca.pem \\",
    "    --api-key-env CHART_KEY --api-key-header X-Chart-Key",
    "conformance run https://ehr.example.org/fhir --suite security -k tls",
    then=EXIT_CODES,
)

_TARGET, _WHO = "What is judged", "In whose name"
_HOW, _PART, _OUT = "How", "A part only", "What comes out"


@guarded
def run(
    url: Annotated[
        str | None,
        typer.Argument(help="FHIR base URL of the server, unless the target file names it."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Target file (default: conformance.toml here, if it is for this host). "
            "`conformance init` prints a sample.",
            rich_help_panel=_TARGET,
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="ehr",
            help="Says that it is a health-record system, even if its API does not show it.",
            rich_help_panel=_TARGET,
        ),
    ] = None,
    access: Annotated[
        str | None,
        typer.Option(
            metavar="WHO",
            help="protected (the default), or open-sandbox: synthetic data, open on purpose.",
            rich_help_panel=_TARGET,
        ),
    ] = None,
    us_core: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION",
            help="US Core edition to judge by (default: what the server names).",
            rich_help_panel=_TARGET,
        ),
    ] = None,
    patient: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="Logical id of a patient to look at; may be repeated.",
            rich_help_panel=_TARGET,
        ),
    ] = None,
    bearer_env: Annotated[
        str | None,
        typer.Option(
            metavar="VAR",
            help="Environment variable that holds an access token.",
            rich_help_panel=_WHO,
        ),
    ] = None,
    api_key_env: Annotated[
        str | None,
        typer.Option(
            metavar="VAR",
            help="Environment variable that holds an API key.",
            rich_help_panel=_WHO,
        ),
    ] = None,
    api_key_header: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Header that carries the API key (default: X-API-Key).",
            rich_help_panel=_WHO,
        ),
    ] = None,
    persona: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Persona of the target file in whose name requests go.",
            rich_help_panel=_WHO,
        ),
    ] = None,
    ca_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Certificate authorities to trust, in PEM form.",
            rich_help_panel=_HOW,
        ),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            metavar="N",
            help="Most requests a second (default: 10, no limit on loopback).",
            rich_help_panel=_HOW,
        ),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(metavar="N", help="Most requests at once (default: 8).", rich_help_panel=_HOW),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            help="Longest wait for one answer (default: 35).",
            rich_help_panel=_HOW,
        ),
    ] = None,
    suite: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Run only this folder of the suites; may be repeated.",
            rich_help_panel=_PART,
        ),
    ] = None,
    keyword: Annotated[
        str,
        typer.Option(
            "-k",
            metavar="WORDS",
            help='Run only checks whose name fits, as in "paging and not total".',
            rich_help_panel=_PART,
        ),
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="New folder for report and evidence (default: reports/<UTC time>-<host>).",
            rich_help_panel=_OUT,
        ),
    ] = None,
    require: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT",
            help="What exit code 0 asks for: certified-ehr-level (the default), determined or "
            "no-new-failures.",
            rich_help_panel=_OUT,
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="results.json of an earlier run, for no-new-failures.",
            rich_help_panel=_OUT,
        ),
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", help="Print the last line only.", rich_help_panel=_OUT),
    ] = False,
    insecure: Annotated[bool, typer.Option("--insecure", hidden=True)] = False,
) -> int:
    """Probe a server and say, with evidence, what class of record system it is."""
    from conformance.cli.conclusion import conclude
    from conformance.cli.opening import first_line, in_whose_name
    from conformance.cli.progress import watching
    from conformance.cli.screen import Screen, path_shown
    from conformance.core.errors import UsageError
    from conformance.run.events import Started
    from conformance.run.follow import follow
    from conformance.run.preflight import prepare
    from conformance.run.request import Live
    from conformance.target.load import Options

    if insecure:
        raise UsageError(
            "There is no --insecure: a verdict about an unverified server is about nobody.",
            "Name the authority that signed its certificate with --ca-file.",
        )
    prepared = prepare(
        Live(
            url=url,
            output=output,
            config=config,
            options=Options(
                bearer_env=bearer_env,
                api_key_env=api_key_env,
                api_key_header=api_key_header,
                ca_file=ca_file,
                us_core=us_core,
                rate=rate,
                threads=threads,
                patients=tuple(patient or ()),
                kind=kind,
                access=access,
                persona=persona,
            ),
            timeout=timeout,
            require=require,
            baseline=baseline,
            keyword=keyword,
            suites=tuple(suite or ()),
        ),
        Path.cwd(),
    )
    screen = Screen(quiet=quiet)
    target = prepared.target
    for note in target.notes:
        screen.note(note)
    screen.note(f"Looking for the API at {target.url}, {in_whose_name(target)}.")

    def opening(event: Started) -> None:
        screen.say(first_line(event, target.url))
        screen.note(f"{event.checks} checks; the evidence goes to {path_shown(prepared.folder)}.")

    with watching(screen, opening) as watcher:
        conclusion = follow(prepared.request, prepared.folder, watcher)
    conclude(screen, conclusion)
    return conclusion.exit
