"""The sound run, made once a process, and the figures that the matrix prints at its end."""

from statistics import mean

import pytest

from tests.support.matrix import FIRED_BY_A_DEFECT, LEGAL_VARIATION, SoundRun


@pytest.fixture(scope="session")
def sound() -> SoundRun:
    """Run the sound server once."""
    return SoundRun()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures, which tests leave as properties: their reports come from any process."""
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
