"""The sound run, made once a process."""

import pytest

from tests.support.matrix import SoundRun


@pytest.fixture(scope="session")
def sound() -> SoundRun:
    """Run the sound server once."""
    return SoundRun()
