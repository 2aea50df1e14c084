"""Checks run ahead in threads and serial ones do not; what is fetched ahead is the same."""

import threading
import time
from collections.abc import Callable

import pytest

from conformance.checks.declare import Declaration
from conformance.checks.execute import Check
from conformance.checks.record import current
from conformance.core.findings import Level
from conformance.core.outcomes import Outcome
from conformance.ehr.personas import build_app
from conformance.plugin.ahead import RunAhead
from tests.support.in_process import BASE, TOKEN, AsgiTransport, InProcessRun, open_run
from tests.support.normalise import normalised_line


@pytest.fixture
def run() -> InProcessRun:
    return open_run(build_app("certified", token=TOKEN, base_url=BASE))


def _check(name: str, act: Callable[[], None], *, serial: bool = False) -> Check:
    def function() -> None:
        current().exchanges.add(1)
        act()

    declaration = Declaration(
        requirements=("fhir#read",), level=Level.SHALL, title="T.", citation="C.", serial=serial
    )
    return Check(function=function, declaration=declaration, function_id=f"area.module.{name}")


def _meet(barrier: threading.Barrier) -> None:
    barrier.wait()


def test_checks_run_side_by_side_and_are_given_back_by_name(run: InProcessRun) -> None:
    together = threading.Barrier(4, timeout=10)
    checks = [_check(f"c{n}", lambda: _meet(together)) for n in range(4)]
    ahead = RunAhead(run.context, 4)
    ahead.start(checks)
    results = [ahead.result(check) for check in reversed(checks)]
    ahead.stop()
    assert [result.id for result in results] == [check.id for check in reversed(checks)]
    assert {result.outcome for result in results} == {Outcome.PASS}


@pytest.mark.parametrize(("threads", "serial"), [(1, False), (0, False), (8, True)])
def test_a_serial_check_runs_when_it_is_asked_for(
    run: InProcessRun, threads: int, serial: bool
) -> None:
    where: list[threading.Thread] = []
    check = _check("c", lambda: where.append(threading.current_thread()), serial=serial)
    ahead = RunAhead(run.context, threads)
    ahead.start([check])
    time.sleep(0.02)
    assert where == []
    ahead.result(check)
    ahead.stop()
    assert where == [threading.current_thread()]


def test_the_end_drops_what_has_not_begun(run: InProcessRun) -> None:
    begun, go_on = threading.Event(), threading.Event()
    done: list[int] = []

    def first() -> None:
        begun.set()
        go_on.wait(10)
        done.append(1)

    checks = [_check("a", first), _check("b", first)]
    checks += [_check(f"c{n}", lambda: done.append(2)) for n in range(50)]
    ahead = RunAhead(run.context, 2)
    ahead.start(checks)
    begun.wait(10)
    stopper = threading.Thread(target=ahead.stop)
    stopper.start()
    time.sleep(0.05)
    go_on.set()
    stopper.join(10)
    assert done == [1, 1]


def test_what_is_gathered_side_by_side_is_the_same() -> None:
    def gathered(threads: int) -> tuple[list[tuple[str, list[str], list[str]]], int]:
        app = build_app("certified", token=TOKEN, base_url=BASE)
        run = open_run(app, transport=AsgiTransport(app))
        ahead = RunAhead(run.context, threads)
        pool = run.context.pool
        for type_ in ("Provenance", "Observation", "Organization"):
            pool.of(type_)
        ahead.stop()
        found = [
            (
                type_,
                [sample.id for sample in harvest.samples],
                [normalised_line(look.how) for look in harvest.looks],
            )
            for type_, harvest in pool.gathered().items()
        ]
        return found, run.writer.count

    assert gathered(8) == gathered(1)
