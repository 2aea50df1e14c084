"""Every seeded defect of a launch or an export is caught by exactly the checks that it names."""

import pytest

from conformance.core.outcomes import Outcome
from conformance.ehr.defects import DEFECTS, VARIATIONS, Defect, Variation
from tests.support.figures import FIRED_BY_A_DEFECT, LEGAL_VARIATION, Recorder
from tests.support.flow_matrix import SoundFlows
from tests.support.matrix import LOUD

FLOWS = {name: defect for name, defect in DEFECTS.items() if defect.flows}
LEGAL = {name: variation for name, variation in VARIATIONS.items() if variation.flows}
DECLARED_SKIPS = {"no-data", "bounded"}
"""What the sound server lacks, and tokens that it lets live longer than a run waits."""


@pytest.fixture(scope="session")
def flows() -> SoundFlows:
    """Run the flow checks on the sound server once."""
    return SoundFlows()


def test_the_sound_server_is_clean(flows: SoundFlows) -> None:
    """No check fails, warns or errs on the sound server; what is skipped lacks data."""
    loud = {
        result.id: (str(result.outcome), result.message)
        for result in flows.results.values()
        if result.outcome in LOUD
    }
    skipped = {
        result.id: result.message
        for result in flows.results.values()
        if result.outcome is Outcome.SKIP and result.code not in DECLARED_SKIPS
    }
    assert not loud
    assert not skipped


def test_the_same_server_again_gives_the_same(flows: SoundFlows) -> None:
    """Draws and minting are fixed, so that only what a defect changes differs."""
    judged = flows.against()
    assert not judged.changed
    assert {r.id: r.outcome for r in judged.results.values()} == {
        r.id: r.outcome for r in flows.results.values() if r.id in judged.results
    }


@pytest.mark.slow
@pytest.mark.parametrize("defect", FLOWS.values(), ids=list(FLOWS))
def test_a_defect_is_caught_by_its_checks(
    flows: SoundFlows, record_property: Recorder, defect: Defect
) -> None:
    """The defect changes what is seen, and kills ⊆ fired ⊆ kills ∪ may."""
    judged = flows.against(defect.server_class)
    fired = judged.fired
    record_property(FIRED_BY_A_DEFECT, len(fired))
    assert judged.changed, "the defect changes nothing that is asked"
    assert defect.kills <= fired, f"not caught by {sorted(defect.kills - fired)}"
    extra = fired - defect.kills - set(defect.may)
    assert not extra, f"also caught by {sorted(extra)}"
    errors = {r.id: r.message for r in judged.results.values() if r.outcome is Outcome.ERROR}
    assert not errors


@pytest.mark.slow
@pytest.mark.parametrize("legal", LEGAL.values(), ids=list(LEGAL))
def test_nothing_fails_on_a_legal_variation(
    flows: SoundFlows, record_property: Recorder, legal: Variation
) -> None:
    """What the specifications allow is not failed, and only what it names is a warning."""
    judged = flows.against(legal.server_class)
    record_property(LEGAL_VARIATION, 1)
    assert judged.changed, "the variation changes nothing that is asked"
    loud = {
        r.id: r.message
        for r in judged.results.values()
        if r.outcome in (Outcome.FAIL, Outcome.ERROR)
    }
    assert not loud
    assert judged.fired == legal.warns


def test_every_check_function_is_killed(flows: SoundFlows) -> None:
    """Each check function has a defect that it must catch."""
    killed = {name for defect in FLOWS.values() for name in defect.kills}
    functions = {check.function_id for check in flows.checks}
    assert not functions - killed
    assert not killed - functions
