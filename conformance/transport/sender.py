"""Send one HTTP request and bring back the answer or the reason why there is none."""

import logging
import ssl
import time
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx

from conformance import __version__
from conformance.core.errors import UsageError
from conformance.evidence.exchange import Failure
from conformance.transport.bounds import BoundPassedError, Bounds, TooSlowError, read_body

USER_AGENT = f"ehr-conformance/{__version__} (conformance test client)"

# httpx and httpcore log headers at debug level; a host project's log settings must not reveal a
# credential, so they keep silent whatever the root logger is set to.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one attempt brought: status, headers (lower-case names), decoded body, or why not."""

    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""
    failure: Failure | None = None


class HttpSender:
    """A pooled HTTP client without cookies, redirects, retries or memory of its own."""

    def __init__(
        self,
        bounds: Bounds,
        *,
        ca_file: Path | None = None,
        at_once: int = 8,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._bounds = bounds
        self._client = httpx.Client(
            verify=trust(ca_file) if transport is None else False,
            transport=transport,
            follow_redirects=False,
            # A server's cookie is a credential; sent back it would make answers depend on order.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(bounds.timeout),
            limits=httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once),
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"},
        )

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Answer:
        """Send once. Never raises for what a server or the network does."""
        started = time.monotonic()
        try:
            request = self._client.build_request(method, url, headers=headers, content=body)
            response = self._client.send(request, stream=True)
            try:
                content = read_body(response, self._bounds, started)
            finally:
                response.close()
        except BoundPassedError as error:
            return _failed("unsafe-response", str(error))
        except (TooSlowError, httpx.TimeoutException):
            return _failed("timeout", f"no whole answer within {self._bounds.timeout:g} s")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
            return _failed("bad-url", "the URL cannot be requested")
        except httpx.ConnectError as error:
            return _connect_failure(error)
        except httpx.RemoteProtocolError as error:
            if "disconnected" in str(error) or "closed" in str(error):
                return _failed("reset", "the server closed the connection without an answer")
            return _failed("unsafe-response", "the answer is not well-formed HTTP")
        except httpx.TransportError:
            return _failed("reset", "the connection broke before the answer was whole")
        named = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in response.headers.raw
        )
        return Answer(status=response.status_code, headers=named, content=content)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()


def trust(ca_file: Path | None) -> ssl.SSLContext:
    """Return the configured trust store: the given file, or what the environment trusts."""
    if ca_file is None:
        return httpx.create_ssl_context()
    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except (OSError, ssl.SSLError):
        raise UsageError(
            f"The CA file {ca_file} holds no certificate that can be read.",
            "Give a PEM file with --ca-file.",
        ) from None


def _failed(kind: str, detail: str) -> Answer:
    return Answer(failure=Failure(kind=kind, detail=detail))


def _connect_failure(error: httpx.ConnectError) -> Answer:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = cause.verify_message or "unknown reason"
            return _failed("certificate", f"the server's certificate is refused: {reason}")
        if isinstance(cause, ssl.SSLError):
            return _failed("tls", "the TLS handshake failed")
        cause = cause.__cause__ or cause.__context__
    return _failed("refused", "no connection could be made")
