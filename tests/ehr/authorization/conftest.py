"""Clients in front of a certified persona whose clock stands still."""

from collections.abc import Callable

import pytest

from tests.support.oauth import Application, start_client


@pytest.fixture(scope="session")
def start() -> Callable[..., Application]:
    """Start a server and return one of its clients."""
    return start_client


@pytest.fixture
def public() -> Application:
    """Return the native application of a fresh server."""
    return start_client("demo-public")


@pytest.fixture
def symmetric() -> Application:
    """Return the application with a secret of a fresh server."""
    return start_client("demo-symmetric")


@pytest.fixture
def asymmetric() -> Application:
    """Return the application with a key of a fresh server."""
    return start_client("demo-asymmetric")
