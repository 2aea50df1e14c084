"""The target of a run as plain values: the server, what is declared about it, and who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from conformance.target.key_file import KeyFile
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


class ClientKind(StrEnum):
    """How a registered client proves who it is."""

    PUBLIC = "public"
    SYMMETRIC = "symmetric"
    """With a secret that it shares with the server."""
    ASYMMETRIC = "asymmetric"
    """With assertions that its private key signs."""
    SYSTEM = "system"
    """A backend service: asymmetric, and no person logs in."""


class Role(StrEnum):
    """What a persona is there to show."""

    PATIENT = "patient"
    LIMITED = "limited"
    """A patient who leaves out a part of what the app asks for."""
    PRACTITIONER = "practitioner"
    SYSTEM = "system"


class Launch(StrEnum):
    """How a persona comes to a token."""

    STANDALONE = "standalone"
    EHR = "ehr"
    BACKEND = "backend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """
    A client as it was registered at the server.

    `name` is how the target file calls it, `id` how the server does. `algorithm` is RS384 or ES384
    for a client with a key, else empty. `jwks_url` is where the server fetches the public keys.
    """

    name: str
    id: str
    kind: ClientKind
    secret: SecretReference | None = None
    key: KeyFile | None = None
    algorithm: str = ""
    jwks_url: str = ""
    redirect_uri: str = ""
    launch_uri: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """
    What a person enters on the server's pages.

    Both of name and password are given, or neither is. The other three say what a field or button
    is called on the page, and are empty where that is to be guessed.
    """

    username: SecretReference | None = None
    password: SecretReference | None = None
    username_field: str = ""
    password_field: str = ""
    approve: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """
    Someone in whose name requests are sent.

    One without a role sends plain requests with its `credential`, or anonymous ones. One with a
    role has none: it comes to a token by a launch of its client, or is given `token` or
    `refresh_token`. `patient` is the id that a launch must end with, empty where the server
    chooses; `refuse` are scopes that the person unticks; `group` is what a system exports.
    """

    name: str
    credential: Credential | None = None
    role: Role | None = None
    client: str = ""
    launch: Launch | None = None
    patient: str = ""
    scopes: str = ""
    refuse: tuple[str, ...] = ()
    login: Login | None = None
    token: SecretReference | None = None
    refresh_token: SecretReference | None = None
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchEndpoint:
    """Where a machine asks the EHR to start an EHR launch; the key goes out as a bearer token."""

    url: str
    key: SecretReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Addresses given by hand, for what the server does not announce; empty where not given."""

    introspection: str = ""
    revocation: str = ""
    launch: LaunchEndpoint | None = None


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
    clients: Mapping[str, Client] = field(default_factory=dict)
    endpoints: Endpoints = field(default_factory=Endpoints)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    file: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def persona(self) -> Persona | None:
        """
        The one in whose name a plain request goes: `default`, else the first, else nobody.

        Only those with a credential count, so it is never one with a role.
        """
        speaking = [one for one in self.personas.values() if one.credential is not None]
        first = speaking[0] if speaking else None
        return next((one for one in speaking if one.name == DEFAULT_PERSONA), first)

    def personas_of(self, role: Role) -> tuple[Persona, ...]:
        """Return the personas of a role, in the order of the file."""
        return tuple(one for one in self.personas.values() if one.role is role)

    def client_of(self, persona: Persona) -> Client | None:
        """Return the client that a persona uses, None for one without."""
        return self.clients.get(persona.client)

    def origin_of(self, name: str) -> Origin:
        """Return where the value of the field `name` came from."""
        return self.origins.get(name, Origin.DEFAULT)
