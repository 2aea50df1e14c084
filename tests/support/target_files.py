"""What a target file names beside itself: secrets and keys, each a file open to its owner alone."""

from pathlib import Path
from typing import Any

from conformance.smart.keys import make_key_file, public_keys
from conformance.target.key_file import KeyFile


def secret_file(folder: Path, name: str, value: str) -> str:
    """Write a secret beside the target file; return the reference that stands in there."""
    path = folder / f"{name}.secret"
    path.touch(0o600)
    path.write_text(value)
    return f'{{ file = "{path.name}" }}'


def key_file(folder: Path, name: str, algorithm: str) -> tuple[str, dict[str, Any]]:
    """Make a client's key beside the target file; return its reference and what to register."""
    path = folder / f"{name}.jwks"
    make_key_file(path, algorithm)
    return f'{{ file = "{path.name}" }}', public_keys(KeyFile(path=path))
