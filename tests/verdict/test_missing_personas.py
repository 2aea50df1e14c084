"""What is not given leaves exactly the gates open that need it, and the verdict asks for it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from conformance.catalogue.load import load_catalogue
from conformance.checks.context import argument_names
from conformance.checks.execute import Check
from conformance.checks.smart import Flows
from conformance.plugin.document import check_form
from conformance.smart.login.recipe import Recipe
from conformance.smart.party import Operator
from tests.support.flows import open_flow_run
from tests.support.in_process import all_checks

Gates = dict[str, tuple[str, str]]

PLAYED = {
    "smart-discovery",
    "standalone-launch",
    "ehr-launch",
    "isolation",
    "bad-requests-refused",
    "refresh",
    "introspection",
    "backend-export",
}
OF_A_PATIENT = {
    "standalone-launch",
    "isolation",
    "bad-requests-refused",
    "refresh",
    "introspection",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What is left out, the gates that this leaves open, and what the verdict asks for."""

    name: str
    changed: Callable[[Flows], Flows]
    gates: frozenset[str] = frozenset()
    asked: str = ""


def without(*names: str) -> Callable[[Flows], Flows]:
    """Leave personas out."""
    return lambda flows: replace(
        flows, parties=tuple(party for party in flows.parties if party.name not in names)
    )


def of_other_roles(*roles: str) -> Callable[[Flows], Flows]:
    """Leave every persona of some roles out."""
    return lambda flows: replace(
        flows, parties=tuple(party for party in flows.parties if party.role not in roles)
    )


def without_logins(role: str) -> Callable[[Flows], Flows]:
    """Keep the personas of a role, and leave out what they enter."""
    return lambda flows: replace(
        flows,
        parties=tuple(
            replace(party, recipe=Recipe()) if party.role == role else party
            for party in flows.parties
        ),
    )


def without_groups(flows: Flows) -> Flows:
    """Leave out which Group is exported."""
    return replace(flows, parties=tuple(replace(party, group="") for party in flows.parties))


def without_operator(flows: Flows) -> Flows:
    """Leave out who starts an EHR launch."""
    return replace(flows, operator=Operator())


TABLE = [
    # Somebody else plays the part: three more patients, and the system's other key.
    Missing(name="patient-a", changed=without("patient-a")),
    Missing(name="public", changed=without("public")),
    Missing(name="asymmetric", changed=without("asymmetric")),
    Missing(name="limited", changed=without("limited")),
    Missing(name="system", changed=without("system")),
    Missing(name="system-es384", changed=without("system-es384")),
    Missing(
        name="patient-b",
        changed=without("patient-b"),
        gates=frozenset({"isolation"}),
        asked="This needs a persona of role patient for another patient.",
    ),
    Missing(
        name="practitioner",
        changed=without("practitioner"),
        gates=frozenset({"ehr-launch"}),
        asked="This needs a persona of role practitioner in the target file.",
    ),
    Missing(
        name="role-patient",
        changed=of_other_roles("patient"),
        gates=frozenset(OF_A_PATIENT),
        asked="This needs a persona of role patient in the target file.",
    ),
    Missing(
        name="role-system",
        changed=of_other_roles("system"),
        gates=frozenset({"backend-export"}),
        asked="This needs a persona of role system in the target file.",
    ),
    Missing(
        name="group",
        changed=without_groups,
        gates=frozenset({"backend-export"}),
        asked="The target file names no group to export.",
    ),
    Missing(
        name="operator",
        changed=without_operator,
        gates=frozenset({"ehr-launch"}),
        asked="Nobody starts an EHR launch: name the address that does under [endpoint] launch.",
    ),
    Missing(
        name="login-of-the-practitioner",
        changed=without_logins("practitioner"),
        gates=frozenset({"ehr-launch"}),
        asked="The address that starts EHR launches started none (status 400).",
    ),
    Missing(
        name="login-of-patients",
        changed=without_logins("patient"),
        gates=frozenset(OF_A_PATIENT),
        asked="The page asks for a name and a password, and none were given.",
    ),
]


@cache
def deciding() -> tuple[Check, ...]:
    """Return the checks about launches, tokens and exports that decide a gate."""
    named = {name for gate in load_catalogue().gates.values() for name in gate.requirements}
    return tuple(
        check
        for check in all_checks()
        if named & set(check.declaration.requirements)
        and {"smart", "bulk"} & set(argument_names(check.function))
    )


@pytest.fixture
def judged(verdict: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Judge the certified persona by the deciding checks, with something left out."""

    def judge(changed: Callable[[Flows], Flows] = lambda flows: flows) -> dict[str, Any]:
        run = open_flow_run(fixed=True, changed=changed)
        found: dict[str, Any] = verdict([check_form(r) for r in run.run(deciding()).values()])
        return found

    return judge


def states(found: dict[str, Any]) -> dict[str, str]:
    return {gate["id"]: gate["state"] for gate in found["gates"] if gate["id"] in PLAYED}


def test_all_personas_together_show_every_gate(judged: Callable[..., dict[str, Any]]) -> None:
    """So that what is open below is open for what was left out."""
    assert states(judged()) == dict.fromkeys(PLAYED, "shown")


@pytest.mark.slow
@pytest.mark.parametrize("missing", TABLE, ids=[missing.name for missing in TABLE])
def test_exactly_what_needs_it_is_unobserved(
    judged: Callable[..., dict[str, Any]], missing: Missing
) -> None:
    """Nothing is held against the server, and each step says what to provide."""
    found = judged(missing.changed)
    opened = {gate for gate, state in states(found).items() if state == "unobserved"}
    assert opened == missing.gates
    assert set(states(found).values()) <= {"shown", "unobserved"}
    steps = {step["gate"]: step["step"] for step in found["distance"]}
    for gate in missing.gates:
        assert missing.asked in steps[gate]


@pytest.mark.slow
def test_nobody_at_all_leaves_all_but_discovery_open(
    judged: Callable[..., dict[str, Any]],
) -> None:
    """The server announces it to anybody; every other step names a persona."""
    found = judged(lambda _: Flows())
    opened = {gate for gate, state in states(found).items() if state == "unobserved"}
    assert opened == PLAYED - {"smart-discovery"}
    steps = {step["gate"]: step["step"] for step in found["distance"]}
    assert all("persona of role" in steps[gate] for gate in opened)
