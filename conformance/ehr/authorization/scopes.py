"""
The grammar of scopes, of SMART 1 and SMART 2, and what one scope takes of another.

This server reads only: of the permissions it knows `r` (read) and `s` (search), and SMART 1's
`read` is both of them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from urllib.parse import parse_qsl

CONTEXT_SCOPES = ("openid", "fhirUser", "launch", "launch/patient", "offline_access")
PERMISSIONS = "cruds"
READING = frozenset("rs")
_CLINICAL = re.compile(
    r"(?P<level>patient|user|system)/(?P<type>\*|[A-Z][A-Za-z]*)"
    r"\.(?P<access>read|write|\*|(?=[cruds])c?r?u?d?s?)(?:\?(?P<query>\S+))?"
)
_FIRST = {"read": READING, "write": frozenset("cud"), "*": frozenset(PERMISSIONS)}


class Level(StrEnum):
    """Whose data a scope is about."""

    PATIENT = "patient"
    USER = "user"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicalScope:
    """
    A scope over resources.

    `type` may be `*`. `query` narrows to the resources that it finds, `first` says that the scope
    is written as SMART 1 has it.
    """

    level: Level
    type: str
    permissions: frozenset[str]
    query: tuple[tuple[str, str], ...] = ()
    raw_query: str = ""
    first: bool = False

    def text(self) -> str:
        """Return the scope as it is written."""
        if self.first:
            access = next(name for name, kept in _FIRST.items() if kept == self.permissions)
        else:
            access = "".join(letter for letter in PERMISSIONS if letter in self.permissions)
        query = f"?{self.raw_query}" if self.raw_query else ""
        return f"{self.level}/{self.type}.{access}{query}"


@lru_cache(maxsize=4096)
def clinical(text: str) -> ClinicalScope | None:
    """Return what a scope over resources means, None for any other text."""
    match = _CLINICAL.fullmatch(text)
    if match is None:
        return None
    raw, access = match["query"] or "", match["access"]
    first = access in _FIRST
    query = tuple(parse_qsl(raw, keep_blank_values=True))
    if (first and raw) or (raw and not query):
        return None
    return ClinicalScope(
        level=Level(match["level"]),
        type=match["type"],
        permissions=_FIRST[access] if first else frozenset(access),
        query=query,
        raw_query=raw,
        first=first,
    )


def covered(wanted: ClinicalScope, allowed: ClinicalScope) -> frozenset[str]:
    """Return the permissions of a scope that another one gives."""
    same = wanted.level is allowed.level and allowed.type in ("*", wanted.type)
    narrower = set(allowed.query) <= set(wanted.query)
    return wanted.permissions & allowed.permissions if same and narrower else frozenset()


def limited(text: str, allowed: Iterable[str]) -> str | None:
    """Return as much of a scope as the allowed ones give, None for nothing of it."""
    wanted = clinical(text)
    if wanted is None:
        return text if text in allowed else None
    others = [scope for scope in map(clinical, allowed) if scope]
    kept = frozenset().union(*(covered(wanted, scope) for scope in others))
    if wanted.first:
        # what SMART 1 can say is read, write or both: nothing in between
        kept = READING & kept if kept >= READING else frozenset()
    return replace(wanted, permissions=kept).text() if kept else None


def readable(text: str) -> str | None:
    """Return the part of a scope that a server which only reads can give, None for nothing."""
    scope = clinical(text)
    if scope is None:
        return text
    kept = scope.permissions & READING
    return replace(scope, permissions=kept).text() if kept else None


def split(text: str) -> list[str]:
    """Return the scopes in a `scope` parameter, each once."""
    return list(dict.fromkeys(text.split()))


def widens(wanted: Sequence[str], granted: Sequence[str]) -> bool:
    """Tell whether scopes ask for anything beyond those that were granted."""
    return any(limited(scope, granted) != scope for scope in wanted)
