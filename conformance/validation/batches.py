"""
Judge many JSON texts, in this process or in several, in their order and in constant memory.

Texts travel to the processes in batches and come back as finished lines and counts.
"""

import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait

from conformance.core.errors import HarnessError
from conformance.ig.definitions import NotChecked
from conformance.ig.registry import Registry
from conformance.validation.files import Piece
from conformance.validation.judging import Judged, judge
from conformance.validation.validator import Validator

BATCH_BYTES = 2**19
BATCH_TEXTS = 200
MOST_CLAIMS = 1000
OTHERS = "others"
"""Stands for the profiles that are claimed beyond the first MOST_CLAIMS."""

Opening = Callable[[Sequence[str]], Registry]
"""Opens packages; a function of a module, so that other processes can call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked: the packages, how they are opened, the profiles, and how results are told."""

    packages: tuple[str, ...]
    opening: Opening
    profiles: tuple[str, ...] = ()
    tell: Callable[[Judged], bytes]


@dataclass(slots=True)
class Tally:
    """Counts over results, and what could not be checked on the way."""

    resources: int = 0
    valid: int = 0
    """Resources without an error."""
    strangers: int = 0
    """Texts and entries that are no resource."""
    held: Counter[str] = field(default_factory=Counter)
    """Resources that were held against each profile that was asked for."""
    levels: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    """Profiles that were claimed and are not at hand, by canonical."""
    extensions: int = 0
    """Extensions whose definition is not at hand."""
    unjudged: dict[str, NotChecked] = field(default_factory=dict)
    """Invariants that no one can evaluate here, and slices that nothing at hand tells apart."""

    def add(self, judged: Judged) -> None:
        """Count one result."""
        if judged.resource_type:
            self.resources += 1
            self.valid += judged.valid
        else:
            self.strangers += 1
        self.held.update(judged.profiles)
        for issue in judged.issues:
            self.levels[issue.level] += 1
            if issue.code == "profile.unknown":
                self._claimed(issue.profile, 1)
            self.extensions += issue.code == "extension.unknown"

    def join(self, other: "Tally") -> None:
        """Add the counts of another part."""
        self.resources += other.resources
        self.valid += other.valid
        self.strangers += other.strangers
        self.extensions += other.extensions
        self.held.update(other.held)
        self.levels.update(other.levels)
        self.unjudged |= other.unjudged
        for profile, times in other.unknown.items():
            self._claimed(profile, times)

    def _claimed(self, profile: str, times: int) -> None:
        # Each resource may claim another profile; what is counted stays small.
        known = profile in self.unknown or len(self.unknown) < MOST_CLAIMS
        self.unknown[profile if known else OTHERS] += times


@dataclass(slots=True)
class Batch:
    """The told results of some texts; `texts` and `size` (bytes) are what went in."""

    told: bytes
    texts: int
    size: int
    tally: Tally


class Judging:
    """One process's judge."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._validator = Validator(order.opening(order.packages))

    def batch(self, texts: Sequence[Piece]) -> Batch:
        """Return the results of some texts."""
        tally = Tally()
        told: list[bytes] = []
        for piece in texts:
            for judged in judge(piece, self._validator, self._order.profiles):
                tally.add(judged)
                told.append(self._order.tell(judged))
        tally.unjudged = {f"{one.what} {one.name}": one for one in self._validator.unjudged()}
        size = sum(len(piece.content) for piece in texts)
        return Batch(b"".join(told), len(texts), size, tally)


def judged(order: Order, texts: Iterable[Piece], jobs: int = 1) -> Generator[Batch, None, None]:
    """Yield the batches of `texts` in their order, judged by `jobs` processes."""
    if jobs < 2:
        judging = Judging(order)
        for batch in _batches(texts):
            yield judging.batch(batch)
        return
    # Processes of their own kind on every system; threads of a progress bar are not inherited.
    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_begin, initargs=(order,)
    )
    before = set(active_children())
    waiting: deque[Future[Batch]] = deque()
    try:
        for batch in _batches(texts):
            with _uninterrupted():
                waiting.append(pool.submit(_batch, batch))
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise ProcessLost(jobs) from error
    except BaseException:
        # Whoever stops this waits for no half-done batch.
        for process in set(active_children()) - before:
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


class ProcessLost(HarnessError):
    """A process that judged was ended from outside."""

    exit_code = 3

    def __init__(self, jobs: int) -> None:
        super().__init__(
            "A process that judged has ended: perhaps there was too little memory.",
            f"Try fewer than --jobs {jobs}.",
        )


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Have processes that start here never see Ctrl-C: it is for this one, which ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _batches(texts: Iterable[Piece]) -> Iterator[list[Piece]]:
    batch: list[Piece] = []
    size = 0
    for piece in texts:
        batch.append(piece)
        size += len(piece.content)
        if size >= BATCH_BYTES or len(batch) >= BATCH_TEXTS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


_own: list[Judging] = []


def _begin(order: Order) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _own[:] = [Judging(order)]


def _end_with_parent() -> None:
    """End when whoever started this has ended, however it did."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _batch(texts: list[Piece]) -> Batch:
    return _own[0].batch(texts)
