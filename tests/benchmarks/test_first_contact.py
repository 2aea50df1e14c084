"""How long a person waits at first contact: printed, not asserted."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command import begun, called

pytestmark = pytest.mark.slow
TIMES = 3


def _best_of(measure: Callable[[], float]) -> float:
    return min(measure() for _ in range(TIMES))


def test_the_help_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Aimed at is 0.4 s."""

    def seconds() -> float:
        started = time.perf_counter()
        assert called(["--help"], cwd=tmp_path).returncode == 0
        return time.perf_counter() - started

    best = _best_of(seconds)
    with capsys.disabled():
        print(f"\nconformance --help: {best:.2f} s (aim: 0.40 s)")


def test_the_demo_is_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Aimed at are 2 s to the first line and 40 s to the verdict, all flows included."""
    started = time.perf_counter()
    process = begun(["demo", "--output", "run"], cwd=tmp_path)
    assert process.stdout is not None
    process.stdout.readline()
    first = time.perf_counter() - started
    process.communicate(timeout=120)
    whole = time.perf_counter() - started
    assert process.returncode == 0
    with capsys.disabled():
        print(f"\nconformance demo: first line {first:.2f} s (aim: 2 s), {whole:.1f} s (aim: 40 s)")
