"""Ask the reference EHR without a socket, and read the official profiles."""

import json
import os
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from conformance.ehr.personas import build_app

TOKEN = "canary-credential"
SERVER = "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the application answered; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def resources(self, mode: str = "match") -> list[dict[str, Any]]:
        """Return the resources of a searchset's entries of this mode."""
        entries = self.json.get("entry", [])
        return [entry["resource"] for entry in entries if entry["search"]["mode"] == mode]

    def ids(self) -> list[str]:
        return [resource["id"] for resource in self.resources()]

    def link(self, relation: str) -> str | None:
        links = {link["relation"]: link["url"] for link in self.json["link"]}
        return links.get(relation)


def send_to(
    app: ASGIApp,
    target: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Answer:
    """Send one request to an application by driving its coroutine: it must never really wait."""
    path, _, query = target.partition("?")
    pairs = {"host": "ehr.example", **(headers or {})}
    scope = {
        "type": "http",
        "scheme": "https",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in pairs.items()],
        "server": ("127.0.0.1", 443),
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def take(message: Any) -> None:
        sent.append(message)

    coroutine: Any = app(scope, receive, take)
    with pytest.raises(StopIteration):
        coroutine.send(None)
    start, end = sent
    received = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(status=start["status"], headers=received, body=end["body"])


Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def send() -> Ask:
    """Send a request to any application without a socket."""
    return send_to


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Ask the certified persona, with its token unless other headers say so."""
    app = build_app("certified", token=TOKEN)

    def asked(
        target: str,
        *,
        method: str = "GET",
        token: str | None = TOKEN,
        body: bytes = b"",
        **more: str,
    ) -> Answer:
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        if token is not None:
            headers.setdefault("authorization", f"Bearer {token}")
        return send_to(app, f"/fhir{target}", method, headers, body)

    return asked


@pytest.fixture(scope="session")
def clinic() -> Ask:
    """Ask the clinic persona, with its API key unless told otherwise."""
    app = build_app("clinic", token=TOKEN)

    def asked(target: str, *, method: str = "GET", key: str | None = TOKEN) -> Answer:
        return send_to(app, f"/fhir{target}", method, {"x-api-key": key} if key else {})

    return asked


def official(kind: str, package: str = "hl7.fhir.us.core", version: str = "6.1.0") -> Any:
    """Return the documents of one kind of an official package by canonical."""
    folder = Path(os.environ.get("FHIR_PACKAGES", Path.home() / ".fhir" / "packages"))
    archived = folder / f"{package}-{version}.tgz"
    unpacked = folder / f"{package}#{version}" / "package"
    texts: list[bytes] = []
    if archived.is_file():
        with tarfile.open(archived) as archive:
            for member in archive:
                file = archive.extractfile(member)
                if file and member.name.startswith(f"package/{kind}-"):
                    texts.append(file.read())
    elif unpacked.is_dir():
        texts += [path.read_bytes() for path in sorted(unpacked.glob(f"{kind}-*.json"))]
    else:
        pytest.skip(f"{package} {version} is not at hand: set FHIR_PACKAGES")
    documents = [json.loads(text) for text in texts]
    return {document["url"]: document for document in documents}


@pytest.fixture(scope="session")
def profiles() -> Mapping[str, dict[str, Any]]:
    """Return the profiles of US Core 6.1.0 by canonical."""
    found: Mapping[str, dict[str, Any]] = official("StructureDefinition")
    return found


@pytest.fixture(scope="session")
def former_profiles() -> Mapping[str, dict[str, Any]]:
    """Return the profiles of US Core 3.1.1, and FHIR's own ones, by canonical."""
    own = official("StructureDefinition", version="3.1.1")
    return {**official("StructureDefinition", "hl7.fhir.r4.core", "4.0.1"), **own}


@pytest.fixture(scope="session")
def us_core_server() -> dict[str, Any]:
    """Return what US Core 6.1.0 asks of a server."""
    statements = official("CapabilityStatement")
    found: dict[str, Any] = statements[SERVER]
    return found


@pytest.fixture(scope="session")
def former_server() -> dict[str, Any]:
    """Return what US Core 3.1.1 asks of a server."""
    statements = official("CapabilityStatement", version="3.1.1")
    found: dict[str, Any] = statements[SERVER]
    return found
