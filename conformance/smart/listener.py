"""
Serve a client's public keys on this machine, for a server that fetches them by address.

Each fetch is a request that came in, and is told to whoever keeps the evidence.
"""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from conformance.core.errors import UsageError

Note = Callable[[str, str], None]
"""Takes the method and the path of a request that came in."""


class KeyListener:
    """
    One address at which one key set is served, over plain http on loopback.

    Listening begins with the object, so that a port that is taken is said before anything else
    happens; requests are answered between `start` and `stop`.
    """

    def __init__(self, url: str, key_set: Mapping[str, Any]) -> None:
        parts = urlsplit(url)
        self._path = parts.path or "/"
        self._body = json.dumps(dict(key_set)).encode()
        self._note: Note = lambda method, path: None
        try:
            address = (parts.hostname or "127.0.0.1", parts.port or 80)
            self._server = ThreadingHTTPServer(address, self._handler())
        except OSError as error:
            raise UsageError(
                f"Nothing can listen at {url} to serve the client's keys ({error.strerror}).",
                "End what uses that port, or register another address for the keys.",
            ) from None
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="keys", daemon=True
        )

    def start(self, note: Note) -> None:
        """Begin to answer; every request that comes in is noted."""
        self._note = note
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            """Answers with the key set at its path, and with 404 elsewhere."""

            def do_GET(self) -> None:
                """Answer one request."""
                found = self.path == listener._path
                listener._note("GET", self.path)
                body = listener._body if found else b""
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Cache-Control", "max-age=60")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing: the evidence says it."""

        return Handler
