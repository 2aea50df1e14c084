"""What is remembered of an export."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an export was asked for: empty `types` are all of them."""

    types: tuple[str, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of an export: resources of one type, a line each."""

    name: str
    type: str
    resources: Sequence[dict[str, Any]]


@dataclass(slots=True, kw_only=True)
class Job:
    """
    One export.

    `owner` is the client that began it, `address` the request as it was sent, `polls` how often its
    status was asked for.
    """

    id: str
    owner: str
    address: str
    started: float
    expires: float
    files: tuple[File, ...] = field(repr=False)
    polls: int = 0
    cancelled: bool = False
