"""A small terminology server on loopback: FHIR R4, code systems and value sets, and no patient."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TYPES = ("CodeSystem", "ConceptMap", "ValueSet")
STATEMENT = {
    "resourceType": "CapabilityStatement",
    "status": "active",
    "date": "2026-01-01",
    "kind": "instance",
    "implementation": {"description": "A terminology server"},
    "fhirVersion": "4.0.1",
    "format": ["json"],
    "rest": [
        {
            "mode": "server",
            "resource": [
                {"type": name, "interaction": [{"code": "read"}, {"code": "search-type"}]}
                for name in TYPES
            ],
        }
    ],
}
COLOURS = {
    "resourceType": "CodeSystem",
    "id": "colours",
    "url": "http://example.org/colours",
    "status": "active",
    "content": "complete",
    "concept": [{"code": "red"}, {"code": "blue"}],
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/fhir/metadata":
            self._answer(200, STATEMENT)
        elif path == "/fhir/CodeSystem/colours":
            self._answer(200, COLOURS)
        elif path.removeprefix("/fhir/") in TYPES:
            found = [COLOURS] if path.endswith("/CodeSystem") else []
            self._answer(200, _searchset(f"http://{self.headers['Host']}{path}?{query}", found))
        else:
            self._refuse()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._refuse()

    def do_DELETE(self) -> None:
        self._refuse()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _refuse(self) -> None:
        issue = {"severity": "error", "code": "not-found"}
        self._answer(404, {"resourceType": "OperationOutcome", "issue": [issue]})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _searchset(address: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    entries = [{"resource": resource, "search": {"mode": "match"}} for resource in found]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
    bundle["link"] = [{"relation": "self", "url": address}]
    return {**bundle, "entry": entries} if entries else bundle


@contextmanager
def serving() -> Iterator[str]:
    """Serve on a free port; yields the FHIR base URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/fhir"
        finally:
            server.shutdown()
            thread.join()
