"""Follow one child from its start to its end, and say what came of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from conformance.core.errors import UsageError
from conformance.run.child import Child
from conformance.run.environment import child_environment
from conformance.run.events import Checked, Ended, Event, Refused, Started
from conformance.run.request import Live, Replay, command
from conformance.run.signals import stopping
from conformance.verdict.exits import INTERRUPTED, UNDECIDED


class Watcher(Protocol):
    """Someone who is told what happens, at once."""

    def started(self, event: Started) -> None:
        """The checks begin."""

    def checked(self, event: Checked) -> None:
        """A check has its outcome."""

    def stopping(self) -> None:
        """A person wants the run to stop; what it has is being kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """
    What came of a run.

    `document` is its results document, None when the child ended without one. `exit` is the exit
    code of the command that ran it. `folder` is where the evidence is, as far as there is any.
    `status` is the child's own exit status, negative for a signal, and `errors` what it wrote to
    its error stream.
    """

    folder: Path
    document: Mapping[str, Any] | None
    exit: int
    interrupted: bool
    status: int
    errors: str


def follow(
    request: Live | Replay,
    folder: Path,
    watcher: Watcher,
    *,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Conclusion:
    """
    Run a child to its end and return what came of it.

    The first wish to stop is passed on as one SIGINT, upon which the child keeps what it has; the
    second ends it at once. Raises `UsageError` when the child refuses to start.
    """
    following = _Following(watcher)
    with (
        stopping(following.stop),
        Child(command(request), environment or child_environment(), cwd=cwd) as child,
    ):
        following.follow(child)
        for event in child.events():
            following.take(event)
            if following.ended is not None and following.stops:
                # Everything is on disk; requests under way need nobody to wait for them.
                child.kill()
        status = child.wait()
        errors = child.errors()
    return following.conclusion(folder, status, errors)


@dataclass(slots=True)
class _Following:
    watcher: Watcher
    stops: int = 0
    ended: Ended | None = None
    refused: Refused | None = None
    _child: Child | None = None
    _passed_on: bool = False

    def follow(self, child: Child) -> None:
        self._child = child
        if self.stops:
            self._pass_on(child)

    def stop(self) -> None:
        """Take a wish to stop; it may come before there is a child."""
        self.stops += 1
        if self.stops == 1:
            self.watcher.stopping()
        if self._child is not None:
            self._pass_on(self._child)

    def _pass_on(self, child: Child) -> None:
        if not self._passed_on:
            self._passed_on = True
            child.interrupt()
        elif self.stops > 1:
            child.kill()

    def take(self, event: Event) -> None:
        if isinstance(event, Started):
            self.watcher.started(event)
        elif isinstance(event, Checked):
            self.watcher.checked(event)
        elif isinstance(event, Ended):
            self.ended = event
        else:
            self.refused = event

    def conclusion(self, folder: Path, status: int, errors: str) -> Conclusion:
        if self.refused is not None:
            raise UsageError(self.refused.sentence, self.refused.hint)
        document = _document(self.ended.folder) if self.ended is not None else None
        if document is not None:
            exit_code = int(document["verdict"]["exit"])
        else:
            exit_code = INTERRUPTED if self.stops else UNDECIDED
        return Conclusion(
            folder=self.ended.folder if self.ended is not None else folder,
            document=document,
            exit=exit_code,
            interrupted=exit_code == INTERRUPTED,
            status=status,
            errors=errors,
        )


def _document(folder: Path) -> Mapping[str, Any] | None:
    try:
        document = json.loads((folder / "results.json").read_bytes())
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None
