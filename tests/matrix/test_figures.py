"""There are as many defects and legal variations as the harness has been promised to stand."""

import pytest

from conformance.ehr.defects import DEFECTS, VARIATIONS


@pytest.mark.parametrize(
    ("kind", "flows", "least"),
    [
        ("defects", False, 40),
        ("defects", True, 70),
        ("variations", False, 12),
        ("variations", True, 15),
    ],
)
def test_there_are_enough_of_each(kind: str, flows: bool, least: int) -> None:
    """Of the FHIR side and of launches, tokens and exports, each for itself."""
    known = DEFECTS if kind == "defects" else VARIATIONS
    assert sum(entry.flows is flows for entry in known.values()) >= least


def test_there_are_enough_altogether() -> None:
    """What is below HTTP is not counted among them."""
    assert len(DEFECTS) >= 110
    assert len(VARIATIONS) >= 27
