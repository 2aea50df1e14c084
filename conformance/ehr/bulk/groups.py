"""The Groups of a cohort: everybody, and those whom one practitioner looks after."""

from collections.abc import Iterable
from typing import Any

from conformance.ehr.cohort.terms import built, refer

EVERYBODY = "everybody"
PANEL = "panel"
_UPDATED = "2024-01-08T08:00:00Z"


def groups(resources: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a Group of all patients, and one of those of the first one's practitioner."""
    patients = [resource for resource in resources if resource["resourceType"] == "Patient"]
    panel = [each for each in patients if _doctor(each) == _doctor(patients[0])]
    return [
        _group(EVERYBODY, "Everybody with a chart here", patients),
        _group(PANEL, "The patients of one practitioner", panel),
    ]


def _doctor(patient: dict[str, Any]) -> str:
    return str(patient["generalPractitioner"][0]["reference"])


def _group(id_: str, name: str, members: list[dict[str, Any]]) -> dict[str, Any]:
    return built(
        "Group",
        id_,
        profiles=(),
        updated=_UPDATED,
        active=True,
        type="person",
        actual=True,
        name=name,
        quantity=len(members),
        member=[{"entity": refer(patient)} for patient in members],
    )
