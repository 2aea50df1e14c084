"""
The evidence: what was asked and answered, kept so that anyone can judge it again.

A run's `transcript/` holds `exchanges.ndjson` (append-only, each line carries the hash of the one
before), `blobs/` (bodies by their SHA-256) and `manifest.json` (what was asked for, and the root).
"""
