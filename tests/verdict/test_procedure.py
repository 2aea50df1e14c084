"""The procedure as a laboratory would read it: which steps bind, and what each of them shows."""

from collections.abc import Callable
from typing import Any

import pytest

from conformance.catalogue import Catalogue

Check = dict[str, Any]
Checks = list[Check]
Verdict = Callable[..., dict[str, Any]]
Spoil = Callable[..., Checks]
MakeCheck = Callable[..., Check]


def step(verdict: dict[str, Any], name: str) -> str:
    """Return the state of one step of the procedure."""
    found = next(entry for entry in verdict["procedure"]["detail"] if entry["id"] == name)
    return str(found["state"])


def test_the_procedure_has_all_77_steps(sound: Checks, verdict: Verdict) -> None:
    found = verdict(sound)["procedure"]
    assert found["steps"] == len(found["detail"]) == 77
    assert found["bind"] == 68
    assert found["testable"] == 62
    states = [entry["state"] for entry in found["detail"]]
    for name in ("shown", "failed", "blocked", "untested"):
        assert found[name] == states.count(name)
    assert states.count("not-bound") == 77 - found["bind"]
    assert states.count("needs-human") == found["bind"] - found["testable"]


def test_the_steps_that_bind_follow_the_edition(sound: Checks, verdict: Verdict) -> None:
    expired = verdict(sound, target={"us_core": {"edition": "3.1.1"}})
    assert step(expired, "AUT-PAT-24") == "not-bound"
    assert step(expired, "AUT-PAT-5") == "shown"
    assert step(expired, "DAT-PAT-17") == "not-bound"
    assert step(verdict(sound), "AUT-PAT-5") == "not-bound"
    assert step(verdict(sound), "AUT-PAT-24") == "shown"


@pytest.mark.parametrize(
    ("outcome", "code", "confirmed", "state"),
    [
        ("PASS", None, None, "shown"),
        ("WARN", "x.y", None, "shown"),
        ("FAIL", "x.y", True, "failed"),
        ("FAIL", "x.y", False, "failed"),
        ("SKIP", "no-data", None, "blocked"),
        ("SKIP", "no-credentials", None, "blocked"),
        ("ERROR", "network", None, "blocked"),
    ],
)
def test_a_step_follows_the_checks_that_speak_for_it(
    outcome: str,
    code: str | None,
    confirmed: bool | None,
    state: str,
    sound: Checks,
    spoil: Spoil,
    verdict: Verdict,
) -> None:
    """A skipped row blocks a step even where other rows of its function were tried."""
    name = "us-core#provenance-revinclude"
    checks = spoil(sound, name, outcome, code=code, confirmed=confirmed, only="Goal")
    assert step(verdict(checks), "SH-PAT-3") == state


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        (("N/A", "N/A"), "not-bound"),
        (("PASS", "N/A"), "shown"),
        (("PASS", "WARN", "N/A"), "shown"),
        (("PASS", "SKIP", "N/A"), "blocked"),
        (("SKIP", "FAIL"), "failed"),
    ],
)
def test_what_does_not_bind_is_left_out_of_a_step(
    outcomes: tuple[str, ...], state: str, check: MakeCheck, verdict: Verdict
) -> None:
    checks = [
        check("smart#configuration-served", outcome, code="x.y", function=f"a.b.c{number}")
        for number, outcome in enumerate(outcomes)
    ]
    assert step(verdict(checks), "AUT-PAT-24") == state


def test_a_step_whose_checks_were_not_run_is_blocked(sound: Checks, verdict: Verdict) -> None:
    checks = [entry for entry in sound if "smart#configuration-served" not in entry["requirements"]]
    assert step(verdict(checks), "AUT-PAT-24") == "blocked"


def test_a_step_without_a_check_is_untested(sound: Checks, verdict: Verdict) -> None:
    assert step(verdict([]), "DAT-PAT-4") == "untested"
    assert step(verdict(sound), "API-DOC-3") == "untested"


def test_partial_coverage_is_never_a_shown_step(
    sound: Checks, check: MakeCheck, catalogue: Catalogue, verdict: Verdict
) -> None:
    names = catalogue.requirements["g10#SH-PAT-1"].shown_by
    checks = sound + [check(name) for name in names]
    assert step(verdict(checks), "SH-PAT-1") == "untested"
    failing = [*checks, check("us-core#json-format", "FAIL", code="x.y", function="a.b.c")]
    assert step(verdict(failing), "SH-PAT-1") == "failed"


def test_what_only_a_person_can_see_needs_one(sound: Checks, verdict: Verdict) -> None:
    assert step(verdict(sound), "APP-REG-1") == "needs-human"
