"""Each state of the hard gates."""

from collections.abc import Callable
from typing import Any

import pytest

from conformance.catalogue import Catalogue, GateKind, load_catalogue

Checks = list[dict[str, Any]]
Verdict = Callable[..., dict[str, Any]]

DECIDING = [
    (gate.id, requirement)
    for gate in load_catalogue().gates.values()
    if gate.kind is GateKind.HARD
    for requirement in gate.requirements
]


def gate(verdict: dict[str, Any], name: str) -> dict[str, Any]:
    """Return one gate of a verdict."""
    found: dict[str, Any] = next(entry for entry in verdict["gates"] if entry["id"] == name)
    return found


@pytest.mark.parametrize(("name", "requirement"), DECIDING)
@pytest.mark.parametrize(
    ("outcome", "code", "confirmed", "state"),
    [
        ("PASS", None, None, "shown"),
        ("WARN", "some.code", None, "shown"),
        ("FAIL", "some.code", True, "contradicted"),
        ("FAIL", "absent", True, "absent"),
        ("FAIL", "some.code", False, "unobserved"),
        ("FAIL", "some.code", None, "unobserved"),
        ("FAIL", "absent", False, "unobserved"),
        ("SKIP", "no-credentials", None, "unobserved"),
        ("SKIP", "no-data", None, "unobserved"),
        ("SKIP", "prerequisite-failed", None, "unobserved"),
        ("ERROR", "network", None, "unobserved"),
        ("N/A", None, None, "unobserved"),
        ("no such outcome", None, None, "unobserved"),
    ],
)
def test_one_deciding_requirement_sets_the_state(
    name: str,
    requirement: str,
    outcome: str,
    code: str | None,
    confirmed: bool | None,
    state: str,
    sound: Checks,
    spoil: Callable[..., Checks],
    verdict: Verdict,
) -> None:
    checks = spoil(sound, requirement, outcome, code=code, confirmed=confirmed)
    assert gate(verdict(checks), name)["state"] == state


@pytest.mark.parametrize(("name", "requirement"), DECIDING)
def test_a_deciding_requirement_without_a_check_leaves_the_gate_open(
    name: str, requirement: str, sound: Checks, verdict: Verdict
) -> None:
    checks = [check for check in sound if requirement not in check["requirements"]]
    found = gate(verdict(checks), name)
    assert found["state"] == "unobserved"
    assert "no check for" in found["why"] or "not tried" in found["why"]


def test_every_gate_is_shown_by_the_sound_checks(sound: Checks, verdict: Verdict) -> None:
    assert {entry["state"] for entry in verdict(sound)["gates"]} == {"shown"}


def test_the_checks_named_are_those_that_decided(
    sound: Checks, check: Callable[..., dict[str, Any]], verdict: Verdict
) -> None:
    unbound = check("tls#certificate", "N/A", function="security.tls.other")
    found = gate(verdict([*sound, unbound]), "tls")
    assert found["checks"] == ["area.module.tls-1-2-or-later", "area.module.tls-certificate"]
    skipped = check("tls#certificate", "SKIP", code="no-data", function="security.tls.other")
    found = gate(verdict([*sound, skipped]), "tls")
    assert found["checks"] == ["security.tls.other"]


def test_a_contradiction_outweighs_an_absence(
    sound: Checks, spoil: Callable[..., Checks], verdict: Verdict
) -> None:
    checks = spoil(sound, "smart#configuration-served", "FAIL", code="absent", confirmed=True)
    checks = spoil(checks, "smart#s256", "FAIL", code="smart.plain", confirmed=True)
    assert gate(verdict(checks), "smart-discovery")["state"] == "contradicted"


def test_an_absence_stands_beside_what_was_skipped_because_of_it(
    sound: Checks, spoil: Callable[..., Checks], verdict: Verdict
) -> None:
    checks = spoil(sound, "smart#configuration-served", "FAIL", code="absent", confirmed=True)
    checks = spoil(checks, "smart#configuration-members", "SKIP", code="prerequisite-failed")
    checks = spoil(checks, "smart#s256", "SKIP", code="prerequisite-failed")
    found = gate(verdict(checks), "smart-discovery")
    assert found["state"] == "absent"
    assert found["checks"] == ["area.module.smart-configuration-served"]


