"""`conformance register`: print what a server has to know of the clients of a target file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conformance.cli.epilog import epilog
from conformance.cli.guard import guarded

if TYPE_CHECKING:
    from conformance.cli.screen import Screen
    from conformance.target.model import Client, Target

EPILOG = epilog(
    "conformance register --new-key keys/backend.json --algorithm ES384",
    "conformance register --config conformance.toml",
    then="No secret is printed: of a key only its public half, of a secret nothing. "
    "docs/login.md tells who is needed for what.",
)

_HOW = {
    "public": "public: it does not prove who it is",
    "symmetric": "confidential: it shares a secret with the server",
    "asymmetric": "confidential: it signs with a key",
    "system": "backend service: it signs with a key, and nobody logs in",
}


@guarded
def register(
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Target file (default: conformance.toml here)."),
    ] = None,
    new_key: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Make a private key in a new file (mode 0600), and print its public half only.",
        ),
    ] = None,
    algorithm: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What a new key signs with: RS384 (default) or ES384."),
    ] = None,
) -> None:
    """Print what to register at a server: addresses, scopes and public keys of each client."""
    from conformance.cli.screen import Screen
    from conformance.core.errors import UsageError
    from conformance.target.layers import from_environment
    from conformance.target.load import Options, load_target
    from conformance.target.target_file import FILE_NAME

    screen = Screen()
    if new_key is not None:
        if config is not None:
            raise UsageError(
                "--new-key makes a key, and --config asks for what to register.",
                "Make the key first, name it in the target file, then call it with --config.",
            )
        _make_key(screen, Path.cwd() / new_key.expanduser(), algorithm or "RS384")
        return
    if algorithm is not None:
        raise UsageError("--algorithm goes with --new-key.", "Name the file of the new key too.")
    if config is None and from_environment("CONFIG") is None and not Path(FILE_NAME).exists():
        _describe_defaults(screen)
        return
    _describe(
        screen, load_target(None, config=config, cwd=Path.cwd(), options=Options(), resolve=False)
    )


def _make_key(screen: "Screen", path: Path, algorithm: str) -> None:
    import json

    from conformance.cli.screen import path_shown
    from conformance.smart.jose import public_key_set
    from conformance.smart.keys import make_key_file

    key = make_key_file(path, algorithm)
    screen.note(f"The private key is in {path_shown(path)}; this is what the server is given:")
    screen.raw(json.dumps(public_key_set([key]), indent=2))


def _describe_defaults(screen: "Screen") -> None:
    """Tell what any run would ask for: there is no target file yet."""
    from conformance.target.model import Launch, Role
    from conformance.target.scopes import default_scopes

    screen.result("Redirect URI:  http://127.0.0.1:8765/callback")
    screen.result("Launch URI:    http://127.0.0.1:8765/launch")
    for role, launch in (
        (Role.PATIENT, Launch.STANDALONE),
        (Role.PRACTITIONER, Launch.EHR),
        (Role.SYSTEM, Launch.BACKEND),
    ):
        screen.result(f"A persona of role {role} ({launch} launch) asks for:")
        screen.result(f"  {default_scopes(role, launch)}")
    screen.note(
        "There is no conformance.toml here, so these are the defaults; any other addresses serve as"
        " well. `conformance init` prints a sample, and --new-key makes a key."
    )


def _describe(screen: "Screen", target: "Target") -> None:
    from conformance.core.errors import UsageError

    if not target.clients:
        raise UsageError(
            "The target file names no client, so there is nothing to register.",
            "`conformance init` prints a sample with clients and personas.",
        )
    screen.result(f"To register for {target.url}")
    for client in target.clients.values():
        _describe_client(screen, client)
        for persona in target.personas.values():
            if persona.client == client.name and persona.scopes:
                how = f"{persona.role}, {persona.launch} launch"
                screen.result(f"  Persona {persona.name} ({how}) asks for:")
                screen.result(f"    {persona.scopes}")
    screen.note("Compare the client ids above with those that the server gives.")


def _describe_client(screen: "Screen", client: "Client") -> None:
    import json

    from conformance.smart.keys import public_keys

    screen.result("")
    screen.result(f"Client {client.name}, id {client.id}")
    screen.result(f"  Kind:          {_HOW[client.kind]}")
    for name, value in (
        ("Redirect URI", client.redirect_uri),
        ("Launch URI", client.launch_uri),
        ("Signs with", client.algorithm),
        ("Keys served at", client.jwks_url),
    ):
        if value:
            screen.result(f"  {name + ':':14} {value}")
    if client.key is not None:
        screen.result("  Public keys:")
        for line in json.dumps(public_keys(client.key), indent=2).splitlines():
            screen.result(f"    {line}")
