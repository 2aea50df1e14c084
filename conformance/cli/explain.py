"""`conformance explain`: what an id means, where it stands, and why it matters."""

from typing import Annotated

import typer

from conformance.cli.epilog import epilog
from conformance.cli.guard import guarded

EPILOG = epilog(
    "conformance explain us-core#search-shall",
    "conformance explain searches",
    "conformance explain SH-PAT-2",
    "conformance explain refusal.leak",
)


@guarded
def explain(
    id_: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A check, requirement, gate, finding code (or its beginning), outcome code or "
            "(g)(10) step.",
        ),
    ],
) -> None:
    """Tell what a check, requirement, gate, step or code means, and why it matters."""
    from conformance.cli.explanation import explanation, near
    from conformance.cli.screen import Screen
    from conformance.core.errors import UsageError
    from conformance.target.wording import shown

    told = explanation(id_)
    if told is None:
        names = near(id_)
        hint = f"Near it: {', '.join(names)}." if names else "`conformance list` names them all."
        raise UsageError(f"Nothing is called {shown(id_)}.", hint)
    screen = Screen()
    screen.result(told.title, "bold")
    for heading, lines in told.parts:
        screen.result("")
        screen.result(heading, "bold")
        for line in lines:
            screen.tell(line, indent=2)