def test_an_unconfirmed_failure_beside_a_confirmed_absence_is_an_absence(
    sound: Checks, spoil: Callable[..., Checks], verdict: Verdict
) -> None:
    checks = spoil(sound, "smart#configuration-served", "FAIL", code="absent", confirmed=True)
    checks = spoil(checks, "smart#s256", "FAIL", code="smart.plain", confirmed=False)
    assert gate(verdict(checks), "smart-discovery")["state"] == "absent"


@pytest.mark.parametrize(
    ("second", "code", "state"),
    [
        ("SKIP", "no-data", "shown"),
        ("SKIP", "no-credentials", "unobserved"),
        ("SKIP", "foreign-host", "unobserved"),
        ("ERROR", "timeout", "unobserved"),
        ("N/A", None, "shown"),
        ("WARN", "some.code", "shown"),
    ],
)
def test_a_row_without_data_blocks_nothing_when_another_row_was_tried(
    second: str,
    code: str | None,
    state: str,
    check: Callable[..., dict[str, Any]],
    sound: Checks,
    verdict: Verdict,
) -> None:
    name = "us-core#refuses-unauthorized"
    rows = [
        check(name, "PASS", row={"type": "Patient"}),
        check(name, second, code=code, row={"type": "Goal"}),
    ]
    others = [entry for entry in sound if name not in entry["requirements"]]
    assert gate(verdict(others + rows), "access-refused")["state"] == state


def test_a_row_without_data_is_not_excused_by_another_function(
    check: Callable[..., dict[str, Any]], sound: Checks, verdict: Verdict
) -> None:
    name = "us-core#refuses-unauthorized"
    skipped = check(
        name, "SKIP", code="no-data", row={"type": "Goal"}, function="security.refusal.other"
    )
    assert gate(verdict([*sound, skipped]), "access-refused")["state"] == "unobserved"


def test_a_check_without_rows_that_had_no_data_blocks(
    check: Callable[..., dict[str, Any]], sound: Checks, verdict: Verdict
) -> None:
    skipped = check("fhir#r4-json", "SKIP", code="no-data", function="area.module.other")
    assert gate(verdict([*sound, skipped]), "r4-json")["state"] == "unobserved"


def test_all_rows_without_data_show_nothing(
    check: Callable[..., dict[str, Any]], sound: Checks, verdict: Verdict
) -> None:
    name = "us-core#refuses-unauthorized"
    rows = [check(name, "SKIP", code="no-data", row={"type": kind}) for kind in ("Patient", "Goal")]
    others = [entry for entry in sound if name not in entry["requirements"]]
    assert gate(verdict(others + rows), "access-refused")["state"] == "unobserved"


def test_a_requirement_of_another_edition_does_not_decide(
    sound: Checks, spoil: Callable[..., Checks], verdict: Verdict, catalogue: Catalogue
) -> None:
    checks = spoil(sound, "smart#s256", "N/A")
    assert not catalogue.requirements["smart#s256"].binds("3.1.1", "1")
    expired = verdict(checks, target={"us_core": {"edition": "3.1.1"}})
    assert gate(expired, "smart-discovery")["state"] == "shown"
    assert gate(verdict(checks), "smart-discovery")["state"] == "unobserved"


def test_the_sentence_of_an_open_gate_names_each_reason(
    check: Callable[..., dict[str, Any]], verdict: Verdict
) -> None:
    checks = [
        check("fhir#r4-json", "SKIP", code="no-credentials", function="area.module.a"),
        check("fhir#r4-json", "ERROR", code="network", function="area.module.b"),
        check("fhir#r4-json", "FAIL", code="x.y", confirmed=False, function="area.module.c"),
    ]
    why = gate(verdict(checks), "r4-json")["why"]
    for part in ("1 requirement not tried", "no credentials", "an error", "not be confirmed"):
        assert part in why
