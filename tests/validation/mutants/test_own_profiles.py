"""Rules that neither R4 nor US Core uses are broken in profiles of our own."""

import pytest

from conformance.validation.validator import Validator
from tests.support.figures import MUTANTS, Recorder
from tests.support.mutants.judging import Judge
from tests.support.mutants.own_mutants import own_mutants, registry

pytestmark = pytest.mark.packages

KINDS = {
    "discriminator: exists",
    "discriminator: profile",
    "slice: closed",
    "slice: order",
    "length and range",
    "binding: max value set",
}


def test_mutants_of_own_profiles_are_caught(record_property: Recorder) -> None:
    """Exists and profile discriminators, closed and ordered slicing, lengths, maximal sets."""
    judge = Judge(judge=Validator(registry()))
    mutants = list(own_mutants())
    sound = [m.id for m in mutants if judge.before(m)]
    assert not sound, "what is to be broken is broken already"
    judge.all(mutants)
    record_property(MUTANTS, judge.table())
    assert not judge.missed, "\n".join(judge.missed)
    assert set(judge.counts) >= KINDS
