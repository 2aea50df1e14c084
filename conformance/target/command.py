"""Run the command that prints a secret: without a shell, with a time limit and a bound."""

import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

SECONDS = 30.0


class CommandFailed(Exception):
    """A command that gave no secret; the message continues the sentence `The command X ...`."""


def output_of(command: Sequence[str], *, folder: Path | None, largest: int) -> bytes:
    """
    Return what the command writes to its standard output, at most `largest` bytes.

    Its error stream is thrown away, since a chatty helper may print the secret there too. It gets
    no standard input; a password manager that asks does so on the terminal or in its own window.
    """
    try:
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, ValueError):
        raise CommandFailed("cannot be started") from None
    try:
        return _collected(process, largest)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _collected(process: subprocess.Popen[bytes], largest: int) -> bytes:
    parts: list[bytes] = []
    # A thread, since a grandchild that keeps the pipe open would hold a plain read for ever.
    reader = threading.Thread(target=_read, args=(process.stdout, parts, largest + 1), daemon=True)
    deadline = time.monotonic() + SECONDS
    reader.start()
    reader.join(SECONDS)
    if reader.is_alive():
        raise CommandFailed(f"did not end within {SECONDS:g} seconds")
    if len(parts[0]) > largest:
        raise CommandFailed(f"prints more than {largest} bytes")
    try:
        status = process.wait(max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise CommandFailed(f"did not end within {SECONDS:g} seconds") from None
    if status < 0:
        raise CommandFailed(f"was ended by signal {-status}")
    if status:
        raise CommandFailed(f"failed with exit status {status}")
    return parts[0]


def _read(stream: IO[bytes], parts: list[bytes], most: int) -> None:
    with stream:
        parts.append(stream.read(most))
