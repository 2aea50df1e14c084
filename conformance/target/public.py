"""The target as it goes into a manifest: everything that outcomes depend on, and no secret."""

from pathlib import Path
from typing import Any

import msgspec

from conformance.core.errors import EvidenceError
from conformance.target.model import (
    Access,
    Credential,
    CredentialKind,
    Header,
    Kind,
    Origin,
    Persona,
    Target,
)
from conformance.target.secret import SecretReference


class _Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    pass


class _Secret(_Form, frozen=True, kw_only=True, omit_defaults=True):
    env: str | None = None
    file: str | None = None
    command: bool = False


class _Header(_Form, frozen=True, kw_only=True):
    name: str
    value: str | _Secret


class _Credential(_Form, frozen=True, kw_only=True):
    kind: CredentialKind
    header: str
    secret: _Secret


class _Target(_Form, frozen=True, kw_only=True):
    url: str
    kind: Kind | None
    access: Access
    patients: tuple[str, ...]
    headers: tuple[_Header, ...]
    rate: float | None
    us_core: str | None
    allow_hosts: tuple[str, ...]
    ca_file: str | None
    threads: int | None
    personas: dict[str, _Credential | None]
    origins: dict[str, Origin]


def public_form(target: Target) -> dict[str, Any]:
    """
    Return the target as plain JSON values without secrets.

    A secret is described by its kind and name (`{"env": "TOKEN"}`); of files only the name is kept,
    and of commands nothing, since an argument may be a secret.
    """
    form = _Target(
        url=target.url,
        kind=target.kind,
        access=target.access,
        patients=target.patients,
        headers=tuple(
            _Header(name=header.name, value=_public_value(header.value))
            for header in target.headers
        ),
        rate=target.rate,
        us_core=target.us_core,
        allow_hosts=target.allow_hosts,
        ca_file=None if target.ca_file is None else target.ca_file.name,
        threads=target.threads,
        personas={
            name: _public_credential(persona.credential)
            for name, persona in target.personas.items()
        },
        origins=dict(target.origins),
    )
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(form))
    return plain


def from_public(form: dict[str, Any]) -> Target:
    """
    Return the target of a recorded run; every secret in it resolves to a placeholder.

    Raises `EvidenceError` when `form` is none that `public_form` gives.
    """
    try:
        read = msgspec.convert(form, _Target)
        return Target(
            url=read.url,
            kind=read.kind,
            access=read.access,
            patients=read.patients,
            headers=tuple(
                Header(name=header.name, value=_replayed_value(header.value))
                for header in read.headers
            ),
            rate=read.rate,
            us_core=read.us_core,
            allow_hosts=read.allow_hosts,
            ca_file=None if read.ca_file is None else Path(read.ca_file),
            threads=read.threads,
            personas={
                name: Persona(name=name, credential=_replayed_credential(credential))
                for name, credential in read.personas.items()
            },
            origins=read.origins,
        )
    except ValueError as problem:  # msgspec's is one too; neither quotes a value
        raise EvidenceError(
            f"The target recorded in the manifest cannot be read: {problem}.",
            "The manifest was altered, or written by another version.",
        ) from None


def _public_secret(secret: SecretReference) -> _Secret:
    file = None if secret.file is None else secret.file.name
    return _Secret(env=secret.env, file=file, command=bool(secret.command))


def _public_value(value: str | SecretReference) -> str | _Secret:
    return value if isinstance(value, str) else _public_secret(value)


def _public_credential(credential: Credential | None) -> _Credential | None:
    if credential is None:
        return None
    secret = _public_secret(credential.secret)
    return _Credential(kind=credential.kind, header=credential.header, secret=secret)


def _replayed_secret(secret: _Secret) -> SecretReference:
    return SecretReference(
        env=secret.env,
        file=None if secret.file is None else Path(secret.file),
        command=("replayed",) if secret.command else (),
        replayed=True,
    )


def _replayed_value(value: str | _Secret) -> str | SecretReference:
    return value if isinstance(value, str) else _replayed_secret(value)


def _replayed_credential(credential: _Credential | None) -> Credential | None:
    if credential is None:
        return None
    secret = _replayed_secret(credential.secret)
    return Credential(kind=credential.kind, header=credential.header, secret=secret)
