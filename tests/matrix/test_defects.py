"""Every seeded defect is caught by exactly the checks that it names."""

import pytest

from conformance.core.outcomes import Outcome
from conformance.ehr.defects import DEFECTS, PROBE_DEFECTS, Defect
from tests.support.figures import FIRED_BY_A_DEFECT, Recorder
from tests.support.matrix import FIRED, LOUD, SoundRun

PLAIN = {name: defect for name, defect in DEFECTS.items() if not defect.flows}
DECLARED_SKIPS = {"no-data"}


def test_the_sound_server_is_clean(sound: SoundRun) -> None:
    """No check fails, warns or errs on the sound server; what is skipped lacks data."""
    loud = {
        result.id: (str(result.outcome), result.message)
        for result in sound.results.values()
        if result.outcome in LOUD
    }
    codes = {r.code for r in sound.results.values() if r.outcome is Outcome.SKIP}
    assert not loud
    assert codes <= DECLARED_SKIPS


def test_the_same_server_again_changes_nothing(sound: SoundRun) -> None:
    """Only what a defect changes is judged again."""
    judged = sound.against()
    assert not judged.changed
    assert not judged.again


@pytest.mark.slow
@pytest.mark.parametrize("defect", PLAIN.values(), ids=list(PLAIN))
def test_a_defect_is_caught_by_its_checks(
    sound: SoundRun, record_property: Recorder, defect: Defect
) -> None:
    """The defect changes an exchange, and kills ⊆ fired ⊆ kills ∪ may."""
    judged = sound.against(defect.server_class)
    fired = judged.fired
    record_property(FIRED_BY_A_DEFECT, len(fired))
    assert judged.changed, "the defect changes nothing that is asked"
    assert defect.kills <= fired, f"not caught by {sorted(defect.kills - fired)}"
    extra = fired - defect.kills - set(defect.may)
    assert not extra, f"also caught by {sorted(extra)}"
    assert not judged.functions({Outcome.ERROR})
    loud = [result for result in judged.results.values() if result.outcome in FIRED]
    assert all((result.code == "flaky") is defect.flaky for result in loud)
    assert all(result.confirmed for result in loud if result.outcome is Outcome.FAIL)


def test_every_check_function_is_killed(sound: SoundRun) -> None:
    """Each check function has a defect that it must catch."""
    killed = {name for defect in PLAIN.values() for name in defect.kills}
    killed |= {name for defect in PROBE_DEFECTS for name in defect.kills}
    functions = {check.function_id for check in sound.checks}
    assert not functions - killed
    assert not killed - functions
