"""What the lines of an export say: resources, the patients that they name, members of a Group."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conformance.core.elements import walk

_OF_A_PATIENT = ("subject.reference", "patient.reference", "beneficiary.reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    A line of a file: its number from 1 and its JSON object.

    `problem` is "" or says why it is none. Equal lines have equal digests within one process.
    """

    number: int
    resource: dict[str, Any]
    problem: str = ""
    digest: int = 0

    @property
    def type(self) -> str:
        """The resource's type, "" when it has none."""
        name = self.resource.get("resourceType")
        return name if isinstance(name, str) else ""

    @property
    def id(self) -> str:
        """The resource's id, "" when it has none."""
        name = self.resource.get("id")
        return name if isinstance(name, str) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """
    The patients that a Group lists: `active` ones must be exported, `listed` ones may be.

    `whole` is False where the Group does not list all of its members by patient.
    """

    active: frozenset[str]
    listed: frozenset[str]
    whole: bool


def named_patients(resource: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield `(path, id)` for each patient whose record a resource says that it belongs to."""
    for path in _OF_A_PATIENT:
        for reference in walk(resource, path):
            if patient := patient_of(reference):
                yield path, patient


def patient_of(reference: object) -> str:
    """Return the id that a reference to a Patient names, "" for another; absolute ones included."""
    if not isinstance(reference, str):
        return ""
    parts = reference.partition("/_history/")[0].split("/")
    return parts[-1] if len(parts) > 1 and parts[-2] == "Patient" else ""


def membership(group: dict[str, Any]) -> Membership:
    """Read a Group's members."""
    active, listed = set(), set()
    members = [member for member in walk(group, "member") if isinstance(member, dict)]
    whole = bool(members)
    for member in members:
        patient = patient_of(next(walk(member, "entity.reference"), None))
        whole = whole and bool(patient)
        if patient:
            listed.add(patient)
            # A period may have ended; who was a member may be exported, and need not be.
            if member.get("inactive") is not True and "period" not in member:
                active.add(patient)
    quantity = group.get("quantity")
    if type(quantity) is int and quantity > len(members):
        whole = False
    return Membership(active=frozenset(active), listed=frozenset(listed), whole=whole)


def content(resource: dict[str, Any], base: str) -> dict[str, Any]:
    """
    Return a resource without what an export may tell in another way.

    That is meta, narrative and attachments, which may be inline or not; a reference may be relative
    or absolute below the server's own base URL.
    """
    kept = {name: value for name, value in resource.items() if name not in ("meta", "text")}
    plain: dict[str, Any] = _plain(kept, f"{base.rstrip('/')}/")
    return plain


def _plain(value: Any, base: str) -> Any:
    if isinstance(value, dict):
        return {
            name: item.removeprefix(base)
            if name == "reference" and isinstance(item, str)
            else _plain(item, base)
            for name, item in value.items()
            if name != "attachment"
        }
    return [_plain(item, base) for item in value] if isinstance(value, list) else value
