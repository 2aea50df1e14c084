"""One child process: its events as they come, its error stream kept, its end by our hand."""

import contextlib
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from conformance.run.events import Event, parse

_LARGEST = 1 << 20


class Child:
    """
    A child process, killed at the latest when the context ends.

    Once it has what it needs from the terminal it leaves the process group, so that a Ctrl-C
    reaches it only as it is passed on: once.
    """

    def __init__(
        self, words: Sequence[str], environment: Mapping[str, str], *, cwd: Path | None = None
    ) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._process = subprocess.Popen(
            list(words),
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._errors.close()

    def events(self) -> Iterator[Event]:
        """Yield the child's events until it has nothing more to say."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            event = parse(line)
            if event is not None:
                yield event

    def interrupt(self) -> None:
        """Ask the child to stop and keep what it has."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """End the child at once; nothing happens to one that has ended."""
        self._signal(signal.SIGKILL)

    def wait(self) -> int:
        """Wait for the end and return the exit status, negative for a signal."""
        return self._process.wait()

    def errors(self) -> str:
        """Return the end of what the child wrote to its error stream."""
        size = self._errors.seek(0, 2)
        self._errors.seek(max(0, size - _LARGEST))
        return self._errors.read().decode("utf-8", "replace")

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)
