"""The target as it goes into a manifest: everything that outcomes depend on, and no secret."""

from pathlib import Path
from typing import Any

import msgspec

from conformance.core.errors import EvidenceError
from conformance.target.model import Access, Header, Kind, Origin, Target
from conformance.target.public_clients import (
    ClientForm,
    EndpointsForm,
    public_client,
    public_endpoints,
    replayed_client,
    replayed_endpoints,
)
from conformance.target.public_people import (
    Form,
    PersonaForm,
    SecretForm,
    public_persona,
    public_secret,
    replayed_persona,
    replayed_secret,
)
from conformance.target.secret import SecretReference
from conformance.target.wording import shown


class _Header(Form, frozen=True, kw_only=True):
    name: str
    value: str | SecretForm


class _Target(Form, frozen=True, kw_only=True):
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
    personas: dict[str, PersonaForm]
    clients: dict[str, ClientForm]
    endpoints: EndpointsForm
    origins: dict[str, Origin]


def public_form(target: Target) -> dict[str, Any]:
    """
    Return the target as plain JSON values without secrets.

    A secret is described by its kind and name (`{"env": "TOKEN"}`); of files, keys among them, only
    the name is kept, and of commands nothing, since an argument may be a secret.
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
        personas={name: public_persona(persona) for name, persona in target.personas.items()},
        clients={name: public_client(client) for name, client in target.clients.items()},
        endpoints=public_endpoints(target.endpoints),
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
            personas={name: replayed_persona(name, held) for name, held in read.personas.items()},
            clients={name: replayed_client(name, held) for name, held in read.clients.items()},
            endpoints=replayed_endpoints(read.endpoints),
            origins=read.origins,
        )
    except ValueError as problem:  # msgspec's is one too; of values it quotes only unknown words
        raise EvidenceError(
            f"The target recorded in the manifest cannot be read: {shown(str(problem))}.",
            "The manifest was altered, or written by another version.",
        ) from None


def _public_value(value: str | SecretReference) -> str | SecretForm:
    return value if isinstance(value, str) else public_secret(value)


def _replayed_value(value: str | SecretForm) -> str | SecretReference:
    return value if isinstance(value, str) else replayed_secret(value)
