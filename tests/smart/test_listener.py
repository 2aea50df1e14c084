"""A client's keys are served where they were registered, and every fetch is seen."""

import json
import socket
import urllib.error
import urllib.request

import pytest

from conformance.core.errors import UsageError
from conformance.smart.listener import KeyListener

KEYS = {"keys": [{"kty": "EC", "kid": "one"}]}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_the_keys_are_served_and_the_fetch_is_noted() -> None:
    """A GET of the address brings the key set; another path brings nothing."""
    base = f"http://127.0.0.1:{_free_port()}"
    listener = KeyListener(f"{base}/jwks.json", KEYS)
    seen: list[tuple[str, str]] = []
    listener.start(lambda method, path: seen.append((method, path)))
    try:
        with urllib.request.urlopen(f"{base}/jwks.json") as reply:
            assert json.load(reply) == KEYS
            assert reply.headers["Content-Type"] == "application/json"
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{base}/other")
        refused.value.close()
    finally:
        listener.stop()
    assert seen == [("GET", "/jwks.json"), ("GET", "/other")]


def test_a_port_that_is_taken_is_one_sentence() -> None:
    """Who cannot listen says where, and how to mend it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/jwks.json"
        with pytest.raises(UsageError, match=url) as error:
            KeyListener(url, KEYS)
    assert "another address" in error.value.hint
