"""Servers on a loopback socket that do what no library would let a server do."""

import contextlib
import gzip
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket, bytes], None]
"""What to do on a connection; the second argument is the head of the request."""


@dataclass(slots=True)
class Hostile:
    """A server that is running: its base URL, and the heads of the requests it was sent."""

    url: str
    port: int
    seen: list[bytes] = field(default_factory=list)


@contextmanager
def hostile(*behaviours: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Hostile]:
    """Serve one behaviour after the other, one for each connection; the last one is repeated."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        scheme = "https" if tls else "http"
        served = Hostile(f"{scheme}://127.0.0.1:{port}/fhir", port)
        stop = threading.Event()
        threads: list[threading.Thread] = []

        def accept() -> None:
            for number in range(10_000):
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                if stop.is_set():
                    connection.close()
                    return
                behaviour = behaviours[min(number, len(behaviours) - 1)]
                thread = threading.Thread(
                    target=_serve, args=(connection, behaviour, served, tls), daemon=True
                )
                thread.start()
                threads.append(thread)

        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield served
        finally:
            stop.set()
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
            acceptor.join(5)
            for thread in threads:
                thread.join(5)


def _serve(
    connection: socket.socket, behave: Behaviour, served: Hostile, tls: ssl.SSLContext | None
) -> None:
    with contextlib.suppress(OSError), connection:
        connection.settimeout(5)
        if tls is not None:
            with tls.wrap_socket(connection, server_side=True) as secured:
                _behave(secured, behave, served)
        else:
            _behave(connection, behave, served)


def _behave(connection: socket.socket, behave: Behaviour, served: Hostile) -> None:
    if getattr(behave, "speaks_first", False):
        behave(connection, b"")
        return
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = connection.recv(65536)
        if not chunk:
            return
        head += chunk
    served.seen.append(head)
    behave(connection, head)


def answering(
    body: bytes = b"", *headers: str, status: str = "200 OK", length: int | None = None
) -> Behaviour:
    """Answer with these very bytes; `length` is the length that is claimed."""

    def behave(connection: socket.socket, head: bytes) -> None:
        del head
        size = len(body) if length is None else length
        lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {size}", "Connection: close"]
        connection.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    return behave


def saying(data: bytes) -> Behaviour:
    """Answer with raw bytes and close."""

    def behave(connection: socket.socket, head: bytes) -> None:
        del head
        connection.sendall(data)

    return behave


def dripping(first: bytes, drop: bytes, every: float) -> Behaviour:
    """Answer with some bytes, then with a few more every now and then, without an end."""

    def behave(connection: socket.socket, head: bytes) -> None:
        del head
        connection.sendall(first)
        pause = threading.Event()
        for _ in range(int(10 / every)):
            pause.wait(every)
            connection.sendall(drop)

    return behave


def pouring(first: bytes, chunk: bytes) -> Behaviour:
    """Answer with some bytes, then with more and more as fast as they are taken."""

    def behave(connection: socket.socket, head: bytes) -> None:
        del head
        connection.sendall(first)
        for _ in range(1 << 20):
            connection.sendall(chunk)

    return behave


def resetting(first: bytes = b"") -> Behaviour:
    """Answer with some bytes, then break the connection with a TCP reset."""

    def behave(connection: socket.socket, head: bytes) -> None:
        del head
        if first:
            connection.sendall(first)
            threading.Event().wait(0.05)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return behave


def silent(connection: socket.socket, head: bytes) -> None:
    """Say nothing until the client goes."""
    del head
    with contextlib.suppress(OSError):
        while connection.recv(65536):
            pass


def closing(connection: socket.socket, head: bytes) -> None:
    """Close without an answer."""
    del connection, head


def at_once(behave: Behaviour) -> Behaviour:
    """Let a server behave as soon as someone connects, whatever is sent or not."""

    def first(connection: socket.socket, head: bytes) -> None:
        behave(connection, head)

    first.speaks_first = True  # type: ignore[attr-defined]
    return first


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n"
FHIR = "Content-Type: application/fhir+json"

UNSAFE: dict[str, Behaviour] = {
    "endless body": pouring(OK + b"\r\n", b" " * 65536),
    "endless chunks": pouring(
        OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"
    ),
    "oversized body": answering(b" " * ((1 << 20) + 1), FHIR),
    "gzip bomb": answering(gzip.compress(b" " * (1 << 26)), FHIR, "Content-Encoding: gzip"),
    "endless headers": pouring(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 1000 + b"\r\n"),
    "one endless header": pouring(b"HTTP/1.1 200 OK\r\nX-More: ", b"x" * 65536),
    "no HTTP": saying(b"220 mail.example ESMTP\r\n\r\n"),
    "no HTTP that says closed": saying(b"the connection is closed, Server disconnected\r\n\r\n"),
    "binary noise": saying(bytes(range(256)) * 8),
    "malformed header": saying(b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n{}"),
    "two lengths": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    "malformed chunk": saying(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "impossible status": saying(b"HTTP/1.1 9999 OK\r\n\r\n"),
    "coding that was not asked for": answering(b"{}", FHIR, "Content-Encoding: br"),
    "two codings": answering(b"{}", FHIR, "Content-Encoding: gzip, gzip"),
    "another coding than named": answering(b'{"a": 1}', FHIR, "Content-Encoding: gzip"),
    "cut gzip": answering(gzip.compress(b"x" * 9999)[:-9], FHIR, "Content-Encoding: gzip"),
}
"""Answers that are ERROR `unsafe-response`, with bounds of 1 MiB and a second or less."""

SLOW: dict[str, Behaviour] = {
    "nothing at all": silent,
    "a body in drops": dripping(OK + b"Content-Length: 1000\r\n\r\n", b" ", 0.05),
    "headers in drops": dripping(b"HTTP/1.1 200 OK\r\nX-More: ", b"x", 0.05),
    "a status line in drops": dripping(b"HTTP/1.1 ", b"2", 0.05),
    "endless informational answers": dripping(b"", b"HTTP/1.1 102 Processing\r\n\r\n", 0.02),
}
"""Answers that are never there in time."""

BROKEN: dict[str, Behaviour] = {
    "reset at once": resetting(),
    "reset within the headers": resetting(b"HTTP/1.1 200 OK\r\nContent-"),
    "reset within the body": resetting(OK + b'Content-Length: 1000\r\n\r\n{"resourceType":'),
    "closed at once": closing,
    "closed within the body": answering(b'{"resourceType":', FHIR, length=1000),
}
"""Answers that break off."""


def _deep(opening: bytes, closing_: bytes, depth: int) -> bytes:
    return b'{"resourceType": "Bundle", "x": ' + opening * depth + b"1" + closing_ * depth + b"}"


UNREADABLE: dict[str, bytes] = {
    "lists in lists": _deep(b"[", b"]", 1000),
    "objects in objects": _deep(b'{"a":', b"}", 1000),
    "lists without an end": b'{"resourceType": "Bundle", "x": ' + b"[" * 100_000,
    "a number of 5000 digits": b'{"resourceType": "Bundle", "total": ' + b"9" * 5000 + b"}",
}
"""Bodies that pass a bound of ours when they are parsed."""

ODD: dict[str, bytes] = {
    "nothing": b"",
    "not a number": b'{"resourceType": "Bundle", "type": "searchset", "total": NaN}',
    "infinity": b'{"resourceType": "Bundle", "type": "searchset", "total": -Infinity}',
    "invalid UTF-8": b'{"resourceType": "Bundle", "type": "searchset", "x": "\xff\xfe\xc3"}',
    "UTF-16": '{"resourceType": "Bundle", "type": "searchset"}'.encode("utf-16"),
    "a list": b'[{"resourceType": "Bundle"}]',
    "a text": b'"Bundle"',
    "nothing of the right type": json.dumps(
        {"resourceType": 7, "type": [], "entry": "x", "link": {"url": 3}, "total": "many"}
    ).encode(),
    "entries of any shape": json.dumps(
        {
            "resourceType": "Bundle",
            "type": "searchset",
            "entry": [None, 3, [], {"resource": []}, {"search": 1, "resource": {"id": {}}}],
            "link": [None, {"relation": [], "url": {}}, {"relation": "next", "url": 7}],
        }
    ).encode(),
    "halves of surrogate pairs": b'{"resourceType": "Bundle", "type": "searchset", "entry": '
    b'[{"resource": {"resourceType": "Observation", "id": "\\ud800", "code": {"coding": '
    b'[{"system": "\\udfff", "code": "\\ud800"}]}, "status": "final", "subject": '
    b'{"reference": "Patient/\\ud800"}, "effectiveDateTime": "\\ud800"}}]}',
    "a very large number": b'{"resourceType": "Bundle", "type": "searchset", "total": 1e999}',
    "a long number": b'{"resourceType": "Bundle", "type": "searchset", "total": '
    + b"9" * 4000
    + b"}",
    "markup": b"<html><script>alert(1)</script><a href='javascript:alert(1)'>x</a></html>",
    "control characters": b'{"resourceType": "\\u001b[2J", "type": "\\u0000", "total": 0}',
}
"""Bodies that can be read, and are wrong in one way or another."""
