"""Versions are ordered by number, and the nearest one stands in."""

import pytest

from conformance.ig.versions import best, fits, ordered


def test_versions_are_ordered_as_people_read_them() -> None:
    mixed = ["2.0.0-snapshot1", "1.10.0", "1.2.0", "1.0.0", "1.0.0-ballot2", "1.0.0-ballot"]
    assert sorted(mixed, key=ordered) == mixed[::-1]


def test_a_shorter_version_asks_for_any_that_it_begins() -> None:
    assert fits("4.0.1", "4.0")
    assert fits("4.0.1", "4.0.x")
    assert not fits("4.10.1", "4.1")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2.0.0", "2.0.0"),
        ("2.0.x", "2.0.3"),
        ("2.1.0", "10.0.0"),
        ("0.1.0", "1.0.0"),
        ("11.0.0", "10.0.0"),
        ("latest", "10.0.0"),
        ("current", "10.0.0"),
    ],
)
def test_the_version_in_use(asked: str, found: str) -> None:
    assert best(asked, ["2.0.3", "10.0.0", "2.0.0", "1.0.0"]) == found
    assert best(asked, []) == ""
