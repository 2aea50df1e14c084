"""The command `conformance` in a process of its own, without settings of whoever runs the tests."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

WORDS = (sys.executable, "-P", "-m", "conformance.cli.main")
TOKEN = "token-of-the-command-tests"
"""What the variable TOKEN of every call holds."""


class Command(Protocol):
    """Call `conformance` with some words, in an empty folder unless another is given."""

    def __call__(
        self,
        *words: object,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""


class Starter(Protocol):
    """Start `conformance` with some words in an empty folder, and leave it running."""

    def __call__(
        self, *words: object, env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start it."""


def called(
    words: Iterable[object], *, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [*WORDS, *map(str, words)],
        cwd=cwd,
        env=plain_environment(env),
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def begun(
    words: Iterable[object], *, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start the command; whoever calls this ends it."""
    return subprocess.Popen(
        [*WORDS, *map(str, words)],
        cwd=cwd,
        env=plain_environment(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def plain_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment in which nothing but `extra` and TOKEN changes what comes out."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CONFORMANCE_", "PYTEST_", "COV_"))
        and name not in ("FORCE_COLOR", "NO_COLOR", "COLUMNS")
    }
    return {**kept, "TOKEN": TOKEN, **(extra or {})}
