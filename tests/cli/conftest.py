"""The command in a process of its own, and servers for it on loopback."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conformance.cli.app import app
from conformance.ehr.serve import Served, serving
from tests.support.command import TOKEN, Command, Starter, begun, called
from tests.support.validating import Ended, Validate


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Run the command to its end in an empty folder."""

    def call(
        *words: object, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return called(words, cwd=cwd or tmp_path, env=env)

    return call


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    """Start the command; it is gone at the latest when the test ends."""
    running: list[subprocess.Popen[str]] = []

    def begin(*words: object, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        running.append(begun(words, cwd=tmp_path, env=env))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def validate(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Validate:
    """Call `conformance validate` in this process; FHIR packages of this machine are out of it."""
    monkeypatch.setenv("FHIR_PACKAGES", "/nowhere")

    def call(*words: str, stdin: bytes = b"") -> Ended:
        # Files as the interpreter would have opened them, on the descriptors that are captured.
        with (
            open(1, "w", encoding="utf-8", closefd=False) as out,
            open(2, "w", encoding="utf-8", closefd=False) as err,
            monkeypatch.context() as patch,
        ):
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as end:
                app(["validate", *words])
        told = capfdbinary.readouterr()
        code = end.value.code
        return Ended(code if isinstance(code, int) else 0, told.out.decode(), told.err.decode())

    return call


@pytest.fixture(scope="session")
def certified() -> Iterator[Served]:
    """Serve the certified persona over HTTPS."""
    with serving("certified", token=TOKEN) as served:
        yield served


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run that has ended: what was printed, and the folder that it left."""

    done: subprocess.CompletedProcess[str]
    folder: Path

    @property
    def results(self) -> dict[str, Any]:
        """The results document."""
        document: dict[str, Any] = json.loads((self.folder / "results.json").read_bytes())
        return document


@pytest.fixture(scope="session")
def sound_run(certified: Served, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Judge the certified persona once, with the command; nobody changes the folder."""
    above = tmp_path_factory.mktemp("sound")
    words = ["run", certified.url, "--ca-file", certified.ca_file, "--bearer-env", "TOKEN"]
    done = called([*words, "--output", "run"], cwd=above)
    return Run(done=done, folder=above / "run")


@pytest.fixture(scope="session")
def clinic() -> Iterator[Served]:
    """Serve the clinic over HTTPS."""
    with serving("clinic", token=TOKEN) as served:
        yield served


@pytest.fixture(scope="session")
def closed() -> Iterator[Served]:
    """Serve the closed portal over HTTPS."""
    with serving("closed", token=TOKEN) as served:
        yield served
