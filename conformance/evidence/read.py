"""Read a transcript and refuse one that was cut, altered or re-ordered, naming the line."""

import hashlib
import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from conformance.core.errors import EvidenceError
from conformance.evidence.exchange import FORMAT
from conformance.evidence.lines import HeaderLine, Line, Manifest, RequestLine, SealLine
from conformance.evidence.transcript import GENESIS, line_hash, manifest_digest

_MEND = "Use an unchanged copy of the run folder."


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A transcript whose chain holds. `complete` is False for a run that never sealed it."""

    folder: Path
    manifest: dict[str, Any]
    lines: tuple[Line, ...]
    complete: bool

    def blob(self, digest: str, number: int) -> bytes:
        """Return a body; raises EvidenceError when it is missing or altered."""
        path = self.folder / "blobs" / digest
        try:
            data = path.read_bytes() if digest.isalnum() else None
        except OSError:
            data = None
        if data is None:
            raise EvidenceError(f"The body of line {number} is missing from {path.parent}.", _MEND)
        if hashlib.sha256(data).hexdigest() != digest:
            raise EvidenceError(f"The body of line {number} was altered ({path}).", _MEND)
        return data

    def blob_lines(self, digest: str, number: int) -> Iterator[bytes]:
        """Yield the lines of a streamed body, once its hash holds; EvidenceError like `blob`."""
        with self._opened(digest, number) as file:
            for line in file:
                yield line.rstrip(b"\n")

    def check(self, digest: str, number: int) -> None:
        """Raise EvidenceError when a body is missing or altered; no body is held in memory."""
        with self._opened(digest, number):
            pass

    @contextmanager
    def _opened(self, digest: str, number: int) -> Generator[BinaryIO, None, None]:
        path = self.folder / "blobs" / digest
        try:
            if not digest.isalnum():
                raise FileNotFoundError
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
                if found != digest:
                    raise EvidenceError(f"The body of line {number} was altered ({path}).", _MEND)
                file.seek(0)
                yield file
        except OSError:
            raise EvidenceError(
                f"The body of line {number} is missing from {path.parent}.", _MEND
            ) from None


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
    Read the transcript of a run folder, every line and every body of it.

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
    transcript = Transcript(
        folder=folder, manifest=manifest, lines=tuple(lines), complete=bool(root)
    )
    if root:
        _compare(transcript, last)
    for line in lines:
        for digest in line.blobs if isinstance(line, RequestLine) else ():
            transcript.check(digest, line.n)
    return transcript


def _compare(transcript: Transcript, last: str) -> None:
    """Hold the lines against what was sealed."""
    lines, manifest = transcript.lines, transcript.manifest
    if len(lines) != manifest.get("exchanges"):
        raise EvidenceError(
            f"exchanges.ndjson ends after line {len(lines) - 1}, but "
            f"{manifest.get('exchanges')} lines were sealed.",
            _MEND,
        )
    if last != manifest["root"]:
        raise EvidenceError(f"Line {len(lines) - 1} of exchanges.ndjson was altered.", _MEND)
    seal = lines[-1] if lines else None
    if not isinstance(seal, SealLine) or seal.manifest != manifest_digest(manifest):
        raise EvidenceError(f"{transcript.folder / 'manifest.json'} was altered.", _MEND)


def _manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        manifest = None
    if not isinstance(manifest, dict):
        raise EvidenceError(f"{path} is not a manifest.", _MEND)
    if manifest.get("format") != FORMAT:
        raise EvidenceError(
            f"{path} is of transcript format {manifest.get('format')}, this version reads "
            f"format {FORMAT}.",
            "Judge it with the version of ehr-conformance that its manifest names.",
        )
    try:
        msgspec.convert(manifest, Manifest)
    except ValueError as problem:
        raise EvidenceError(f"{path} was altered: {problem}.", _MEND) from None
    return manifest


def _chain(whole: list[bytes]) -> tuple[list[Line], str]:
    lines: list[Line] = []
    previous = GENESIS
    for number, raw in enumerate(whole):
        line = _line(raw)
        if line is None or (number == 0) != isinstance(line, HeaderLine):
            raise EvidenceError(f"Line {number} of exchanges.ndjson was altered.", _MEND)
        if line.n != number:
            raise EvidenceError(
                f"Line {number} of exchanges.ndjson is out of order or one before it is missing "
                f"(it says {line.n}).",
                _MEND,
            )
        if line.prev != previous:
            altered = max(number - 1, 0)
            raise EvidenceError(f"Line {altered} of exchanges.ndjson was altered.", _MEND)
        previous = line_hash(raw)
        lines.append(line)
    return lines, previous


def _line(raw: bytes) -> Line | None:
    """Return a line of the transcript, None for what is none."""
    try:
        # Not msgspec's own parser: it refuses lone surrogates, which servers do send.
        line: Line = msgspec.convert(json.loads(raw), Line)
    except (ValueError, RecursionError):
        return None
    return line
