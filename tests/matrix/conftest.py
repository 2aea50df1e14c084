"""The sound run, made once, and the figures that the matrix prints at its end."""

import time
from collections.abc import Iterator

import pytest

from tests.support.matrix import Figures, SoundRun

FIGURES = pytest.StashKey[Figures]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin with empty figures."""
    config.stash[FIGURES] = Figures()


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Figures:
    """Return the figures that tests add to."""
    return request.config.stash[FIGURES]


@pytest.fixture(scope="session")
def sound(figures: Figures) -> SoundRun:
    """Run the sound server once."""
    started = time.perf_counter()
    run = SoundRun()
    figures.seconds += time.perf_counter() - started
    return run


@pytest.fixture(autouse=True)
def _clocked(figures: Figures, sound: SoundRun) -> Iterator[None]:
    """Add the time that a test of the matrix takes, the sound run apart."""
    del sound
    started = time.perf_counter()
    yield
    figures.seconds += time.perf_counter() - started


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures."""
    figures = terminalreporter.config.stash[FIGURES]
    if figures.fired:
        terminalreporter.write_sep("-", "defect matrix")
        terminalreporter.write_line(
            f"{len(figures.fired)} defects and {figures.variations} legal variations in "
            f"{figures.seconds:.1f} s; a defect fires {figures.mean:.2f} check functions on average"
        )
