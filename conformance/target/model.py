"""The target of a run as plain values: the server, what is declared about it, and who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from conformance.target.secret import SecretReference

DEFAULT_PERSONA = "default"
API_KEY_HEADER = "X-API-Key"


class Origin(StrEnum):
    """Where a value came from; the first wins."""

    OPTION = "option"
    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


class Kind(StrEnum):
    """What the operator says the system is."""

    EHR = "ehr"


class Access(StrEnum):
    """What the operator says about who may read."""

    PROTECTED = "protected"
    OPEN_SANDBOX = "open-sandbox"
    """Synthetic data, open on purpose: the authorization gates are not held against it."""


class CredentialKind(StrEnum):
    """How a credential travels."""

    BEARER = "bearer"
    """`Authorization: Bearer SECRET`."""
    API_KEY = "api-key"
    """The bare secret in a header of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One credential: its kind, the header that carries it, and where its value is kept."""

    kind: CredentialKind
    header: str
    secret: SecretReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Someone in whose name requests are sent; without a credential an anonymous one."""

    name: str
    credential: Credential | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header that every request to the target carries."""

    name: str
    value: str | SecretReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    What a run is pointed at.

    `url` has no trailing slash, query or user part. `rate` is in requests a second, None for the
    default of the client. `allow_hosts` are origins besides the server's own that may be followed.
    `origins` says by field name where a value came from (`personas.NAME` for each persona). `file`
    is the target file that was read, `notes` are sentences for the person who started the run.
    """

    url: str
    kind: Kind | None = None
    access: Access = Access.PROTECTED
    patients: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()
    rate: float | None = None
    us_core: str | None = None
    allow_hosts: tuple[str, ...] = ()
    ca_file: Path | None = None
    threads: int | None = None
    personas: Mapping[str, Persona] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    file: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def persona(self) -> Persona | None:
        """The one in whose name a plain request goes: `default`, else the first, else nobody."""
        first = next(iter(self.personas.values()), None)
        return self.personas.get(DEFAULT_PERSONA, first)

    def origin_of(self, name: str) -> Origin:
        """Return where the value of the field `name` came from."""
        return self.origins.get(name, Origin.DEFAULT)
