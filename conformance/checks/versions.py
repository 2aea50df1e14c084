"""What a resource and a header tell of its version, whatever stands there."""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import pairwise

from conformance.core.elements import walk


def version_of(resource: Mapping[str, object]) -> str:
    """Return the version id of a resource, "" when it tells none."""
    version = next(walk(dict(resource), "meta.versionId"), "")
    return version if isinstance(version, str) else ""


def updated_at(resource: Mapping[str, object]) -> datetime | None:
    """Return the instant of the last change, None where none with an offset is told."""
    return _instant(next(walk(dict(resource), "meta.lastUpdated"), ""))


def differing(
    one: Mapping[str, object], other: Mapping[str, object], aside: Container[str]
) -> list[str]:
    """Return the names of the elements in which two resources differ, those `aside` left out."""
    names = sorted(one.keys() | other.keys())
    return [name for name in names if name not in aside and one.get(name) != other.get(name)]


def http_date(text: str) -> datetime | None:
    """Return the date of a header, None for what is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else None


def falling(instants: Iterable[object]) -> bool:
    """Tell whether no instant is followed by a later one; what is no instant is left out."""
    known = [moment for moment in map(_instant, instants) if moment is not None]
    return all(later >= earlier for later, earlier in pairwise(known))


def _instant(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
