"""Run `conformance validate`: results as they come, progress beside them, a summary at the end."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from conformance.cli.profiles import refuse_unknown
from conformance.cli.progress import draws
from conformance.cli.screen import Screen
from conformance.cli.validated import as_document, as_text, summary
from conformance.ig.opening import open_registry
from conformance.target.wording import shown
from conformance.validation.batches import Batch, Order, Tally, judged
from conformance.validation.files import LINED, STDIN, Piece, existing, pieces

_Advance = Callable[[Batch, Tally], None]

NOTHING = 3
DEFAULT = tuple(
    f"hl7.fhir.us.core#{version}"
    for version in ("6.1.0", "8.0.0", "7.0.0", "5.0.1", "4.0.0", "3.1.1")
)
"""All that ship; a claim without a version means the first."""
_LONG = 4 * 2**20
"""Bytes from which work may take over two seconds, and is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asked for."""

    files: tuple[str, ...]
    packages: tuple[str, ...]
    profiles: tuple[str, ...]
    ndjson: bool
    jobs: int
    values: bool
    quiet: bool


def run(asked: Asked) -> int:
    """Validate, print, and return the exit code."""
    screen = Screen(quiet=asked.quiet)
    names = existing(list(asked.files))
    packages = asked.packages or DEFAULT
    registry = open_registry(packages)
    refuse_unknown(asked.profiles, registry)
    if STDIN in names and sys.stdin.isatty():
        screen.note("Reading what you type; Ctrl-D ends it.")
    told = partial(as_document, values=asked.values)
    if not asked.ndjson:
        colour = screen.out.color_system is not None and not screen.out.no_color
        told = partial(as_text, values=asked.values, colour=colour, quiet=asked.quiet)
    order = Order(packages=packages, opening=open_registry, profiles=asked.profiles, tell=told)
    texts = _Texts(names)
    tally = Tally()
    with _shown(screen, names) as advance, closing(judged(order, texts, asked.jobs)) as batches:
        for batch in batches:
            tally.join(batch.tally)
            advance(batch, tally)
            # As a whole line is only what was handed over; a program may wait for it.
            sys.stdout.buffer.write(batch.told)
            sys.stdout.buffer.flush()
    if not tally.resources and not tally.strangers:
        screen.complain(
            "Nothing was validated: there is no resource in what was given.",
            "Give a file with a JSON resource, a Bundle, or NDJSON.",
        )
        return NOTHING
    for line in summary(tally, registry):
        screen.note(line) if asked.ndjson else screen.tell(line)
    unmet = [profile for profile in asked.profiles if not tally.held[profile]]
    for profile in unmet:
        screen.complain(f"No resource was held against {profile}: none is of its type.")
    for name in texts.empty:
        screen.complain(f"{shown(name)} is empty: nothing in it was validated.")
    if tally.levels["error"]:
        return 1
    return NOTHING if unmet or texts.empty else 0


class _Texts:
    """The texts of all files; `empty` are files that should have had one and had none."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self.empty: list[str] = []

    def __iter__(self) -> Iterator[Piece]:
        for name in self._names:
            empty = True
            for piece in pieces(name):
                empty = False
                yield piece
            # Nothing was exported: that is a file without lines, and no fault.
            if empty and not name.endswith(LINED):
                self.empty.append(name)


@contextmanager
def _shown(screen: Screen, names: list[str]) -> Iterator[_Advance]:
    """Give what is to be told of each batch before its results are written."""
    sizes = [os.path.getsize(name) for name in names if name != STDIN and Path(name).is_file()]
    whole = sum(sizes) if len(sizes) == len(names) else None
    small = whole is not None and whole < _LONG
    typed = STDIN in names and sys.stdin.isatty()
    if small or typed or not draws(screen):
        yield lambda batch, tally: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[said]}"),
        TimeRemainingColumn(compact=True),
    )
    both = screen.out.is_terminal
    with Progress(
        *columns, console=screen.err, transient=True, redirect_stdout=False, redirect_stderr=False
    ) as progress:
        task = progress.add_task("Validating", total=whole, said="")

        def advance(batch: Batch, tally: Tally) -> None:
            said = f"{tally.resources:,} resources, {tally.levels['error']:,} errors"
            progress.update(task, advance=batch.size, said=said)
            if both and batch.told:
                # Results and the bar share the terminal: the bar makes way, and comes back below.
                progress.stop()
                sys.stdout.buffer.write(batch.told)
                sys.stdout.buffer.flush()
                batch.told = b""
                progress.start()

        yield advance
