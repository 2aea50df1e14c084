"""Live progress: a bar on a terminal, a few plain lines elsewhere."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from conformance.cli.screen import Screen
from conformance.core.outcomes import Outcome
from conformance.report.escape import visible
from conformance.run.events import Checked, Started
from conformance.run.follow import Watcher

_STYLES = {
    Outcome.PASS: "green",
    Outcome.WARN: "yellow",
    Outcome.FAIL: "bold red",
    Outcome.ERROR: "bold yellow",
}
_LINES = 4
_A_SECOND = 8
STOPPING = "Stopping; what was recorded is being kept. Ctrl-C once more ends it at once."

Opening = Callable[[Started], None]
"""Says the first lines of a run."""


def draws(screen: Screen) -> bool:
    """Tell whether something can be drawn in place on standard error."""
    if not screen.err.is_terminal or screen.err.is_dumb_terminal:
        return False
    # Colour can be forced into a file, a bar cannot.
    return os.isatty(screen.err.file.fileno())


@contextmanager
def watching(screen: Screen, opening: Opening) -> Iterator[Watcher]:
    """Give a watcher that shows progress as this terminal, pipe or quiet call allows."""
    if screen.quiet or not draws(screen):
        yield _Lines(screen, opening)
        return
    bar = _Bar(screen, opening)
    try:
        yield bar
    finally:
        bar.close()


class _Count:
    def __init__(self) -> None:
        self.total = 0
        self.done = 0
        self._outcomes: Counter[Outcome] = Counter()

    def add(self, outcome: Outcome) -> None:
        self.done += 1
        self._outcomes[outcome] += 1

    def told(self) -> Text:
        """Return the outcomes seen so far, each with its number."""
        seen = [outcome for outcome in Outcome if self._outcomes[outcome]]
        parts = [Text(f"{self._outcomes[o]} {o}", _STYLES.get(o, "")) for o in seen]
        return Text("  ").join(parts)


class _Lines:
    """Plain lines at each quarter of the way: for files, pipes and logs."""

    def __init__(self, screen: Screen, opening: Opening) -> None:
        self._screen = screen
        self._opening = opening
        self._count = _Count()

    def started(self, event: Started) -> None:
        self._count.total = event.checks
        self._opening(event)

    def checked(self, event: Checked) -> None:
        count = self._count
        count.add(event.outcome)
        before = (count.done - 1) * _LINES // max(count.total, 1)
        if count.done * _LINES // max(count.total, 1) > before:
            told = count.told().plain.replace("  ", ", ")
            self._screen.note(f"{count.done} of {count.total} checks: {told}")

    def stopping(self) -> None:
        self._screen.note(STOPPING)


class _Bar:
    """Two lines that are redrawn in place and gone when the run ends."""

    def __init__(self, screen: Screen, opening: Opening) -> None:
        self._screen = screen
        self._opening = opening
        self._count = _Count()
        self._below = Text()
        self._live = Live(
            get_renderable=self._drawn,
            console=screen.err,
            refresh_per_second=_A_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def started(self, event: Started) -> None:
        self._count.total = event.checks
        self._opening(event)
        self._live.start()

    def checked(self, event: Checked) -> None:
        self._count.add(event.outcome)
        if self._below.style != "bold":
            self._below = Text(visible(event.id), "dim")

    def stopping(self) -> None:
        self._below = Text(STOPPING, "bold")
        if not self._live.is_started:
            self._screen.note(STOPPING)

    def close(self) -> None:
        self._live.stop()

    def _drawn(self) -> Group:
        count = self._count
        row = Table.grid(padding=(0, 2))
        bar = ProgressBar(
            total=max(count.total, 1), completed=count.done, width=24, complete_style="cyan"
        )
        row.add_row(bar, Text(f"{count.done}/{count.total}"), count.told())
        below = self._below.copy()
        below.truncate(self._screen.err.width, overflow="ellipsis")
        return Group(row, below)
