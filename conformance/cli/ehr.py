"""`conformance ehr serve`: run the reference EHR until Ctrl-C."""

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

_VARIABLE = "EHR_TOKEN"


@guarded
def serve(
    persona: Annotated[
        str,
        typer.Option(metavar="NAME", help="Who it plays: certified, clinic or closed."),
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
    """Run the reference EHR on this machine until Ctrl-C."""
    from conformance.cli.screen import Screen
    from conformance.ehr.serve import SOUND_TLS, serve_forever
    from conformance.run.demos import demo_of

    demo = demo_of(persona)
    token = None if token_env is None else _token(token_env)
    screen = Screen()

    def ready(served: "Served") -> None:
        screen.say(f"The reference EHR plays {demo.title.partition(',')[0]}.")
        screen.result(f"URL:      {served.url}")
        if served.ca_file is not None:
            screen.result(f"CA file:  {served.ca_file}")
        credential = ""
        if demo.options.bearer_env or demo.options.api_key_env:
            kind = "Token" if demo.options.bearer_env else "API key"
            shown = served.token if token_env is None else f"in ${token_env}"
            screen.result(f"{kind + ':':9} {shown}")
            option = "--bearer-env" if demo.options.bearer_env else "--api-key-env"
            credential = f" {option} {token_env or _VARIABLE}"
        if served.registry is not None:
            screen.result(f"Launch:   {served.launcher}")
            for user in served.registry.setup.users:
                who = f"{user.username}, {user.fhir_user}"
                screen.result(f"Sign in:  {who}, password {user.password}")
        trust = f" --ca-file {served.ca_file}" if served.ca_file is not None else ""
        declared = f" --kind {demo.options.kind}" if demo.options.kind else ""
        setting = f"{_VARIABLE}={served.token} " if credential and token_env is None else ""
        screen.say("Judge it from another terminal:")
        screen.result(f"  {setting}conformance run {served.url}{trust}{credential}{declared}")
        screen.note("Ctrl-C stops it.")
        screen.flush()

    serve_forever(persona, port, ready=ready, token=token, tls=None if plain_http else SOUND_TLS)
    screen.note("Stopped.")


def _token(variable: str) -> str:
    from conformance.target.secret import SecretReference

    return SecretReference(env=variable, where="--token-env").resolve().reveal()
