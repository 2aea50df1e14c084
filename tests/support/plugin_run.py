"""`pytest suites --target …` in a process of its own, as a person would call it."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.ehr.serve import Served
from conformance.resources import suites_root
from tests.support.command import plain_environment

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A run that has ended: its exit status, what was printed, and the folder that it left."""

    code: int
    stdout: str
    stderr: str
    folder: Path

    @property
    def results(self) -> dict[str, Any]:
        """The results document."""
        document: dict[str, Any] = json.loads((self.folder / "results.json").read_bytes())
        return document

    @property
    def outcomes(self) -> dict[str, tuple[str, str | None]]:
        """Outcome and code of each check by its id."""
        return {c["id"]: (c["outcome"], c["code"]) for c in self.results["checks"]}


def live_words(served: Served, folder: Path, *words: object) -> list[str]:
    """Return the command of a live run, its credential in the variable TOKEN."""
    command = [sys.executable, "-m", "pytest", str(suites_root()), "-p", "no:cacheprovider"]
    command += ["--target", served.url, "--target-output", str(folder)]
    if served.ca_file is not None:
        command += ["--target-ca-file", str(served.ca_file)]
    if served.persona == "clinic":
        command += ["--target-api-key-env", "TOKEN"]
    elif served.persona != "closed":
        command += ["--target-bearer-env", "TOKEN"]
    if "--target-stream" in words:
        command.append("--capture=no")
    return [*command, *map(str, words)]


def run_live(
    served: Served,
    folder: Path,
    *words: object,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Ended:
    """Judge a server and return what came of it."""
    command = live_words(served, folder, *words)
    return _ended(command, folder, cwd, {"TOKEN": served.token, **(env or {})})


def run_replay(
    folder: Path,
    *words: object,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Ended:
    """Judge a run folder again."""
    command = [sys.executable, "-m", "pytest", str(suites_root()), "-p", "no:cacheprovider"]
    return _ended([*command, "--target-replay", str(folder), *map(str, words)], folder, cwd, env)


def _ended(
    command: Iterable[str], folder: Path, cwd: Path | None, env: Mapping[str, str] | None
) -> Ended:
    done = subprocess.run(
        list(command),
        cwd=cwd or ROOT,
        env=plain_environment(env),
        capture_output=True,
        text=True,
        timeout=180,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return Ended(code=done.returncode, stdout=done.stdout, stderr=done.stderr, folder=folder)
