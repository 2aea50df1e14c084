"""Every seeded defect is caught by exactly the checks that it names."""

import pytest

from conformance.core.outcomes import Outcome
from conformance.ehr.defects import DEFECTS, VARIATIONS, Defect, Variation
from tests.support.matrix import SoundRun

DECLARED_SKIPS = {"no-data"}


@pytest.fixture(scope="session")
def sound() -> SoundRun:
    """Run the sound server once."""
    return SoundRun()


def test_the_sound_server_is_clean(sound: SoundRun) -> None:
    """No check fails, warns or errs on the sound server; what is skipped lacks data."""
    loud = {
        result.id: (str(result.outcome), result.message)
        for result in sound.results.values()
        if result.outcome in (Outcome.FAIL, Outcome.WARN, Outcome.ERROR)
    }
    codes = {r.code for r in sound.results.values() if r.outcome is Outcome.SKIP}
    assert not loud
    assert codes <= DECLARED_SKIPS


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=list(DEFECTS))
def test_a_defect_is_caught_by_its_checks(sound: SoundRun, defect: Defect) -> None:
    """The defect changes an exchange, and kills ⊆ fired ⊆ kills ∪ may."""
    results, changed = sound.against(defect.server_class)
    fired = sound.fired(results.values())
    assert changed, "the defect changes nothing that is asked"
    assert defect.kills <= fired, f"not caught by {sorted(defect.kills - fired)}"
    extra = fired - defect.kills - set(defect.may)
    assert not extra, f"also caught by {sorted(extra)}"


@pytest.mark.parametrize("variation", VARIATIONS.values(), ids=list(VARIATIONS))
def test_a_legal_variation_never_fails(sound: SoundRun, variation: Variation) -> None:
    """A legal variation changes an exchange, and no check fails or errs on it."""
    results, changed = sound.against(variation.server_class)
    loud = {
        result.id: (str(result.outcome), result.code)
        for result in results.values()
        if result.outcome in (Outcome.FAIL, Outcome.ERROR)
    }
    assert changed, "the variation changes nothing that is asked"
    assert not loud


def test_every_check_function_is_killed(sound: SoundRun) -> None:
    """Each check function has a defect that it must catch."""
    killed = {name for defect in DEFECTS.values() for name in defect.kills}
    functions = {check.function_id for check in sound.checks}
    assert not functions - killed
    assert not killed - functions
