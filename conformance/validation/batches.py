"""
Judge many JSON texts, in this process or in several, in their order and in constant memory.

Texts travel to the processes in batches and come back as finished lines and counts.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from conformance.ig.definitions import NotChecked
from conformance.ig.registry import Registry
from conformance.validation.files import Piece
from conformance.validation.judging import Judged, judge
from conformance.validation.validator import Validator

BATCH_BYTES = 2**19
BATCH_TEXTS = 200

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
    results: int = 0
    valid: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    """Profiles that were claimed and are not at hand, by canonical."""
    unjudged: dict[str, NotChecked] = field(default_factory=dict)
    """Invariants that no one can evaluate here."""

    def add(self, judged: Judged) -> None:
        """Count one result."""
        self.resources += bool(judged.resource_type)
        self.results += 1
        self.valid += judged.valid
        for issue in judged.issues:
            self.levels[issue.level] += 1
            if issue.code == "profile.unknown" and len(self.unknown) < 1000:
                self.unknown[issue.profile] += 1

    def join(self, other: "Tally") -> None:
        """Add the counts of another part."""
        self.resources += other.resources
        self.results += other.results
        self.valid += other.valid
        self.levels += other.levels
        self.unknown += other.unknown
        self.unjudged |= other.unjudged


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
        tally.unjudged = {one.name: one for one in self._validator.unjudged()}
        size = sum(len(piece.content) for piece in texts)
        return Batch(b"".join(told), len(texts), size, tally)


def judged(order: Order, texts: Iterable[Piece], jobs: int = 1) -> Iterator[Batch]:
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
    waiting: deque[Future[Batch]] = deque()
    try:
        for batch in _batches(texts):
            waiting.append(pool.submit(_batch, batch))
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


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
    _own[:] = [Judging(order)]


def _batch(texts: list[Piece]) -> Batch:
    return _own[0].batch(texts)
