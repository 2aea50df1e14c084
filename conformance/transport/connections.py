"""
Connections under one deadline for all steps of a request.

httpx bounds each step by itself: a server that sends a byte of its headers now and then would hold
a run for days. Here what is left until the deadline bounds connecting, the handshake, every write
and every read.
"""

import ssl
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

import httpcore
import httpx

from conformance.transport.proxies import Proxies, proxy_pool

_deadline: ContextVar[float] = ContextVar("conformance-deadline")


@contextmanager
def within(seconds: float) -> Generator[None, None, None]:
    """Bound all that this thread does on connections by a deadline."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


class Connections(httpx.BaseTransport):
    """
    Pooled HTTP/1.1 connections, through the proxies that the environment names.

    Raises the exceptions of httpcore; those of httpx's own transports have the same names.
    """

    def __init__(self, trust: ssl.SSLContext, at_once: int) -> None:
        self._pooled: dict[str | None, httpcore.ConnectionPool] = {}
        self._settings: dict[str, Any] = {
            "ssl_context": trust,
            "max_connections": at_once,
            "max_keepalive_connections": at_once,
            "network_backend": _Timely(),
        }
        self._proxies = Proxies()
        for proxy in (None, *self._proxies.all):
            self._pooled[proxy] = self._pool(proxy)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its body is read under the same deadline."""
        url = request.url
        response = self._pooled[self._proxies.of(url.scheme, url.host)].handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pooled.values():
            pool.close()

    def _pool(self, proxy: str | None) -> httpcore.ConnectionPool:
        if proxy is None:
            return httpcore.ConnectionPool(**self._settings)
        return proxy_pool(proxy, self._settings)


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from cast("Iterable[bytes]", self._response.stream)

    def close(self) -> None:
        self._response.close()


class _Timely(httpcore.NetworkBackend):
    """The ordinary network, as long as there is time."""

    def __init__(self) -> None:
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect within what is left."""
        del timeout
        left = _left(httpcore.ConnectTimeout)
        stream = self._network.connect_tcp(host, port, left, local_address, socket_options)
        return _TimelyStream(stream)


class _TimelyStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        return self._stream.read(max_bytes, _left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._stream.write(buffer, _left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        del timeout
        left = _left(httpcore.ConnectTimeout)
        return _TimelyStream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(late: type[httpcore.TimeoutException]) -> float:
    """Return the seconds that are left; raise `late` when there are none."""
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise late("the deadline has passed")
    return left
