"""Run `conformance validate`: results as they come, progress beside them, a summary at the end."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from conformance.cli.screen import Screen
from conformance.cli.validated import as_document, as_text, summary
from conformance.core.errors import UsageError
from conformance.ig.opening import open_registry
from conformance.ig.registry import Registry
from conformance.validation.batches import Batch, Order, Tally, judged
from conformance.validation.files import STDIN, existing, pieces

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
    screen = Screen()
    names = existing(list(asked.files))
    packages = asked.packages or DEFAULT
    registry = open_registry(packages)
    for canonical in asked.profiles:
        _known(canonical, registry)
    colour = screen.out.is_terminal and not screen.out.no_color
    told = partial(as_document, values=asked.values)
    if not asked.ndjson:
        told = partial(as_text, values=asked.values, colour=colour, quiet=asked.quiet)
    order = Order(packages=packages, opening=open_registry, profiles=asked.profiles, tell=told)
    texts = (piece for name in names for piece in pieces(name))
    tally, count = Tally(), 0
    with _shown(screen, names) as advance:
        for batch in judged(order, texts, asked.jobs):
            count += batch.texts
            tally.join(batch.tally)
            screen.flush()
            sys.stdout.buffer.write(batch.told)
            advance(batch, tally)
    sys.stdout.buffer.flush()
    if not count:
        screen.complain(
            "Nothing was validated: there is no resource in what was given.",
            "Give a file with a JSON resource, a Bundle, or NDJSON.",
        )
        return NOTHING
    for line in summary(tally, registry):
        screen.note(line) if asked.ndjson else screen.tell(line)
    return 0 if not tally.levels["error"] else 1


def _known(canonical: str, registry: Registry) -> None:
    if registry.definition(canonical) is not None:
        return
    packages = ", ".join(book.id for book in registry.books)
    raise UsageError(
        f"The profile {canonical} is in none of these packages: {packages}.",
        "Give the package that defines it with --package, or mend the canonical URL.",
    )


@contextmanager
def _shown(screen: Screen, names: list[str]) -> Iterator[_Advance]:
    sizes = [os.path.getsize(name) for name in names if name != STDIN and Path(name).is_file()]
    whole = sum(sizes) if len(sizes) == len(names) else None
    if not screen.err.is_terminal or (whole is not None and whole < _LONG):
        yield lambda batch, tally: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[said]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen.err, transient=True) as progress:
        task = progress.add_task("Validating", total=whole, said="")

        def advance(batch: Batch, tally: Tally) -> None:
            said = f"{tally.resources:,} resources, {tally.levels['error']:,} errors"
            progress.update(task, advance=batch.size, said=said)

        yield advance
