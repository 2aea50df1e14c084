"""A fetch of a client's keys is noted, and whoever sends a credential along leaves none there."""

from pathlib import Path

from conformance.evidence.aliases import Aliases
from conformance.evidence.transcript import TranscriptWriter
from conformance.plugin.session import _note_fetch

SECRET = "canary-of-a-fetch-0123456789"


def test_a_fetch_that_quotes_a_credential_leaves_none(tmp_path: Path) -> None:
    aliases = Aliases()
    alias = aliases.register("secret:app", SECRET)
    writer = TranscriptWriter(tmp_path / "transcript", {})
    _note_fetch(writer, aliases, "GET", f"/jwks.json?secret={SECRET}")
    _note_fetch(writer, aliases, "GET", "/" + "x" * (199 - len(SECRET) // 2) + SECRET)
    writer.close()
    kept = (writer.folder / "exchanges.ndjson").read_text()
    assert f"/jwks.json?secret={alias}" in kept
    assert SECRET[:8] not in kept
