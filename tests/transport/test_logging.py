"""Whatever a host project sets its loggers to, no credential comes out of them."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from conformance.evidence.exchange import Request
from tests.support.raw_servers import answering, hostile


def test_no_logger_quotes_a_request_or_an_answer(
    opened: Callable[..., Any], caplog: pytest.LogCaptureFixture, secret: str
) -> None:
    names = [name for name in logging.Logger.manager.loggerDict if name.startswith("http")]
    for name in ("", *names):
        caplog.set_level(logging.DEBUG, name)
    echo = answering(b"{}", f"X-Echo: Bearer {secret}", f"Set-Cookie: sid={secret}")
    with hostile(echo) as server:
        one = opened(home=server.url)
        request = Request(method="GET", url=f"{server.url}/x", credential="bearer:default")
        assert one.recorder.ask(request).status == 200
        assert secret.encode() in server.seen[0]
    assert secret not in caplog.text
    assert not [record for record in caplog.records if record.name.startswith("http")]
