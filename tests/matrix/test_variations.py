"""What a specification leaves to servers, and what clients live with, is no failure."""

import pytest

from conformance.core.outcomes import Outcome
from conformance.ehr.defects import VARIATIONS, Variation
from tests.support.figures import LEGAL_VARIATION, Recorder
from tests.support.matrix import SoundRun

PLAIN = {name: variation for name, variation in VARIATIONS.items() if not variation.flows}


@pytest.mark.slow
@pytest.mark.parametrize("variation", PLAIN.values(), ids=list(PLAIN))
def test_a_legal_variation_never_fails(
    sound: SoundRun, record_property: Recorder, variation: Variation
) -> None:
    """It changes an exchange, nothing fails or errs, and only what it names is a warning."""
    judged = sound.against(variation.server_class)
    record_property(LEGAL_VARIATION, 1)
    loud = {
        result.id: (str(result.outcome), result.code, result.message)
        for result in judged.results.values()
        if result.outcome in (Outcome.FAIL, Outcome.ERROR)
    }
    assert judged.changed, "the variation changes nothing that is asked"
    assert not loud
    assert judged.fired == variation.warns


@pytest.mark.parametrize("variation", VARIATIONS.values(), ids=list(VARIATIONS))
def test_a_warning_is_tolerated_by_name(variation: Variation) -> None:
    """A variation that warns says why clients live with it."""
    assert bool(variation.warns) == ("Tolerated: " in variation.title)


@pytest.mark.slow
def test_what_is_compared_goes_on_being_compared(sound: SoundRun) -> None:
    """A variation of the data does not make checks pass by making them skip."""
    for name in ("data.has-long-ids", "data.refers-by-absolute-urls", "data.writes-local-times"):
        results = sound.against(VARIATIONS[name].server_class).results
        silent = {r.id for r in results.values() if r.outcome is Outcome.SKIP}
        assert silent == {r.id for r in sound.results.values() if r.outcome is Outcome.SKIP}, name
