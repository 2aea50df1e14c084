"""The secrets of a target by reference: build one, list them all, fetch them."""

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.core.errors import UsageError
from conformance.target.files import path_from
from conformance.target.layers import KeyPath, Layer
from conformance.target.model import CredentialKind, Persona, Target
from conformance.target.secret import SecretReference


def reference_of(
    layer: Layer, path: KeyPath, value: Mapping[str, Any], *, typed: bool = False
) -> SecretReference:
    """Return the reference that a layer holds at `path`; `typed` is what is entered in a form."""
    file = value.get("file")
    return SecretReference(
        env=value.get("env"),
        file=None if file is None else path_from(file, layer.folder),
        command=tuple(value.get("command", ())),
        folder=layer.folder,
        where=layer.where(path),
        typed=typed,
    )


def references_of(target: Target) -> Iterator[SecretReference]:
    """Give every secret of the target; key files are none, and are looked at when it is loaded."""
    for header in target.headers:
        if isinstance(header.value, SecretReference):
            yield header.value
    for client in target.clients.values():
        if client.secret is not None:
            yield client.secret
    for persona in target.personas.values():
        yield from _of_persona(persona)
    if target.endpoints.launch is not None:
        yield target.endpoints.launch.key


def resolve_secrets(target: Target) -> None:
    """Fetch every secret of the target, or raise `UsageError` for the first that is missing."""
    bearers = list(_bearers(target))
    for reference in references_of(target):
        value = reference.resolve().reveal()
        if " " in value and any(reference is bearer for bearer in bearers):
            raise UsageError(
                f"The bearer token in {reference.describe()} holds a blank.",
                "Give the token alone: the word Bearer is added when it is sent.",
            )


def _of_persona(persona: Persona) -> Iterator[SecretReference]:
    if persona.credential is not None:
        yield persona.credential.secret
    if persona.login is not None:
        for entered in (persona.login.username, persona.login.password):
            if entered is not None:
                yield entered
    for given in (persona.token, persona.refresh_token):
        if given is not None:
            yield given


def _bearers(target: Target) -> Iterator[SecretReference]:
    for persona in target.personas.values():
        credential = persona.credential
        if credential is not None and credential.kind is CredentialKind.BEARER:
            yield credential.secret
        if persona.token is not None:
            yield persona.token
    if target.endpoints.launch is not None:
        yield target.endpoints.launch.key
