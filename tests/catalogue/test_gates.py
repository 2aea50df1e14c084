"""Every hard gate rests on more than one look at the server."""

import pytest

from conformance.catalogue import Gate, GateKind, load_catalogue
from tests.support.in_process import all_checks

CATALOGUE = load_catalogue()
HARD = [
    gate
    for gate in map(CATALOGUE.gates.__getitem__, CATALOGUE.rule_sets["onc-2026"].gates)
    if gate.kind is GateKind.HARD
]


def functions(requirement: str) -> set[str]:
    """Return the check functions that speak for a requirement."""
    return {c.function_id for c in all_checks() if requirement in c.declaration.requirements}


def test_hard_gates_are_most_of_the_rule_set() -> None:
    """The list is not empty by a slip."""
    assert len(HARD) == 11


@pytest.mark.parametrize("gate", HARD, ids=lambda gate: gate.id)
def test_a_hard_gate_is_decided_by_two_checks_at_least(gate: Gate) -> None:
    """No single check function makes or breaks a class, and no deciding requirement has none."""
    deciding = {name: functions(name) for name in gate.requirements}
    assert all(deciding.values()), deciding
    assert len(set().union(*deciding.values())) >= 2
