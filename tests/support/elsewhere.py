"""
Run pytest where there is no network and the clock is wrong: `python -m tests.support.elsewhere`.

Everything is patched before any module of the harness is imported.
"""

import datetime
import socket
import sys
import time
from typing import Any, NoReturn

SHIFT = 400 * 86_400.0


class _Shifted(datetime.datetime):
    """The wall clock of another year."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "_Shifted":
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> NoReturn:
        raise RuntimeError("nobody asks for a time without a zone")

    @classmethod
    def today(cls) -> NoReturn:
        raise RuntimeError("nobody asks for today")


def _no_network(*args: Any, **settings: Any) -> NoReturn:
    del args, settings
    raise RuntimeError("there is no network here")


class _NoSocket(socket.socket):
    def __init__(self, *args: Any, **settings: Any) -> None:
        _no_network(*args, **settings)


def leave() -> None:
    """Shift the clock and take the network away."""
    real, real_ns = time.time, time.time_ns
    time.time = lambda: real() + SHIFT
    time.time_ns = lambda: real_ns() + int(SHIFT * 1e9)
    datetime.datetime = _Shifted  # type: ignore[misc]
    socket.socket = _NoSocket  # type: ignore[misc]
    for name in ("create_connection", "create_server", "getaddrinfo", "gethostbyname"):
        setattr(socket, name, _no_network)


if __name__ == "__main__":
    leave()
    import pytest

    sys.exit(pytest.main(sys.argv[1:]))
