"""Be a good guest: so many requests at once, so many a second, and wait when asked to."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Pace:
    """
    The pace of one host, shared by all threads.

    `rate` is in requests a second (None: unlimited). A `hold` makes every thread wait, since a
    server that says Retry-After means the client and not one of its requests.
    """

    def __init__(self, rate: float | None, at_once: int) -> None:
        self._gap = 1.0 / rate if rate else 0.0
        self._slots = threading.BoundedSemaphore(at_once)
        self._lock = threading.Lock()
        self._next = 0.0
        self._held_until = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for this request's turn and occupy a slot while it is under way."""
        with self._slots:
            while (wait := self._wait()) > 0:
                time.sleep(wait)
            yield

    def hold(self, seconds: float) -> None:
        """Let no further request start for so many seconds."""
        with self._lock:
            self._held_until = max(self._held_until, time.monotonic() + seconds)

    def _wait(self) -> float:
        with self._lock:
            now = time.monotonic()
            ready = max(self._next, self._held_until)
            if now >= ready:
                self._next = max(now, self._next) + self._gap
                return 0.0
            return ready - now
