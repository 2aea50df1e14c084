"""Merge options, environment and target file into one `Target`; the first to say a value wins."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.core.errors import UsageError
from conformance.target.address import allowed_origin, server_url
from conformance.target.authorities import refuse_without_certificate
from conformance.target.client_rules import refuse_odd_clients
from conformance.target.clients import client_of, endpoints_of
from conformance.target.file_choice import chosen_file, refuse_stray_credentials
from conformance.target.files import path_from
from conformance.target.headers import headers_of, refuse_contested_headers
from conformance.target.layers import (
    PREFIX,
    Layer,
    Options,
    environment_layer,
    from_environment,
    option_layer,
)
from conformance.target.literals import refuse_literal_secrets
from conformance.target.model import (
    DEFAULT_PERSONA,
    Access,
    Client,
    Endpoints,
    Kind,
    Origin,
    Persona,
    Target,
)
from conformance.target.people import persona_of, refuse_replaced_roles, refuse_unknown_persona
from conformance.target.persona_rules import refuse_odd_personas
from conformance.target.references import resolve_secrets
from conformance.target.refusals import refuse_departures

__all__ = ["Options", "load_target"]


def load_target(
    url: str | None, *, config: Path | None, cwd: Path, options: Options, resolve: bool = True
) -> Target:
    """
    Return the target of a run; raise `UsageError` for whatever is wrong with it.

    The target file is `config`, else `conformance.toml` in `cwd` when its host is the URL's. With
    `resolve` every secret is fetched at once, so that a missing one is said before anything is
    written or sent.
    """
    address, where = (url, "") if url else (from_environment("URL"), f"{PREFIX}URL")
    given = server_url(address, where) if address else None
    named = config or _path(from_environment("CONFIG"))
    file, notes = chosen_file(named, cwd, given)
    read = [] if file is None else [file.layer()]
    for layer in read:
        refuse_literal_secrets(layer)
        refuse_departures(layer)
        refuse_odd_clients(layer)
        refuse_odd_personas(layer)
    persona, where = _chosen_persona(options)
    if persona is not None and persona != DEFAULT_PERSONA:
        refuse_unknown_persona(
            persona, [name for layer in read for name in layer.personas()], where
        )
    asked = [option_layer(url, options, cwd, persona), environment_layer(persona, cwd)]
    for layer in asked:
        refuse_departures(layer)
    refuse_replaced_roles(asked, read)
    layers = [*asked, *read]
    source = {name: layer for layer in reversed(layers) for name in layer.personas()}
    if persona is not None:
        refuse_unknown_persona(persona, list(source), where)
        source = {persona: source[persona]}
    path = None if file is None else file.path
    target = _merged(layers, source, path, notes, chosen=persona is not None)
    refuse_contested_headers(target)
    if file is not None and given is not None:
        refuse_stray_credentials(file, target, named=named is not None)
    if resolve:
        resolve_secrets(target)
    return target


def _chosen_persona(options: Options) -> tuple[str | None, str]:
    if options.persona is not None:
        return options.persona, "--persona"
    return from_environment("PERSONA"), f"{PREFIX}PERSONA"


def _merged(
    layers: Sequence[Layer],
    personas: dict[str, Layer],
    file: Path | None,
    notes: tuple[str, ...],
    *,
    chosen: bool,
) -> Target:
    source = {name: layer for layer in reversed(layers) for name in layer.target()}
    value: dict[str, Any] = {name: layer.target()[name] for name, layer in source.items()}
    if "url" not in source:
        raise UsageError("No server URL is given.", "Write it as `conformance run https://HOST`.")
    allowed = tuple(
        dict.fromkeys(
            allowed_origin(entry, layer.where(("hosts", "allow", place)))
            for layer in layers
            for place, entry in enumerate(layer.data.get("hosts", {}).get("allow", ()))
        )
    )
    url = _url(value["url"], source["url"])
    people = {name: persona_of(layer, name) for name, layer in personas.items()}
    clients = _clients(layers, people, chosen=chosen)
    endpoints = next((endpoints_of(one, url) for one in layers if one.endpoints()), Endpoints())
    return Target(
        url=url,
        kind=Kind(value["kind"]) if "kind" in value else None,
        access=Access(value.get("access", Access.PROTECTED)),
        patients=tuple(dict.fromkeys(value.get("patients", ()))),
        headers=headers_of(source["headers"]) if "headers" in source else (),
        rate=float(value["rate"]) if "rate" in value else None,
        us_core=value.get("us-core"),
        allow_hosts=allowed,
        ca_file=_ca_file(value["ca-file"], source["ca-file"]) if "ca-file" in value else None,
        threads=int(value["threads"]) if "threads" in value else None,
        personas=people,
        clients=clients,
        endpoints=endpoints,
        origins={
            **{name.replace("-", "_"): layer.origin for name, layer in source.items()},
            **({"allow_hosts": Origin.FILE} if allowed else {}),
            **({"clients": Origin.FILE} if clients else {}),
            **({"endpoints": Origin.FILE} if endpoints != Endpoints() else {}),
            **{f"personas.{name}": layer.origin for name, layer in personas.items()},
        },
        file=file,
        notes=notes,
    )


def _clients(
    layers: Sequence[Layer], people: Mapping[str, Persona], *, chosen: bool
) -> dict[str, Client]:
    used = {persona.client for persona in people.values()}
    return {
        name: client_of(layer, name)
        for layer in layers
        for name in layer.clients()
        # Nobody asks for the secret of a client that the chosen persona does not use.
        if name in used or not chosen
    }


def _url(text: str, source: Layer) -> str:
    return server_url(
        text, "" if source.origin is Origin.OPTION else source.where(("target", "url"))
    )


def _ca_file(text: str, source: Layer) -> Path:
    path = path_from(text, source.folder)
    refuse_without_certificate(path, source.where(("target", "ca-file")))
    return path


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
