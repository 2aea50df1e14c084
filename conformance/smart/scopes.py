"""
SMART scopes, of version 1 (`patient/Condition.read`) and 2 (`patient/Condition.rs?category=...`).

SMART App Launch 2, Scopes for requesting FHIR resources.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_FORM = re.compile(
    r"(?P<who>patient|user|system)/(?P<type>\*|[A-Z][A-Za-z]+)\.(?P<access>[a-z*]+)(\?(?P<query>.*))?"
)
_VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}
_VERSION_2 = re.compile(r"c?r?u?d?s?")


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """
    A scope for resources.

    `permissions` are letters of `cruds` in that order; `query` limits the resources, "" does not.
    """

    who: str
    type: str
    permissions: str
    query: str = ""

    def covers(self, other: "Scope") -> bool:
        """Tell whether this scope allows all that the other does."""
        return (
            self.who == other.who
            and self.type in ("*", other.type)
            and set(other.permissions) <= set(self.permissions)
            and self.query in ("", other.query)
        )


def parse_scope(text: str) -> Scope | None:
    """Return a resource scope, None for any other (`openid`) and for a malformed one."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    access = found["access"]
    permissions = _VERSION_1.get(access)
    if permissions is None:
        if not access or not _VERSION_2.fullmatch(access):
            return None
        permissions = access
    return Scope(found["who"], found["type"], permissions, found["query"] or "")


def is_version_1(text: str) -> bool:
    """Tell whether a scope is written as version 1 writes it."""
    found = _FORM.fullmatch(text)
    return found is not None and found["access"] in ("read", "write")


def parse_scopes(text: str) -> tuple[Scope, ...]:
    """Return the resource scopes of a scope string, those of one kind joined (`.r` and `.s`)."""
    joined: dict[tuple[str, str, str], set[str]] = {}
    for word in text.split():
        if scope := parse_scope(word):
            key = (scope.who, scope.type, scope.query)
            joined.setdefault(key, set()).update(scope.permissions)
    return tuple(
        Scope(who, type_, "".join(letter for letter in "cruds" if letter in letters), query)
        for (who, type_, query), letters in joined.items()
    )


def covered(wanted: Scope, granted: Iterable[Scope]) -> bool:
    """Tell whether granted scopes together allow what one scope asks for."""
    letters: set[str] = set()
    for scope in granted:
        if (
            scope.who == wanted.who
            and scope.type in ("*", wanted.type)
            and scope.query in ("", wanted.query)
        ):
            letters |= set(scope.permissions)
    return set(wanted.permissions) <= letters


def beyond(granted: str, wanted: str) -> list[str]:
    """Return the words of `granted` that allow more than `wanted` does, as they stand."""
    limits = parse_scopes(wanted)
    plain = set(wanted.split())
    more = []
    for word in granted.split():
        scope = parse_scope(word)
        inside = covered(scope, limits) if scope else word in plain
        if not inside:
            more.append(word)
    return more
