"""Clients in front of a certified persona whose clock stands still."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from conformance.ehr.authorization.demo import Demo, demo
from conformance.ehr.personas import build_app
from conformance.ehr.server import Server
from tests.support.oauth import Application, Clock

Start = Callable[..., Application]


@pytest.fixture(scope="session")
def start() -> Start:
    """Start a server and return one of its clients."""

    def started(
        client_id: str = "demo-public",
        *,
        persona: str = "certified",
        server_class: type[Server] | None = None,
        registry: Demo | None = None,
        **changed: object,
    ) -> Application:
        clock, known = Clock(), registry or demo()
        setup = replace(known.setup, now=clock, **changed)  # type: ignore[arg-type]
        known = replace(known, setup=setup)
        app = build_app(persona, token="static", server_class=server_class, authorization=setup)
        return Application(app, known, client_id, clock)

    return started


@pytest.fixture
def public(start: Start) -> Application:
    """Return the native application of a fresh server."""
    return start("demo-public")


@pytest.fixture
def symmetric(start: Start) -> Application:
    """Return the application with a secret of a fresh server."""
    return start("demo-symmetric")


@pytest.fixture
def asymmetric(start: Start) -> Application:
    """Return the application with a key of a fresh server."""
    return start("demo-asymmetric")
