"""`conformance ehr serve`: run the reference EHR until Ctrl-C."""

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conformance.cli.epilog import epilog
from conformance.cli.guard import guarded

if TYPE_CHECKING:
    from conformance.ehr.serve import Served

EPILOG = epilog(
    "conformance ehr serve",
    "KEY=made-up-42 conformance ehr serve --persona clinic --token-env KEY",
)


@guarded
def serve(
    persona: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Who it plays: certified, expired, open-sandbox, open-undeclared, clinic or "
            "closed.",
        ),
    ] = "certified",
    port: Annotated[
        int, typer.Option(metavar="N", help="Port on 127.0.0.1; 0 takes a free one.")
    ] = 0,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help="Serve http instead of https.")
    ] = False,
    token_env: Annotated[
        str | None,
        typer.Option(
            metavar="VAR",
            help="Environment variable with the token or key that opens it "
            "(default: one made up now).",
        ),
    ] = None,
) -> None:
    """
    Run the reference EHR on this machine until Ctrl-C.

    It writes a target file by which it can be judged; that and its secrets are gone when it ends.
    """
    from conformance.cli.screen import Screen
    from conformance.ehr.serve import SOUND_TLS, serve_forever
    from conformance.ehr.target_file import credential_key, write_target_file
    from conformance.run.demos import demo_of

    demo = demo_of(persona)
    token = None if token_env is None else _token(token_env)
    screen = Screen()

    def ready(folder: Path, served: "Served") -> None:
        screen.say(f"The reference EHR plays {demo.title}.")
        screen.result(f"URL:      {served.url}")
        if served.ca_file is not None:
            screen.result(f"CA file:  {served.ca_file}")
        if key := credential_key(served.persona):
            name = "Token:" if key == "bearer" else "API key:"
            screen.result(f"{name:9} {served.token if token_env is None else f'in ${token_env}'}")
        if served.registry is not None:
            screen.result(f"Launch:   {served.launcher}")
            for user in served.registry.setup.users:
                who = f"{user.username}, {user.fhir_user}"
                screen.result(f"Sign in:  {who}, password {user.password}")
        target_file = write_target_file(folder, served)
        screen.result(f"Target:   {target_file}")
        declared = f" --kind {demo.options.kind}" if demo.options.kind else ""
        declared += f" --access {demo.options.access}" if demo.options.access else ""
        screen.say("Judge it from another terminal:")
        screen.result(f"  conformance run --config {target_file}{declared}")
        screen.note("Ctrl-C stops it.")
        screen.flush()

    with tempfile.TemporaryDirectory(prefix="conformance-ehr-") as name:
        folder = Path(name)
        serve_forever(
            demo.plays,
            port,
            ready=partial(ready, folder),
            token=token,
            tls=None if plain_http else SOUND_TLS,
            folder=folder,
        )
    screen.note("Stopped.")


def _token(variable: str) -> str:
    from conformance.target.secret import SecretReference

    return SecretReference(env=variable, where="--token-env").resolve().reveal()
