"""
What holds for all tests.

Children of the tests can be interrupted, whoever started the tests: a signal that is ignored stays
ignored in every child, and in the background, or under nohup, tests of Ctrl-C would wait for ever.
A handler of our own is reset to the default in a child.
"""

import signal
from collections import Counter
from collections.abc import Iterator
from statistics import mean

import pytest
from hypothesis import HealthCheck, settings

from tests.support.figures import FIRED_BY_A_DEFECT, LEGAL_VARIATION, MUTANTS

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Nothing depends on how fast this machine is, or on what an earlier run left behind.
settings.register_profile(
    "tests", database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """
    Print the figures of the matrix and of mutants, which tests leave as properties.

    Here and not beside them, since whoever spreads tests over workers loads no other conftest.
    """
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
        if report.when == "call"
    ]
    fired = [v for report in reports for k, v in report.user_properties if k == FIRED_BY_A_DEFECT]
    legal = [v for report in reports for k, v in report.user_properties if k == LEGAL_VARIATION]
    seconds = sum(r.duration for r in reports if "tests/matrix/" in r.nodeid)
    if fired:
        terminalreporter.write_sep("-", "defect matrix")
        terminalreporter.write_line(
            f"{len(fired)} defects and {len(legal)} legal variations in {seconds:.1f} s; "
            f"a defect fires {mean(fired):.2f} check functions on average"
        )
    tables = [v for report in reports for k, v in report.user_properties if k == MUTANTS]
    if tables:
        terminalreporter.write_sep("-", "mutants of resources")
        for line in _table_of_mutants(tables):
            terminalreporter.write_line(line)


def _table_of_mutants(tables: list[dict[str, list[int]]]) -> Iterator[str]:
    made, missed = Counter[str](), Counter[str]()
    for table in tables:
        for kind, (number, unseen) in table.items():
            made[kind] += number
            missed[kind] += unseen
    for kind in sorted(made):
        yield f"{kind:34}{made[kind]:7} caught{made[kind] - missed[kind]:7}"
    total = made.total()
    yield f"{'together':34}{total:7} caught{total - missed.total():7}"
