"""`conformance token`: sign in as a persona of the target file, and print the access token."""

from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.epilog import epilog
from conformance.cli.guard import guarded

EPILOG = epilog(
    "conformance token patient-a --config conformance.toml",
    "",
    "In a target file of another run or program:",
    '  bearer = { command = ["conformance", "token", "patient-a"] }',
    then="Standard output holds the token and nothing else, or nothing at all. "
    "Exit codes: 0 it is printed, 2 wrong usage or a persona or client that the server does not "
    "take, 3 no token came for another reason, 130 interrupted.",
)


@guarded
def token(
    persona: Annotated[
        str, typer.Argument(metavar="PERSONA", help="Persona of the target file, with a role.")
    ],
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Target file (default: conformance.toml here)."),
    ] = None,
) -> None:
    """
    Sign in as one persona, and print its access token.

    This is the one verb that prints a credential; whoever reads it can use it.
    It is meant to be named as a command in a target file.
    """
    import sys

    from conformance.cli.screen import Screen
    from conformance.run.sign_in import access_token
    from conformance.target.load import Options, load_target

    target = load_target(None, config=config, cwd=Path.cwd(), options=Options(), resolve=False)
    brought = access_token(target, persona)
    screen = Screen()
    if sys.stdout.isatty():
        screen.note("Whoever has this token can use it. It is kept nowhere else.")
    screen.flush()
    sys.stdout.write(f"{brought}\n")
