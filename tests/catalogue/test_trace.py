"""The trace shows paragraph, requirement and checks, and names each gap."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.catalogue import Catalogue, load_catalogue, trace


@pytest.fixture
def small(folder: Callable[..., Path]) -> Catalogue:
    return load_catalogue(folder())


def test_a_sound_trace_has_no_problem(small: Catalogue) -> None:
    found = trace(small, {"spec#one": ["a.b.c", "a.b.d"]})
    assert found.problems == ()
    assert dict(found.counts) == {
        "requirements": 3,
        "steps": 1,
        "checks": 2,
        "checked": 2,
        "steps_checked": 1,
        "planned": 1,
        "attestation": 0,
        "out_of_reach": 0,
    }


def test_the_counts_tell_steps_from_other_requirements(small: Catalogue) -> None:
    counts = trace(small, {"spec#one": ["a.b.c"], "spec#two": ["a.b.d"]}).counts
    assert (counts["checked"], counts["steps_checked"]) == (3, 1)


def test_a_step_is_traced_through_what_it_is_shown_by(small: Catalogue) -> None:
    row = trace(small, {"spec#one": ["a.b.c"]}).rows[0]
    assert row.requirement == "g10#STEP-1"
    assert row.paragraph == "1(a)"
    assert row.through == ("spec#one",)
    assert row.checks == ("a.b.c",)


@pytest.mark.parametrize(
    ("checks", "problem"),
    [
        ({}, "spec#one has neither a check nor a reason"),
        ({}, "g10#STEP-1 has neither a check nor a reason"),
        ({"spec#one": []}, "spec#one has neither a check nor a reason"),
        ({"spec#one": ["a.b.c"], "spec#six": ["a.b.d"]}, "a.b.d names the unknown requirement"),
        ({"spec#one": ["a.b.c"], "spec#two": ["a.b.d"]}, "spec#two is said to be untested"),
    ],
)
def test_each_gap_is_named(small: Catalogue, checks: dict[str, list[str]], problem: str) -> None:
    assert any(problem in sentence for sentence in trace(small, checks).problems)


def test_a_reason_that_checks_of_others_have_overtaken_is_named(
    folder: Callable[..., Path],
) -> None:
    untested = 'coverage = "none"\nuntested = { reason = "planned", detail = "X-2" }'
    small = load_catalogue(folder("requirements/g10.toml", 'coverage = "partial"', untested))
    found = trace(small, {"spec#one": ["a.b.c"]})
    assert found.problems == (
        "g10#STEP-1 is said to be untested (planned), yet a.b.c speaks for it.",
    )


def test_every_shipped_requirement_has_a_reason_or_full_checks_to_come() -> None:
    """With a check for all that is not untested, the shipped catalogue has no gap."""
    catalogue = load_catalogue()
    checks = {
        entry.id: ["area.module.check"]
        for entry in catalogue.requirements.values()
        if entry.untested is None and not entry.step
    }
    assert trace(catalogue, checks).problems == ()
