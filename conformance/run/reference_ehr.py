"""
The reference EHR in a process of its own, for the demo.

Started as a module it serves one persona, tells its address as one JSON line, and ends when its
standard input does: however the parent goes, no server stays behind.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from conformance.core.errors import HarnessError
from conformance.ehr.serve import Served, serve_forever
from conformance.ehr.target_file import write_target_file
from conformance.run.environment import sheltered_environment

_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceEhr:
    """A server that is running: its FHIR base, and the target file by which it is judged."""

    url: str
    target_file: Path


@contextmanager
def reference_ehr(persona: str) -> Iterator[ReferenceEhr]:
    """
    Serve a persona over HTTPS on a free loopback port for as long as the context lasts.

    Tokens, passwords and keys are made by the server and lie in a folder that only its owner can
    open, for as long as the server runs: no list of processes and no environment shows them.
    """
    with tempfile.TemporaryDirectory(prefix="conformance-demo-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__, persona, folder],
            env=sheltered_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        try:
            yield _ready(process)
        finally:
            _end(process)


def _ready(process: subprocess.Popen[bytes]) -> ReferenceEhr:
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        told = json.loads(line)
        return ReferenceEhr(url=told["url"], target_file=Path(told["target_file"]))
    except (ValueError, TypeError, KeyError):
        raise HarnessError(
            "The reference EHR did not start.",
            "Try `conformance ehr serve`, which says why.",
        ) from None


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        process.communicate(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _serve(persona: str, folder: Path) -> None:
    threading.Thread(target=_end_with_input, daemon=True).start()
    serve_forever(persona, ready=partial(_tell, folder), folder=folder)


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _tell(folder: Path, served: Served) -> None:
    target_file = write_target_file(folder, served)
    line = json.dumps({"url": served.url, "target_file": str(target_file)})
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve(sys.argv[1], Path(sys.argv[2]))
