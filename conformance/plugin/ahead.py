"""Run checks ahead of pytest in threads; pytest reports them in collection order."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from conformance.checks.context import Context
from conformance.checks.execute import Check, run_check
from conformance.core.outcomes import CheckResult


class RunAhead:
    """
    The checks of a session, under way or done.

    A serial check runs when it is asked for, in the caller's thread, and so do all checks when
    `threads` is 1 or less. Serial checks are asked for after all others, so nothing runs beside.
    Threads of their own fetch what the pool is about to ask for, since all checks wait for it.
    """

    def __init__(self, context: Context, threads: int) -> None:
        self._context = context
        self._pool = ThreadPoolExecutor(threads, "conformance") if threads > 1 else None
        self._fetchers = ThreadPoolExecutor(threads, "conformance-fetch") if self._pool else None
        if self._fetchers is not None:
            fetch = self._fetchers.submit
            context.pool.prefetch = lambda request: fetch(context.evidence.ask, request)
        self._ahead: dict[str, Future[CheckResult]] = {}

    def start(self, checks: Sequence[Check]) -> None:
        """Submit every check that may run ahead, in collection order."""
        if self._pool is None:
            return
        for check in checks:
            if not check.declaration.serial:
                self._ahead[check.id] = self._pool.submit(run_check, check, self._context)

    def result(self, check: Check) -> CheckResult:
        """Return a check's result, waiting for it or running it now."""
        future = self._ahead.get(check.id)
        return future.result() if future is not None else run_check(check, self._context)

    def stop(self, *, wait: bool = True) -> None:
        """Drop what has not begun; with `wait` let what is under way end."""
        for pool in (self._pool, self._fetchers):
            if pool is not None:
                pool.shutdown(wait=wait, cancel_futures=True)
