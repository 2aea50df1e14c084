"""
A pytest plugin, `-p tests.support.dying`: the process is killed in the midst of writing.

The variable DIE_AT says where: `blob:N` within the N-th body, `named:N` between the N-th body and
its line, `line:N` within the first line from N on that comes this way, `seal` between the last line
and the manifest's root, `results` within results.json.
"""

import os
import signal
from pathlib import Path
from typing import Any, NoReturn

from conformance.evidence import transcript
from conformance.plugin import finish

PLACE, _, NUMBER = os.environ.get("DIE_AT", "").partition(":")
_write_beside = transcript.write_beside
_append = transcript.TranscriptWriter.append
_blobs = 0


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives this")


def _write(path: Path, data: bytes, mode: int = 0o600) -> None:
    global _blobs
    _blobs += path.parent.name == "blobs"
    dies = (
        (PLACE == "blob" and path.parent.name == "blobs" and _blobs == int(NUMBER))
        or (PLACE == "seal" and path.name == "manifest.json" and b'"root"' in data)
        or (PLACE == "results" and path.name == "results.json")
    )
    if dies:
        path.with_name(path.name + ".part").write_bytes(data[: len(data) // 2])
        _die()
    _write_beside(path, data, mode)
    if PLACE == "named" and path.parent.name == "blobs" and _blobs == int(NUMBER):
        _die()


def _line(self: transcript.TranscriptWriter, kind: str, content: dict[str, Any]) -> int:
    if PLACE == "line" and self.count >= int(NUMBER):
        line = transcript.encode({"n": self.count, "prev": "0", "kind": kind, **content})
        self._file.write(line[: len(line) // 2])
        self._file.flush()
        _die()
    return _append(self, kind, content)


transcript.write_beside = _write
finish.write_beside = _write  # type: ignore[attr-defined]
transcript.TranscriptWriter.append = _line  # type: ignore[method-assign]
