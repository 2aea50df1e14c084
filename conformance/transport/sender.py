"""Send one HTTP request and bring back the answer or the reason why there is none."""

import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpcore
import httpx

from conformance import __version__
from conformance.core.errors import UsageError
from conformance.evidence.exchange import Failure
from conformance.transport.bounds import (
    BoundPassedError,
    Bounds,
    TooSlowError,
    pour_lines,
    read_body,
)
from conformance.transport.connections import Connections, within

USER_AGENT = f"ehr-conformance/{__version__} (conformance test client)"

_TIMEOUT = (TooSlowError, httpcore.TimeoutException, httpx.TimeoutException)
_CONNECT = (httpcore.ConnectError, httpx.ConnectError)
_REMOTE = (httpcore.RemoteProtocolError, httpx.RemoteProtocolError)
_OURS = (httpcore.LocalProtocolError, httpx.LocalProtocolError)
_BROKEN = (
    httpcore.NetworkError,
    httpcore.ProxyError,
    httpcore.ProtocolError,
    httpx.TransportError,
    OSError,
)
_CUT = ("Server disconnected", "peer closed connection")


def _keep_silent() -> None:
    """
    Let the libraries below log nothing that quotes a server.

    They log headers at debug level; whatever a host project sets its loggers to, a credential that
    a server echoes must not come out there.
    """
    for name in ("", ".connection", ".http11", ".proxy", ".socks"):
        logging.getLogger(f"httpcore{name}").addFilter(lambda record: False)
    logging.getLogger("httpx").addFilter(lambda record: False)


_keep_silent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one attempt brought: status, headers (lower-case names), decoded body, or why not."""

    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""
    failure: Failure | None = None


class HttpSender:
    """An HTTP client without cookies, redirects, retries or memory of its own."""

    def __init__(
        self,
        bounds: Bounds,
        *,
        ca_file: Path | None = None,
        at_once: int = 8,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._bounds = bounds
        self._transport = transport or Connections(trust(ca_file), at_once)

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        keep: Callable[[Iterator[bytes]], None] | None = None,
    ) -> Answer:
        """
        Send once. Never raises for what a server or the network does.

        With `keep` the body's lines are handed over as they arrive, and the answer holds none.
        """
        started = time.monotonic()
        patience = self._bounds.file_timeout if keep else self._bounds.timeout
        try:
            address = httpx.URL(url)
        except (httpx.InvalidURL, UnicodeError, ValueError):
            return _failed("bad-url", "the URL cannot be requested")
        try:
            whole = httpx.Headers(_OWN)
            whole.update(headers)
            request = httpx.Request(method, address, headers=whole, content=body)
        except UnicodeError:
            return _failed("unsafe-response", _UNSENDABLE)
        try:
            with within(patience):
                response = self._transport.handle_request(request)
                try:
                    if keep is None:
                        content = read_body(response, self._bounds, started)
                    else:
                        content = b""
                        keep(pour_lines(response, self._bounds, started))
                finally:
                    response.close()
        except BoundPassedError as error:
            return _failed("unsafe-response", str(error))
        except _TIMEOUT:
            return _failed("timeout", f"no whole answer within {patience:g} s")
        except (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol):
            return _failed("bad-url", "the URL cannot be requested")
        except _CONNECT as error:
            return _connect_failure(error)
        except _REMOTE as error:
            if str(error).startswith(_CUT):
                return _failed("reset", "the server closed the connection without an answer")
            return _failed("unsafe-response", "the answer is not well-formed HTTP")
        except _OURS:
            return _failed("unsafe-response", _UNSENDABLE)
        except _BROKEN:
            return _failed("reset", "the connection broke before the answer was whole")
        named = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in response.headers.raw
        )
        return Answer(status=response.status_code, headers=named, content=content)

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()


_UNSENDABLE = "a value of the server's cannot be sent back to it in a header"
_OWN = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"}


def trust(ca_file: Path | None) -> ssl.SSLContext:
    """Return the configured trust store: the given file, or what the environment trusts."""
    try:
        if ca_file is None:
            return httpx.create_ssl_context()
        return ssl.create_default_context(cafile=str(ca_file))
    except (OSError, ssl.SSLError):
        if ca_file is None:
            raise UsageError(
                "The trust store that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read.",
                "Unset the variable, or give a PEM file with --ca-file.",
            ) from None
        raise UsageError(
            f"The CA file {ca_file} holds no certificate that can be read.",
            "Give a PEM file with --ca-file.",
        ) from None


def _failed(kind: str, detail: str) -> Answer:
    return Answer(failure=Failure(kind=kind, detail=detail))


def _connect_failure(error: BaseException) -> Answer:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = cause.verify_message or "unknown reason"
            return _failed("certificate", f"the server's certificate is refused: {reason}")
        if isinstance(cause, ssl.SSLError):
            return _failed("tls", "the TLS handshake failed")
        cause = cause.__cause__ or cause.__context__
    return _failed("refused", "no connection could be made")
