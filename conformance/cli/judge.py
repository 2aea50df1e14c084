"""`conformance judge`: judge a recorded run again, without network."""

from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.epilog import epilog
from conformance.cli.guard import guarded

EPILOG = epilog(
    "conformance judge reports/20261124T080000Z-ehr.example.org",
    then="The results are written anew from the transcript; an unchanged one gives the same bytes. "
    "Exit codes are those of `conformance run`.",
)


@guarded
def judge(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder that a run left behind.")],
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the last line only.")] = False,
) -> int:
    """Judge a recorded run again, without network."""
    from conformance.cli.conclusion import conclude
    from conformance.cli.opening import first_line
    from conformance.cli.progress import watching
    from conformance.cli.screen import Screen, path_shown
    from conformance.run.events import Started
    from conformance.run.follow import follow
    from conformance.run.request import Replay

    screen = Screen(quiet=quiet)
    folder = Path.cwd() / run

    def opening(event: Started) -> None:
        screen.say(first_line(event, event.base))
        screen.note(f"{event.checks} checks, judged from the transcript in {path_shown(folder)}.")

    with watching(screen, opening) as watcher:
        conclusion = follow(Replay(run=folder), folder, watcher)
    conclude(screen, conclusion)
    return conclusion.exit
