"""A failure counts when it is seen twice; what comes out otherwise says so."""

from collections.abc import Callable
from typing import Any

import pytest

from conformance.checks.declare import Declaration
from conformance.checks.execute import Check, run_check
from conformance.checks.record import current, note
from conformance.core.errors import Errored, Failed, NotApplicable, Skipped
from conformance.core.findings import Level
from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.personas import build_app
from tests.support.in_process import BASE, TOKEN, InProcessRun, open_run

Act = Callable[[], None]


@pytest.fixture(scope="module")
def run() -> InProcessRun:
    return open_run(build_app("certified", token=TOKEN, base_url=BASE))


def _result(run: InProcessRun, *acts: Act, level: Level = Level.SHALL) -> CheckResult:
    """Run a check that does one thing after the other, attempt by attempt."""
    attempts = iter(acts)

    def function() -> None:
        current().exchanges.add(1)
        next(attempts)()

    declaration = Declaration(
        requirements=("fhir#read",), level=level, title="A title.", citation="A citation."
    )
    check = Check(function=function, declaration=declaration, function_id="area.module.name")
    return run_check(check, run.context)


def _right() -> None:
    pass


def _wrong(code: str = "a.code") -> Act:
    def act() -> None:
        note(code, f"What {code} says.")

    return act


def _ended(reason: Exception) -> Act:
    def act() -> None:
        raise reason

    return act


def test_right_is_a_pass(run: InProcessRun) -> None:
    result = _result(run, _right)
    assert (result.outcome, result.code, result.confirmed) == (Outcome.PASS, None, None)


def test_wrong_twice_is_a_confirmed_failure(run: InProcessRun) -> None:
    result = _result(run, _wrong(), _wrong())
    assert (result.outcome, result.code, result.confirmed) == (Outcome.FAIL, "a.code", True)


def test_wrong_and_then_right_is_flaky(run: InProcessRun) -> None:
    result = _result(run, _wrong(), _right)
    assert (result.outcome, result.code, result.confirmed) == (Outcome.WARN, "flaky", False)
    assert [finding.level for finding in result.findings] == [Level.TOLERATED]


def test_wrong_in_two_ways_is_an_unconfirmed_failure(run: InProcessRun) -> None:
    result = _result(run, _wrong("a.code"), _wrong("another.code"))
    assert (result.outcome, result.code, result.confirmed) == (Outcome.FAIL, "a.code", False)


@pytest.mark.parametrize(
    "reason", [Skipped("bounded", "cut short"), Errored("network", "gone"), RuntimeError("ours")]
)
def test_a_second_look_that_sees_nothing_confirms_nothing(
    run: InProcessRun, reason: Exception
) -> None:
    result = _result(run, _wrong(), _ended(reason))
    assert (result.outcome, result.code, result.confirmed) == (Outcome.FAIL, "a.code", False)


def test_a_should_is_not_asked_for_again(run: InProcessRun) -> None:
    result = _result(run, _wrong(), level=Level.SHOULD)
    assert (result.outcome, result.confirmed) == (Outcome.WARN, None)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (Skipped("no-data", "none"), Outcome.SKIP),
        (Errored("timeout", "late"), Outcome.ERROR),
        (NotApplicable("not-applicable", "no"), Outcome.NOT_APPLICABLE),
    ],
)
def test_what_ends_a_check_is_its_outcome(run: InProcessRun, reason: Any, outcome: Outcome) -> None:
    result = _result(run, _ended(reason))
    assert (result.outcome, result.code, result.message) == (outcome, reason.code, reason.message)


def test_a_failure_outweighs_how_the_check_ended(run: InProcessRun) -> None:
    def act() -> None:
        note("a.code", "wrong")
        raise Errored("network", "and then gone")

    result = _result(run, act, act)
    assert (result.outcome, result.code, result.confirmed) == (Outcome.FAIL, "a.code", True)


def test_a_fault_of_ours_says_where_and_quotes_nothing(run: InProcessRun) -> None:
    result = _result(run, _ended(ValueError("text of a server, with a patient's name")))
    assert (result.outcome, result.code) == (Outcome.ERROR, "harness")
    assert "ValueError at test_confirmation.py:" in result.message
    assert "patient" not in result.message


def test_a_check_that_looks_at_nothing_is_an_error(run: InProcessRun) -> None:
    declaration = Declaration(
        requirements=("fhir#read",), level=Level.SHALL, title="A title.", citation="A citation."
    )
    check = Check(function=lambda: None, declaration=declaration, function_id="area.module.name")
    result = run_check(check, run.context)
    assert (result.outcome, result.message) == (Outcome.ERROR, "The check looked at nothing.")


def test_data_that_changed_are_no_failure(
    run: InProcessRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = run.context.pool.of("Patient").samples[0]

    def act() -> None:
        current().samples.append(sample)
        note("a.code", "wrong")
        raise Failed("a.code", "wrong")

    monkeypatch.setattr(type(run.context.fhir), "still_there", lambda *_: False)
    result = _result(run, act)
    assert (result.outcome, result.code) == (Outcome.SKIP, "unstable-data")
    assert result.findings == ()


def test_samples_that_cannot_be_looked_up_again_confirm_nothing(
    run: InProcessRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = run.context.pool.of("Patient").samples[0]

    def act() -> None:
        current().samples.append(sample)
        note("a.code", "wrong")

    def cut_short(*_: Any) -> bool:
        raise Skipped("bounded", "The run was cut short.")

    monkeypatch.setattr(type(run.context.fhir), "still_there", cut_short)
    result = _result(run, act)
    assert (result.outcome, result.confirmed) == (Outcome.FAIL, False)
