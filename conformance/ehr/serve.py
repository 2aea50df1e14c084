"""The server on a real loopback socket: for tests, the demo and the command line."""

import json
import os
import secrets
import signal
import socket
import ssl
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from conformance.core.errors import UsageError
from conformance.ehr.authorization.demo import Demo, demo
from conformance.ehr.certificate import CertificateKind, Certificates, make_certificates
from conformance.ehr.personas import SETUPS, LoggedRequest, build_app
from conformance.ehr.server import BASE_PATH, Server

HOST = "127.0.0.1"
START_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """
    A server that is running.

    `url` is its FHIR base. `ca_file` is what a client trusts it by, None over plain http.
    `registry` holds what applications and people need: clients with their secrets and private keys,
    users with their passwords, the operator's key; None for a persona without an authorization
    server. `launcher` is the page that starts an EHR launch. `log` holds the requests seen so far,
    credentials included, when it was asked to be kept. What is secret is not shown by `repr`.
    """

    persona: str
    url: str
    port: int
    token: str = field(repr=False)
    ca_file: Path | None
    registry: Demo | None = field(default=None, repr=False)
    launcher: str = ""
    log: list[LoggedRequest] = field(default_factory=list, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """
    How a server speaks TLS.

    Below version 1.2 the ciphers of that time are let in too: such a server is for proofs only.
    """

    certificate: CertificateKind = CertificateKind.SOUND
    minimum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    maximum: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED


SOUND_TLS = Tls()


@contextmanager
def serving(
    persona: str = "certified",
    *,
    port: int = 0,
    token: str | None = None,
    tls: Tls | None = SOUND_TLS,
    folder: Path | None = None,
    patients: int = 3,
    server_class: type[Server] | None = None,
    registry: Demo | None = None,
    app: ASGIApp | None = None,
    keep_log: bool = False,
    log_file: Path | None = None,
) -> Iterator[Served]:
    """
    Run a persona on a loopback port, in a thread, for as long as the context lasts.

    `port` 0 takes a free one. `token` defaults to one made up now, `registry` to that of the demo
    with new secrets, where the persona has an authorization server. `tls` None is plain http.
    `folder` is where certificates are written, by default a temporary one. `app` serves another
    application in the persona's place. `keep_log` keeps the requests in memory, `log_file` writes
    them to a file of mode 0600, one JSON document a line. UsageError for an unknown persona or a
    port that cannot be had.
    """
    with ExitStack() as stack:
        where = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        certificates = make_certificates(where, tls.certificate) if tls else None
        listener = stack.enter_context(_bound(port))
        port = listener.getsockname()[1]
        origin = f"{'https' if tls else 'http'}://{HOST}:{port}"
        authorizes = persona in SETUPS and SETUPS[persona].smart
        known = (registry or demo()) if authorizes else None
        served = Served(
            persona=persona,
            url=f"{origin}{BASE_PATH}",
            port=port,
            token=token or secrets.token_urlsafe(24),
            ca_file=certificates.ca_file if certificates else None,
            registry=known,
            launcher=f"{origin}/ehr/launcher" if known else "",
        )
        logs: list[Callable[[LoggedRequest], None]] = [served.log.append] if keep_log else []
        if log_file:
            logs.append(stack.enter_context(_logging_to(log_file)))
        built = app or build_app(
            persona,
            token=served.token,
            server_class=server_class,
            patients=patients,
            authorization=known.setup if known else None,
            log=_to_all(logs) if logs else None,
        )
        stack.enter_context(_running(_configured(built, tls, certificates), listener))
        yield served


def serve_forever(
    persona: str = "certified",
    port: int = 0,
    *,
    ready: Callable[[Served], None],
    token: str | None = None,
    tls: Tls | None = SOUND_TLS,
    folder: Path | None = None,
    patients: int = 3,
    registry: Demo | None = None,
    log_file: Path | None = None,
) -> None:
    """
    Run a persona until SIGINT or SIGTERM, then return; for the main thread only.

    `ready` is called once, when the server answers. The other arguments are those of `serving`.
    """
    stop = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stop.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        with serving(
            persona,
            port=port,
            token=token,
            tls=tls,
            folder=folder,
            patients=patients,
            registry=registry,
            log_file=log_file,
        ) as served:
            ready(served)
            stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _to_all(logs: list[Callable[[LoggedRequest], None]]) -> Callable[[LoggedRequest], None]:
    def log_to_all(seen: LoggedRequest) -> None:
        for log in logs:
            log(seen)

    return log_to_all


def _bound(port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off only where the protocol is named; else 40 ms a request
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(
            f"Port {port} of {HOST} cannot be had.", "Choose another, or 0 for a free one."
        ) from error
    return listener


def _configured(app: ASGIApp, tls: Tls | None, certificates: Certificates | None) -> uvicorn.Config:
    # one loop and one HTTP parser on every machine, and no header that depends on the clock
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
        ssl_certfile=certificates.certificate_file if certificates else None,
        ssl_keyfile=str(certificates.key_file) if certificates else None,
    )
    config.load()
    if tls and config.ssl:
        with warnings.catch_warnings():
            # old versions are deprecated, and asked for on purpose
            warnings.simplefilter("ignore", DeprecationWarning)
            config.ssl.minimum_version = tls.minimum
            config.ssl.maximum_version = tls.maximum
        if 0 < tls.minimum < ssl.TLSVersion.TLSv1_2:
            config.ssl.set_ciphers("ALL:@SECLEVEL=0")
    return config


@contextmanager
def _running(config: uvicorn.Config, listener: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, name="reference-ehr", daemon=True
    )
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the server did not start")
        time.sleep(0.002)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)


@contextmanager
def _logging_to(path: Path) -> Iterator[Callable[[LoggedRequest], None]]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:

        def write(seen: LoggedRequest) -> None:
            file.write(json.dumps(asdict(seen)) + "\n")
            file.flush()

        yield write
