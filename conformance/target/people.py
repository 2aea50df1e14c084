"""Build personas, credentials and fixed headers from checked layers."""

from collections.abc import Mapping
from typing import Any

from conformance.core.errors import UsageError
from conformance.target.files import path_from
from conformance.target.header_rules import RESERVED, is_name, is_value
from conformance.target.layers import KeyPath, Layer
from conformance.target.model import (
    API_KEY_HEADER,
    Credential,
    CredentialKind,
    Header,
    Persona,
    Target,
)
from conformance.target.secret import SecretReference
from conformance.target.suggest import did_you_mean
from conformance.target.wording import listed, shown

_HEADER_HINT = "A header is a word such as X-Tenant with a text of printable ASCII."


def persona_of(layer: Layer, name: str) -> Persona:
    """Return the persona that a layer describes."""
    body: Mapping[str, Any] = layer.personas()[name]
    for key, kind in (("bearer", CredentialKind.BEARER), ("api-key", CredentialKind.API_KEY)):
        if key in body:
            path = ("persona", name, key)
            header = "Authorization"
            if kind is CredentialKind.API_KEY:
                header = body.get("header", API_KEY_HEADER)
                _refuse_header_name(header, layer.where((*path[:2], "header")))
            secret = _reference(layer, path, body[key])
            credential = Credential(kind=kind, header=header, secret=secret)
            return Persona(name=name, credential=credential)
    return Persona(name=name)


def headers_of(layer: Layer) -> tuple[Header, ...]:
    """Return the fixed headers that a layer describes."""
    headers: list[Header] = []
    for name, value in layer.target().get("headers", {}).items():
        path = ("target", "headers", name)
        where = layer.where(path)
        _refuse_header_name(name, where)
        if any(name.lower() == header.name.lower() for header in headers):
            raise UsageError(f"The header of {where} is given twice.", "Keep one.")
        if isinstance(value, dict):
            headers.append(Header(name=name, value=_reference(layer, path, value)))
        elif is_value(value):
            headers.append(Header(name=name, value=value))
        else:
            raise UsageError(f"The value of {where} cannot be sent in a header.", _HEADER_HINT)
    return tuple(headers)


def refuse_unknown_persona(name: str, known: list[str], where: str) -> None:
    """Raise `UsageError` unless `name` is among the known personas."""
    if name not in known:
        hint = did_you_mean(name, known)
        if not hint:
            hint = (
                f"Known are {listed([shown(one) for one in known])}."
                if known
                else ("None is known: give a [persona.NAME] in conformance.toml.")
            )
        raise UsageError(f"The persona {shown(name)}, named by {where}, is unknown.", hint)


def refuse_contested_headers(target: Target) -> None:
    """Raise `UsageError` where a fixed header would replace a persona's credential."""
    fixed = {header.name.lower() for header in target.headers}
    for persona in target.personas.values():
        if persona.credential is not None and persona.credential.header.lower() in fixed:
            raise UsageError(
                f"The header {persona.credential.header} is set by [target] headers and again "
                f"by the credential of the persona {persona.name}.",
                "Keep one.",
            )


def resolve_secrets(target: Target) -> None:
    """Fetch every secret of the target, or raise `UsageError` for the first that is missing."""
    for header in target.headers:
        if isinstance(header.value, SecretReference):
            header.value.resolve()
    for persona in target.personas.values():
        credential = persona.credential
        if credential is None:
            continue
        value = credential.secret.resolve().reveal()
        if credential.kind is CredentialKind.BEARER and " " in value:
            raise UsageError(
                f"The bearer token in {credential.secret.describe()} holds a blank.",
                "Give the token alone: the word Bearer is added when it is sent.",
            )


def _reference(layer: Layer, path: KeyPath, value: Mapping[str, Any]) -> SecretReference:
    file = value.get("file")
    return SecretReference(
        env=value.get("env"),
        file=None if file is None else path_from(file, layer.folder),
        command=tuple(value.get("command", ())),
        folder=layer.folder,
        where=layer.where(path),
    )


def _refuse_header_name(name: str, where: str) -> None:
    if not is_name(name):
        raise UsageError(f"The header of {where} has a name that cannot be sent.", _HEADER_HINT)
    if name.lower() in RESERVED:
        raise UsageError(
            f"The header {name} of {where} is one that the checks set themselves.", "Leave it out."
        )
