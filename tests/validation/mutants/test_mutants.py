"""
Every kind of rule is broken many times, and each time found where it was broken.

The mutants are made from the official packages by code that knows nothing of ours.
"""

import pytest

from tests.support.figures import MUTANTS, Recorder
from tests.support.mutants.collect import of_all
from tests.support.mutants.judging import Judge
from tests.support.mutants.kinds import GROUPS, QUOTAS, a_few, everything

pytestmark = pytest.mark.packages

SHOWN = 20
"""How many of those that were missed a failure shows."""


def _missed(judge: Judge) -> str:
    more = len(judge.missed) - SHOWN
    lines = [*judge.missed[:SHOWN], *([f"and {more} more"] if more > 0 else [])]
    return "\n".join(lines)


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_every_mutant_is_caught(group: str, record_property: Recorder) -> None:
    """The expected code at the expected path, others only from the companions of the mutant."""
    judge = Judge().all(of_all(GROUPS[group], everything()))
    record_property(MUTANTS, judge.table())
    assert not judge.missed, _missed(judge)
    short = {k: n for k, n in judge.counts.items() if n < QUOTAS[k]}
    assert not short, "there are fewer of these kinds than promised"


@pytest.mark.parametrize("group", GROUPS)
def test_a_few_mutants_are_caught(group: str) -> None:
    """The same for a few examples, in every run."""
    judge = Judge().all(of_all(GROUPS[group], a_few(), each=1))
    assert not judge.missed, _missed(judge)
    assert judge.counts


@pytest.mark.slow
def test_every_kind_is_made() -> None:
    """No kind of the quotas is left without a mutator, in the order of the groups."""
    made = {
        mutant.kind for group in GROUPS.values() for mutant in of_all(group, everything(), each=1)
    }
    assert made == set(QUOTAS)


def test_the_quotas_add_up() -> None:
    """As many as were promised, whatever the packages hold."""
    assert sum(least for kind, least in QUOTAS.items() if not kind.startswith("legal")) >= 3000
