"""`conformance demo`: the whole way against the reference EHR, on this machine only."""

from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.epilog import epilog
from conformance.cli.guard import guarded

EPILOG = epilog(
    "conformance demo",
    "conformance demo --persona clinic --output /tmp/clinic",
    "conformance demo --persona open-sandbox",
    then="Exit codes: 0 the persona's documented verdict came out, 1 another did, 2 wrong usage, "
    "3 there was no verdict, 130 interrupted.",
)


@guarded
def demo(
    persona: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Who the server plays: certified, expired, open-sandbox, open-undeclared, clinic "
            "or closed.",
        ),
    ] = "certified",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="New folder for report and evidence (default: reports/<UTC time>-<host>).",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the last line only.")] = False,
) -> int:
    """
    Start a reference EHR on this machine, judge it over HTTPS, and stop it again.

    Nothing leaves the machine.
    """
    from conformance.cli.conclusion import conclude
    from conformance.cli.opening import first_line
    from conformance.cli.progress import watching
    from conformance.cli.screen import Screen, path_shown
    from conformance.evidence.folder import refuse_unusable
    from conformance.run.demonstrate import demonstrate
    from conformance.run.demos import demo_of
    from conformance.run.events import Started

    chosen = demo_of(persona)
    folder = None if output is None else Path.cwd() / output.expanduser()
    if folder is not None:
        refuse_unusable(folder)
    screen = Screen(quiet=quiet)
    screen.say(f"The reference EHR plays {chosen.title}.")

    def opening(event: Started) -> None:
        screen.say(first_line(event, event.base))

    with watching(screen, opening) as watcher:
        conclusion = demonstrate(chosen, folder, Path.cwd(), watcher)
    ended = conclusion.document is not None and not conclusion.interrupted
    if not (ended and quiet):
        conclude(screen, conclusion)
    if conclusion.document is None or conclusion.interrupted:
        return conclusion.exit
    right = chosen.came_out(conclusion.document)
    code, came = (0, "came out") if right else (1, "did not come out")
    report = path_shown(conclusion.folder / "report.html")
    screen.result(
        f"demo of {persona}: report {report}, exit {code} (the documented verdict {came}:"
        f" {chosen.documented}; `run` exits {conclusion.exit} on it); this is no certification."
    )
    return code
