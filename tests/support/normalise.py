"""
Make two runs of one server comparable: what differs for good reasons reads alike afterwards.

Normalised are, and nothing else:

* times: `transcript.started` and `transcript.ended`, the time and duration of each exchange, and
  the header `date`;
* ports: scheme, host and port of every URL in every text, since a server of a test takes a free
  port, and the paths of run folders and of files that trust it;
* aliases: the number in `«bearer:default#1»`, given in the order in which credentials are met;
* exchange numbers: which thread asks first is chance, so `exchanges` and `exchange` count as how
  many there were and as whether there was one, also in texts, the lines of a transcript are sorted,
  and a control request, which is numbered by the exchange that gave occasion, reads as the first;
* hashes over any of these: the root, `prev`, the keys that replies are looked up by;
* the bytes of a TLS handshake, most of which are random by design.

Equal after this are outcomes, codes, messages, findings, gates, verdict, limits, and every request
with its answer. Two runs that differ in anything else differ.
"""

import json
import re
from pathlib import Path
from typing import Any

from conformance.checks.questions import CONTROL

_TIMES = frozenset({"started", "ended", "at", "ms", "judged_at"})
_CHAINED = frozenset({"root", "prev", "n", "key"})
_RANDOM = frozenset({"bytes"})
_ORIGIN = re.compile(r"https?://(127\.0\.0\.1|localhost|ehr\.test)(:\d+)?")
_ALIAS = re.compile(r"«([^»#]+)#\d+»")
_FOLDER = re.compile(r"[\w./+-]*/(?=[\w.-]+\.(pem|html)\b)")
_NUMBER = re.compile(r"\bexchange \d+")


def normalised_results(document: dict[str, Any]) -> dict[str, Any]:
    """Return a results document without what may differ between two runs of one server."""
    normalised: dict[str, Any] = _value("", document)
    return normalised


def normalised_transcript(run: Path) -> list[str]:
    """Return what was asked and answered in a run folder, one canonical line each, sorted."""
    raw = (run / "transcript" / "exchanges.ndjson").read_text(encoding="utf-8")
    told = [json.loads(line) for line in raw.splitlines()]
    kept = [_value("", line) for line in told if line["kind"] != "seal"]
    return sorted(json.dumps(line, sort_keys=True) for line in kept)


def normalised_line(text: str) -> str:
    """Return a line that was printed, such as the verdict's, without ports and folders."""
    text = _ALIAS.sub(r"«\1»", _ORIGIN.sub("https://server", text))
    return _NUMBER.sub("exchange", _FOLDER.sub("", text))


def _value(key: str, value: Any) -> Any:
    if key in _TIMES | _CHAINED | _RANDOM:
        return None
    if key == "exchanges" and isinstance(value, list):
        return len(value)
    if key == "exchange":
        return bool(value)
    if key == "occurrence":
        return min(value, CONTROL)
    if key in ("headers", "response") and isinstance(value, list):
        return [_value("", pair) for pair in value if pair[0] != "date"]
    if isinstance(value, dict):
        return {name: _value(name, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_value("", inner) for inner in value]
    return normalised_line(value) if isinstance(value, str) else value
