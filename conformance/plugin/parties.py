"""From the target file's personas and clients to the parties that flows are played by."""

from collections.abc import Callable, Mapping
from typing import Any

from conformance.checks.smart import Flows
from conformance.evidence.aliases import Aliases
from conformance.smart.client import Client as SmartClient
from conformance.smart.keys import load_key, public_keys
from conformance.smart.launch import Endpoints
from conformance.smart.listener import KeyListener
from conformance.smart.login.recipe import Recipe
from conformance.smart.party import Operator, Party
from conformance.target.model import Client, Persona, Target
from conformance.target.secret import SecretReference
from conformance.transport.hosts import is_loopback

NO_CLIENT = SmartClient(id="", kind="", algorithm="")
"""What a party has whose token is given, and who needs no client for that."""

Register = Callable[[str, SecretReference | None], str]
"""Returns the alias of a secret that stands in the target file, "" for none."""


def flows_of(target: Target, register: Register) -> Flows:
    """Return everything that the target file gives for flows, secrets as aliases."""
    clients = {name: _client(client, register) for name, client in target.clients.items()}
    endpoints = target.endpoints
    launch = endpoints.launch
    return Flows(
        parties=tuple(
            _party(persona, clients.get(persona.client, NO_CLIENT), register)
            for persona in target.personas.values()
            if persona.role is not None
        ),
        operator=Operator(
            url=launch.url if launch else "",
            key=register("operator", launch.key if launch else None),
        ),
        by_hand=Endpoints(introspect=endpoints.introspection, revoke=endpoints.revocation),
    )


def registering(aliases: Aliases, known: dict[str, str]) -> Register:
    """Return what registers a secret of the target file, and notes its alias for a replay."""

    def register(name: str, reference: SecretReference | None) -> str:
        if reference is None:
            return ""
        value = reference.resolve().reveal()
        plain = name.startswith("username:")
        known[name] = aliases.hold(name, value) if plain else aliases.register(name, value)
        return known[name]

    return register


def recalling(manifest: Mapping[str, Any]) -> Register:
    """Return what recalls the alias that a secret of the target file had in a recorded run."""
    known = manifest.get("aliases") or {}
    return lambda name, reference: str(known.get(name, "")) if reference is not None else ""


def headers_of(target: Target, aliases: Aliases) -> dict[str, str]:
    """Return the headers that every request to the target carries, secrets among them."""
    headers = {}
    for extra in target.headers:
        if isinstance(extra.value, str):
            headers[extra.name] = extra.value
        else:
            headers[extra.name] = extra.value.resolve().reveal()
            aliases.register(f"header:{extra.name.lower()}", headers[extra.name])
    return headers


def key_listeners(target: Target) -> list[KeyListener]:
    """
    Listen at the addresses of this machine where clients' keys were registered.

    Raises UsageError for a port that is taken.
    """
    return [
        KeyListener(client.jwks_url, public_keys(client.key))
        for client in target.clients.values()
        if client.key is not None and client.jwks_url and is_loopback(client.jwks_url)
    ]


def _client(client: Client, register: Register) -> SmartClient:
    key = None
    if client.key is not None and not client.key.replayed:
        key = load_key(client.key, client.algorithm)
    return SmartClient(
        id=client.id,
        kind=str(client.kind),
        redirect_uri=client.redirect_uri,
        launch_uri=client.launch_uri,
        secret=register(f"secret:{client.name}", client.secret),
        key=key,
        algorithm=client.algorithm or "RS384",
        kid=(key.kid or "") if key is not None else "",
        jwks_url=client.jwks_url,
    )


def _party(persona: Persona, client: SmartClient, register: Register) -> Party:
    login = persona.login
    name = persona.name
    recipe = Recipe(patient=persona.patient, refused_scopes=persona.refuse)
    if login is not None:
        recipe = Recipe(
            username=register(f"username:{name}", login.username),
            password=register(f"password:{name}", login.password),
            username_field=login.username_field,
            password_field=login.password_field,
            approve_field=login.approve,
            patient=persona.patient,
            refused_scopes=persona.refuse,
        )
    return Party(
        name=name,
        role=str(persona.role),
        client=client,
        recipe=recipe,
        scopes=persona.scopes,
        launch=str(persona.launch),
        patient=persona.patient,
        refuse=persona.refuse,
        token=register(f"token:{name}", persona.token),
        refresh_token=register(f"refresh:{name}", persona.refresh_token),
        group=persona.group,
    )
