"""Read a transcript and refuse one that was cut, altered or re-ordered, naming the line."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.core.errors import EvidenceError
from conformance.evidence.exchange import FORMAT
from conformance.evidence.transcript import GENESIS, line_hash

_MEND = "Use an unchanged copy of the run folder."


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A transcript whose chain holds. `complete` is False for a run that never sealed it."""

    folder: Path
    manifest: dict[str, Any]
    lines: tuple[dict[str, Any], ...]
    complete: bool

    def of_kind(self, kind: str) -> Iterator[dict[str, Any]]:
        """Yield the lines of one kind, in order."""
        return (line for line in self.lines if line["kind"] == kind)

    def blob(self, digest: str, number: int) -> bytes:
        """Return a body; raises EvidenceError when it is missing or altered."""
        path = self.folder / "blobs" / digest
        if not (digest.isalnum() and path.is_file()):
            raise EvidenceError(f"The body of line {number} is missing from {path.parent}.", _MEND)
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise EvidenceError(f"The body of line {number} was altered ({path}).", _MEND)
        return data


def transcript_folder(run: Path) -> Path:
    """Return the transcript folder of a run folder, or the folder itself if it is one."""
    for folder in (run / "transcript", run):
        if (folder / "manifest.json").is_file():
            return folder
    raise EvidenceError(
        f"{run} holds no transcript.", "Give the folder that `conformance run` printed."
    )


def read_transcript(run: Path) -> Transcript:
    """
    Read the transcript of a run folder.

    With a root in the manifest any difference is refused; without one (the run was killed) it is
    read up to its last whole line and marked incomplete.
    """
    folder = transcript_folder(run)
    manifest = _manifest(folder / "manifest.json")
    root = manifest.get("root")
    try:
        data = (folder / "exchanges.ndjson").read_bytes()
    except OSError:
        raise EvidenceError(f"{folder} has no exchanges.ndjson.", _MEND) from None
    *whole, rest = data.split(b"\n")
    if root and rest:
        raise EvidenceError(f"Line {len(whole)} of exchanges.ndjson is cut.", _MEND)
    lines, last = _chain(whole)
    if root:
        if len(lines) != manifest.get("exchanges"):
            raise EvidenceError(
                f"exchanges.ndjson ends after line {len(lines) - 1}, but "
                f"{manifest.get('exchanges')} lines were sealed.",
                _MEND,
            )
        if last != root:
            raise EvidenceError(f"Line {len(lines) - 1} of exchanges.ndjson was altered.", _MEND)
    return Transcript(folder=folder, manifest=manifest, lines=tuple(lines), complete=bool(root))


def _manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_bytes())
    except (OSError, ValueError):
        manifest = None
    if not isinstance(manifest, dict):
        raise EvidenceError(f"{path} is not a manifest.", _MEND)
    if manifest.get("format") != FORMAT:
        raise EvidenceError(
            f"{path} is of transcript format {manifest.get('format')}, this version reads "
            f"format {FORMAT}.",
            "Judge it with the version of ehr-conformance that its manifest names.",
        )
    return manifest


def _chain(whole: list[bytes]) -> tuple[list[dict[str, Any]], str]:
    lines: list[dict[str, Any]] = []
    previous = GENESIS
    for number, raw in enumerate(whole):
        try:
            line = json.loads(raw)
        except ValueError:
            line = None
        if not isinstance(line, dict) or not isinstance(line.get("kind"), str):
            raise EvidenceError(f"Line {number} of exchanges.ndjson was altered.", _MEND)
        if line.get("n") != number:
            raise EvidenceError(
                f"Line {number} of exchanges.ndjson is out of order or one before it is missing "
                f"(it says {line.get('n')}).",
                _MEND,
            )
        if line.get("prev") != previous:
            altered = max(number - 1, 0)
            raise EvidenceError(f"Line {altered} of exchanges.ndjson was altered.", _MEND)
        previous = line_hash(raw)
        lines.append(line)
    return lines, previous
