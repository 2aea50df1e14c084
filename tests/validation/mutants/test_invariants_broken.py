"""Every invariant of R4's types and of US Core is broken once, or it is said why it cannot be."""

from collections.abc import Iterator

import pytest

from tests.support.mutants.invariants import CANNOT, invariants
from tests.support.mutants.judging import Judge
from tests.support.mutants.kinds import bases, everything
from tests.support.mutants.library import CORE, US_CORE, package

pytestmark = pytest.mark.packages


def _asked() -> Iterator[tuple[str, str]]:
    """Yield key and expression of each error that the packages ask for."""
    for name in (CORE, *US_CORE):
        for definition in package(name).definitions.values():
            if name == CORE and definition.get("derivation") == "constraint":
                continue
            for element in definition.get("snapshot", {}).get("element", ()):
                for constraint in element.get("constraint", ()):
                    if constraint["severity"] == "error":
                        yield constraint["key"], constraint.get("expression", "")


@pytest.mark.slow
def test_every_invariant_is_broken_or_cannot_be() -> None:
    """By key and expression, since keys are used again for other rules."""
    broken = {mutant.aspect for study in everything() for mutant in invariants(study)}
    left = {
        (key, part)
        for key, expression in set(_asked()) - broken
        for part in [next((p for k, p in CANNOT if k == key and p in expression), expression)]
    }
    assert left == set(CANNOT)


def test_the_resources_of_our_own_are_sound() -> None:
    """What is broken was whole before."""
    judge = Judge()
    faults = {s.example.name: found for s in bases() if (found := judge.errors_of(s.example))}
    assert not faults
