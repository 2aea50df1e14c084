"""A guest asks no faster than agreed, and no more at once."""

import threading
import time
from itertools import pairwise

import pytest

from conformance.transport.pace import Pace


def _run(pace: Pace, threads: int, turns: int) -> tuple[list[float], int]:
    starts: list[float] = []
    under_way, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal under_way, most
        for _ in range(turns):
            with pace.turn():
                with lock:
                    starts.append(time.monotonic())
                    under_way += 1
                    most = max(most, under_way)
                time.sleep(0.002)
                with lock:
                    under_way -= 1

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sorted(starts), most


def test_turns_keep_their_distance() -> None:
    starts, _ = _run(Pace(100, 8), threads=8, turns=5)
    assert starts[-1] - starts[0] >= 39 * 0.01 * 0.98
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert sum(gap < 0.004 for gap in gaps) <= 4


def test_no_more_are_under_way_than_agreed() -> None:
    _, most = _run(Pace(None, 3), threads=10, turns=5)
    assert most == 3


def test_without_a_rate_nobody_waits() -> None:
    begun = time.monotonic()
    _run(Pace(None, 8), threads=2, turns=5)
    assert time.monotonic() - begun < 0.5


@pytest.mark.parametrize("longer_first", [True, False])
def test_the_longest_hold_counts(longer_first: bool) -> None:
    pace = Pace(None, 8)
    for seconds in (0.2, 0.05) if longer_first else (0.05, 0.2):
        pace.hold(seconds)
    begun = time.monotonic()
    with pace.turn():
        assert 0.19 <= time.monotonic() - begun < 1
