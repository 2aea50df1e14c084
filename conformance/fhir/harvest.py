"""What was gathered of a type: samples, the looks that brought them, and why there may be none."""

from dataclasses import dataclass, field
from typing import Any

from conformance.evidence.exchange import Request
from conformance.evidence.response import GATEWAY, Response
from conformance.fhir.bundle import identity
from conformance.fhir.client import Parameter

BUSY = "too many requests"
"""What stands for a failure where a server asks to wait longer than a run waits."""
_REFUSED = frozenset({401, 403})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """
    A resource that the server gave, and the request and exchange that gave it.

    `found_by` are the parameters of a search that finds it, empty for one reached by reference.
    """

    resource: dict[str, Any]
    type: str
    id: str
    patient: str
    source: Request
    exchange: int
    found_by: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One place where data were looked for; `fit` tells whether the answer was a result at all."""

    what: str
    how: str
    found: int
    exchange: int
    status: int | None
    request: Request
    fit: bool
    failure: str = ""
    cut: bool = False


@dataclass(slots=True, kw_only=True)
class Harvest:
    """What was found of one type, and where it was looked for."""

    samples: list[Sample] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether every look was refused for want of authorization."""
        return bool(self.looks) and all(look.status in _REFUSED for look in self.looks)

    @property
    def failed(self) -> Look | None:
        """The first look when each got an answer of the wrong kind, else None."""
        return self.looks[0] if self.looks and not any(look.fit for look in self.looks) else None

    @property
    def failure(self) -> str:
        """The kind of failure when no look got an answer, else ""."""
        kinds = [look.failure for look in self.looks]
        return kinds[0] if kinds and all(kinds) else ""


def failure_of(response: Response) -> str:
    """Return why an answer says nothing of the data, "" when it does."""
    if response.exchange.failure is not None:
        return response.exchange.failure.kind
    if response.status == 429 or (response.status == 503 and _asks_to_wait(response)):
        return BUSY
    return f"status {response.status}" if response.status in GATEWAY else ""


def _asks_to_wait(response: Response) -> bool:
    return bool(response.exchange.header("retry-after"))


def keep_first(harvest: Harvest) -> None:
    seen: set[str] = set()
    kept = []
    for sample in harvest.samples:
        if (name := identity(sample.resource)) not in seen:
            seen.add(name)
            kept.append(sample)
    harvest.samples[:] = kept
