"""Forge a sealed transcript: change what it says and make its chain hold again."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conformance.evidence.transcript import GENESIS, encode, line_hash


def lines_of(run: Path) -> list[dict[str, Any]]:
    """Return the lines of a run's transcript."""
    whole = (run / "transcript" / "exchanges.ndjson").read_bytes().splitlines()
    return [json.loads(line) for line in whole]


def write_chained(run: Path, lines: list[dict[str, Any]]) -> None:
    """Write lines numbered and chained anew, and seal them with the root that follows."""
    folder, previous = run / "transcript", GENESIS
    written = []
    for number, line in enumerate(lines):
        raw = encode({**line, "n": number, "prev": previous})
        previous = line_hash(raw)
        written.append(raw + b"\n")
    (folder / "exchanges.ndjson").write_bytes(b"".join(written))
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest |= {"root": previous, "exchanges": len(written)}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def edit_body(
    run: Path, which: Callable[[dict[str, Any]], bool], change: Callable[[bytes], bytes]
) -> int:
    """Change the body of the first request line that `which` picks; return the line's number."""
    lines, blobs = lines_of(run), run / "transcript" / "blobs"
    line = next(line for line in lines if line["kind"] == "request" and which(line))
    body = change((blobs / line["content"]).read_bytes())
    line["content"] = hashlib.sha256(body).hexdigest()
    (blobs / line["content"]).write_bytes(body)
    write_chained(run, lines)
    number: int = line["n"]
    return number
