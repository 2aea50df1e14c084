"""The commented sample of a target file."""

from pathlib import Path


def sample_text() -> str:
    """Return the sample that `conformance init` prints."""
    return Path(__file__).with_name("conformance.sample.toml").read_text(encoding="utf-8")
