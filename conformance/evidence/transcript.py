"""
Write a transcript: lines that carry the hash of the line before, bodies as blobs, a manifest.

A body is written beside and renamed before the line that names it, so a run killed at any moment
leaves whole lines whose blobs are all there, but for a last line that may be cut. The last line of
a finished run holds the manifest's digest, so that the root stands for the manifest as well.
"""

import hashlib
import json
import os
import threading
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conformance.core.errors import EvidenceError, UsageError
from conformance.evidence.exchange import FORMAT

GENESIS = "0" * 64
"""What the first line names as the hash of the line before."""


def line_hash(line: bytes) -> str:
    """Return the hash that the next line carries; `line` is without its newline."""
    return hashlib.sha256(line).hexdigest()


def encode(value: Any) -> bytes:
    """Return canonical JSON bytes: one line, sorted nowhere, lone surrogates escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def manifest_digest(manifest: Mapping[str, Any]) -> str:
    """Return the digest of what a manifest says, but for what follows from the lines."""
    said = {name: value for name, value in manifest.items() if name not in ("root", "exchanges")}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def write_beside(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file whole or not at all: beside it first, then renamed."""
    beside = path.with_name(path.name + ".part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    beside.replace(path)


class TranscriptWriter:
    """The one writer of a transcript folder; safe for threads."""

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=False)
            (folder / "blobs").mkdir(mode=0o700)
        except OSError as error:
            raise UsageError(
                f"The transcript cannot be written to {folder} ({error.strerror}).",
                "Name a new folder in a place you may write to with --output.",
            ) from None
        self.folder = folder
        self.manifest = {"format": FORMAT, **manifest}
        self._lock = threading.Lock()
        self._blob_lock = threading.Lock()
        self._previous = GENESIS
        self._blobs: set[str] = set()
        self._poured = 0
        self.count = 0
        descriptor = os.open(
            folder / "exchanges.ndjson", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600
        )
        self._file = os.fdopen(descriptor, "wb")
        self.write_manifest()
        self.append("header", {"format": FORMAT})

    def blob(self, data: bytes) -> str:
        """Keep a body and return its SHA-256; equal bodies are kept once."""
        digest = hashlib.sha256(data).hexdigest()
        with self._blob_lock:
            # Known only once it is there: another thread may name it in a line at once.
            if digest not in self._blobs:
                if self._file.closed:
                    raise ValueError("the transcript is sealed")
                with _kept(self.folder):
                    write_beside(self.folder / "blobs" / digest, data)
                self._blobs.add(digest)
        return digest

    def pour(self, lines: Iterable[bytes]) -> str:
        """
        Keep a body line by line, holding one line at a time; return its SHA-256.

        Whatever the lines raise comes out as it is, and nothing is left of the body.
        """
        digest = hashlib.sha256()
        with self._blob_lock:
            number = self._poured = self._poured + 1
        beside = self.folder / "blobs" / f"stream-{number}.part"
        with _kept(self.folder):
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                # The network raises OSError too, which is no fault of the disk's.
                for line in lines:
                    digest.update(line)
                    digest.update(b"\n")
                    with _kept(self.folder):
                        file.write(line)
                        file.write(b"\n")
                with _kept(self.folder):
                    file.flush()
            name = digest.hexdigest()
            with _kept(self.folder):
                beside.replace(self.folder / "blobs" / name)
        finally:
            beside.unlink(missing_ok=True)
        with self._blob_lock:
            self._blobs.add(name)
        return name

    def poured(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a body that was kept."""
        with (self.folder / "blobs" / name).open("rb") as file:
            for line in file:
                yield line.rstrip(b"\n")

    def append(self, kind: str, content: dict[str, Any]) -> int:
        """Append a line and return its number, from 0 (the header); ValueError once sealed."""
        with self._lock:
            return self._written(kind, content)

    def _written(self, kind: str, content: dict[str, Any]) -> int:
        number = self.count
        line = encode({"n": number, "prev": self._previous, "kind": kind, **content})
        with _kept(self.folder):
            self._file.write(line + b"\n")
            self._file.flush()
        self._previous = line_hash(line)
        self.count += 1
        return number

    def write_manifest(self) -> None:
        """Replace the manifest by what is known now."""
        text = json.dumps(self.manifest, ensure_ascii=False, indent=1)
        with _kept(self.folder):
            write_beside(
                self.folder / "manifest.json", text.encode("utf-8", "backslashreplace") + b"\n"
            )

    def seal(self, **facts: Any) -> str:
        """Close the transcript: the manifest gets the root, after which any change is refused."""
        self.manifest |= facts
        with self._lock:
            # In one go: a check that was cut off may have an answer to write at any moment.
            self._written("seal", {"manifest": manifest_digest(self.manifest)})
            with _kept(self.folder):
                os.fsync(self._file.fileno())
            self._file.close()
        self.manifest |= {"exchanges": self.count, "root": self._previous}
        self.write_manifest()
        return self._previous

    def close(self) -> None:
        """Write no further; a transcript that was not sealed stays an incomplete one."""
        with self._lock:
            self._file.close()


@contextmanager
def _kept(folder: Path) -> Generator[None, None, None]:
    """Turn what a disk can do to a run into a sentence."""
    try:
        yield
    except OSError as error:
        raise EvidenceError(
            f"The transcript in {folder} cannot be written on ({error.strerror}).",
            "What was kept until then can be read with `conformance judge`.",
        ) from None
