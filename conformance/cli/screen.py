"""Where words go: results to standard output, progress and complaints to standard error."""

import contextlib
import os
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from conformance.report.escape import visible

WIDEST = 100


class _Pipe(Console):
    """A console whose reader may leave: `conformance list checks | head` is no error."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


class Screen:
    """
    The two streams of a command.

    Nothing passes as console markup, and every line is made visible first: it may hold what a
    server or a file wrote. `quiet` leaves only what is asked for by `result`.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, ValueError):
                stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        self.quiet = quiet
        self.out = _Pipe(file=sys.stdout, markup=False, highlight=False, emoji=False)
        self.err = _Pipe(file=sys.stderr, markup=False, highlight=False, emoji=False)

    def result(self, said: str, style: str = "") -> None:
        """Print one line of what was asked for, unbroken: programs read it too."""
        self.out.print(Text(visible(said), style), soft_wrap=True)

    def raw(self, text: str) -> None:
        """Print a document as it stands; it is ours, or escaped by its format."""
        self.out.print(Text(text), soft_wrap=True)

    def flush(self) -> None:
        """Hand everything over now: someone may wait for it at the other end of a pipe."""
        self.out.file.flush()

    def say(self, said: str, style: str = "") -> None:
        """Print a sentence to standard output, broken at words; nothing when quiet."""
        if not self.quiet:
            self.tell(said, style)

    def tell(self, said: str, style: str = "", *, indent: int = 0) -> None:
        """Print prose to standard output, broken at words and indented."""
        self._wrapped(self.out, said, style, indent)

    def note(self, said: str) -> None:
        """Print a sentence beside the results; nothing when quiet."""
        if not self.quiet:
            self._wrapped(self.err, said, "", 0)

    def complain(self, sentence: str, hint: str = "", details: Iterable[str] = ()) -> None:
        """Print what is wrong, then how to mend it."""
        line = Text("Error: ", "bold red").append(visible(sentence), "not bold default")
        self.err.print(line, soft_wrap=True)
        for detail in (hint, *details):
            if detail:
                self.err.print(Text(f"  {visible(detail)}"), soft_wrap=True)

    @staticmethod
    def _wrapped(console: Console, said: str, style: str, indent: int) -> None:
        width = max(min(console.width, WIDEST) - indent, 20)
        # Long words, such as addresses and commands, stay whole, to be copied.
        lines = textwrap.wrap(visible(said), width, break_long_words=False, break_on_hyphens=False)
        for line in lines:
            console.print(Text(" " * indent + line, style), soft_wrap=True)


def path_shown(path: Path) -> str:
    """Return a path as a person may type it from here."""
    here = Path.cwd()
    with contextlib.suppress(ValueError):
        return str(path.relative_to(here))
    return str(path)
