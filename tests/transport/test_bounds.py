"""Over real sockets: whatever a server does, the answer is a recorded one and comes in time."""

import gzip
import socket
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from conformance.evidence.exchange import Exchange, Request
from conformance.transport.bounds import Bounds
from tests.support.raw_servers import (
    BROKEN,
    FHIR,
    OK,
    SLOW,
    UNSAFE,
    Behaviour,
    answering,
    at_once,
    hostile,
    saying,
    silent,
)

Open = Callable[..., Any]
SMALL = Bounds(body=1 << 20, timeout=0.5)


def _ask(
    opened: Open, behaviour: Behaviour, bounds: Bounds = SMALL
) -> tuple[Exchange, list[bytes]]:
    with hostile(behaviour) as server:
        one = opened(home=server.url, bounds=bounds)
        request = Request(method="GET", url=f"{server.url}/Patient", credential="bearer:default")
        answer = one.recorder.ask(request)
        one.sender.close()
        return answer, server.seen


@pytest.mark.parametrize("behaviour", UNSAFE.values(), ids=UNSAFE.keys())
def test_an_answer_past_a_bound_is_unsafe(opened: Open, behaviour: Behaviour) -> None:
    answer, seen = _ask(opened, behaviour, Bounds(body=1 << 20, timeout=5))
    assert (answer.status, answer.content) == (None, b"")
    assert answer.failure is not None
    assert answer.failure.kind == "unsafe-response"
    assert len(seen) == 1, "an unsafe answer is not asked for again"


@pytest.mark.parametrize("behaviour", SLOW.values(), ids=SLOW.keys())
def test_an_answer_that_takes_too_long_ends_in_time(opened: Open, behaviour: Behaviour) -> None:
    begun = time.monotonic()
    answer, seen = _ask(opened, behaviour, Bounds(timeout=0.2, attempts=2))
    assert time.monotonic() - begun < 1.5
    assert answer.failure is not None
    assert answer.failure.kind == "timeout"
    assert len(seen) == 2


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN.keys())
def test_an_answer_that_breaks_off_is_asked_for_again(opened: Open, behaviour: Behaviour) -> None:
    answer, seen = _ask(opened, behaviour)
    assert answer.failure is not None
    assert answer.failure.kind == "reset"
    assert len(seen) == 3


def test_a_broken_answer_may_be_followed_by_a_whole_one(opened: Open) -> None:
    behaviours = (BROKEN["reset within the body"], BROKEN["closed at once"], answering(b"{}", FHIR))
    with hostile(*behaviours) as server:
        one = opened(home=server.url, bounds=SMALL)
        answer = one.recorder.ask(Request(method="GET", url=f"{server.url}/Patient"))
        assert (answer.status, answer.content) == (200, b"{}")


def test_the_default_bound_is_32_mib(opened: Open) -> None:
    assert Bounds().body == 32 * 1024 * 1024
    over, _ = _ask(opened, answering(b" " * (33 << 20), FHIR), Bounds())
    assert over.failure is not None
    assert over.failure.kind == "unsafe-response"
    within, _ = _ask(opened, answering(b" " * (32 << 20), FHIR), Bounds())
    assert (within.status, len(within.content)) == (200, 32 << 20)


def test_nobody_listens(opened: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    one = opened(home=f"http://127.0.0.1:{port}/fhir", bounds=SMALL)
    answer = one.recorder.ask(Request(method="GET", url=f"http://127.0.0.1:{port}/fhir"))
    assert answer.failure is not None
    assert answer.failure.kind == "refused"


def test_no_such_host(opened: Open) -> None:
    one = opened(home="http://no-such-host.invalid/fhir", bounds=SMALL)
    answer = one.recorder.ask(Request(method="GET", url="http://no-such-host.invalid/fhir"))
    assert answer.failure is not None
    assert answer.failure.kind in ("refused", "timeout")


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [(silent, "timeout"), (at_once(saying(OK + b"\r\n{}")), "tls")],
    ids=["a server that says nothing", "a server without TLS"],
)
def test_a_handshake_that_does_not_come_about(
    opened: Open, behaviour: Behaviour, kind: str
) -> None:
    with hostile(at_once(behaviour)) as server:
        url = server.url.replace("http:", "https:")
        one = opened(home=url, bounds=Bounds(timeout=0.2, attempts=1))
        answer = one.recorder.ask(Request(method="GET", url=f"{url}/metadata"))
        assert answer.failure is not None
        assert answer.failure.kind == kind


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(b"abc" * 1000, mtime=0), "gzip"),
        (gzip.compress(b"abc" * 400, mtime=0) + gzip.compress(b"abc" * 600, mtime=0), "gzip"),
        (gzip.compress(b"abc" * 1000, mtime=0), "X-GZIP "),
        (zlib.compress(b"abc" * 1000), "deflate"),
        (b"abc" * 1000, "identity"),
    ],
    ids=["gzip", "gzip in two members", "x-gzip", "deflate", "identity"],
)
def test_a_coded_body_is_decoded(opened: Open, body: bytes, coding: str) -> None:
    answer, _ = _ask(opened, answering(body, FHIR, f"Content-Encoding: {coding}"))
    assert answer.content == b"abc" * 1000


def test_an_empty_body_with_a_coding_is_empty(opened: Open) -> None:
    answer, _ = _ask(opened, answering(b"", "Content-Encoding: gzip", status="405 No"))
    assert (answer.status, answer.content) == (405, b"")


def test_gzip_members_without_content_have_no_end_and_no_time(opened: Open) -> None:
    def pour(connection: socket.socket, head: bytes) -> None:
        del head
        connection.sendall(OK + b"Content-Encoding: gzip\r\n\r\n")
        while True:
            connection.sendall(gzip.compress(b"") * 1000)

    answer, _ = _ask(opened, pour, Bounds(timeout=0.3, attempts=1))
    assert answer.failure is not None
    assert answer.failure.kind == "timeout"


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified", "418 I'm a teapot"])
def test_an_odd_status_is_an_answer(opened: Open, status: str) -> None:
    answer, _ = _ask(opened, answering(b"", status=status))
    assert answer.status == int(status[:3])


def test_headers_in_latin_1_are_kept(opened: Open) -> None:
    answer, _ = _ask(opened, answering(b"", "X-Name: caf\xe9 \xff"))
    assert answer.header("x-name") == "caf\xe9 \xff"
