"""Choose the target file of a run, and keep its credentials to the server they are for."""

import os
from dataclasses import replace
from pathlib import Path

from conformance.core.errors import UsageError
from conformance.target.address import host_of, is_loopback, server_url
from conformance.target.model import Origin, Target
from conformance.target.references import references_of
from conformance.target.target_file import FILE_NAME, TargetFile, read_target_file
from conformance.target.wording import shown


def chosen_file(
    config: Path | None, cwd: Path, url: str | None
) -> tuple[TargetFile | None, tuple[str, ...]]:
    """
    Return the target file to use, if any, and sentences about one that was left aside.

    It is `config`, else `conformance.toml` in `cwd` unless that names another host than `url`.
    """
    if config is not None:
        return read_target_file(cwd / config, str(config)), ()
    path = cwd / FILE_NAME
    if not os.path.lexists(path):
        return None, ()
    file = read_target_file(path, FILE_NAME)
    own = _own_url(file)
    if url is None or own is None or host_of(own) == host_of(url):
        return file, ()
    return None, (f"{FILE_NAME} is for {shown(host_of(own))} and was not used.",)


def refuse_stray_credentials(file: TargetFile, target: Target, *, named: bool) -> None:
    """
    Raise `UsageError` when credentials of `file` would go where it does not send them.

    `named` says that the person named the file, and thereby gave it to this server.
    """
    own = _own_url(file)
    if not _uses_credentials_of_file(target) or (own is None and named):
        return
    if own is None:
        raise UsageError(
            f"{file.label} holds credentials and no [target] url to say for which server.",
            f"Give it a url, or name the file with --config {FILE_NAME}.",
        )
    plain = target.url.lower().startswith("http:") and not is_loopback(target.url)
    if plain and own.lower().startswith("https:"):
        raise UsageError(
            f"The credentials of {file.label} are for https, and the URL given is plain http.",
            "Change the url in the file if they are meant to travel in the clear.",
        )


def _own_url(file: TargetFile) -> str | None:
    table = file.data.get("target")
    url = table.get("url") if isinstance(table, dict) else None
    return server_url(url, file.where(("target", "url"))) if isinstance(url, str) else None


def _uses_credentials_of_file(target: Target) -> bool:
    of_file = {
        name: persona
        for name, persona in target.personas.items()
        if target.origin_of(f"personas.{name}") is Origin.FILE
    }
    with_key = any(client.key is not None for client in target.clients.values())
    given = next(references_of(replace(target, personas=of_file)), None)
    return with_key or given is not None
