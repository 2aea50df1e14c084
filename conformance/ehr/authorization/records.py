"""What the authorization server remembers, in memory and only while it runs."""

from dataclasses import dataclass, field
from threading import RLock

from conformance.ehr.authorization.setup import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A launch from inside the EHR: what an application is told once it shows `launch`."""

    client_id: str
    username: str
    patient: str
    encounter: str
    expires: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """What an application asked at the authorization endpoint, once it was found right."""

    client_id: str
    redirect_uri: str
    state: str | None
    scopes: tuple[str, ...]
    challenge: str
    method: str
    nonce: str | None
    launch: Launch | None


@dataclass(slots=True, kw_only=True)
class Session:
    """One browser; `user` once somebody has signed in, `csrf` for the pages of the EHR itself."""

    id: str
    csrf: str
    expires: float
    user: User | None = None


@dataclass(slots=True, kw_only=True)
class Transaction:
    """
    One walk through the pages, bound to the browser that began it.

    `request` is what an application asked; without one the walk leads to the EHR's own page
    `destination`.
    """

    id: str
    csrf: str
    session: str
    expires: float
    request: AuthorizationRequest | None = None
    destination: str = ""
    user: User | None = None
    patient: str = ""


@dataclass(slots=True, kw_only=True)
class Authorization:
    """
    What a user allowed an application, or the system allows one of its own.

    Every token that comes of it goes with it when it ends.
    """

    id: str
    client_id: str
    subject: str
    fhir_user: str
    visible: tuple[str, ...] | None
    scopes: tuple[str, ...]
    patient: str = ""
    encounter: str = ""
    from_ehr: bool = False
    nonce: str | None = None
    begun: float
    ended: bool = False


@dataclass(slots=True, kw_only=True)
class Code:
    """An authorization code; a second use of it ends what the first one gave."""

    authorization: Authorization
    redirect_uri: str
    challenge: str
    method: str
    expires: float
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """An access token: what it opens and until when."""

    authorization: Authorization
    scopes: tuple[str, ...]
    issued: float
    expires: float


@dataclass(slots=True, kw_only=True)
class RefreshToken:
    """A refresh token; after its use the one that came of it counts."""

    authorization: Authorization
    expires: float
    used: bool = False


@dataclass(slots=True, kw_only=True)
class Records:
    """Everything the authorization server remembers; `lock` is held while a request is answered."""

    sessions: dict[str, Session] = field(default_factory=dict)
    transactions: dict[str, Transaction] = field(default_factory=dict)
    launches: dict[str, Launch] = field(default_factory=dict)
    authorizations: dict[str, Authorization] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, AccessToken] = field(default_factory=dict)
    refresh: dict[str, RefreshToken] = field(default_factory=dict)
    assertions: dict[tuple[str, str], float] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)
