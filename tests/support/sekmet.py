"""A FHIR server that no one here wrote, as a process of its own on loopback, with our cohort."""

import importlib.metadata
import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from conformance.ehr.certificate import Certificates
from conformance.ehr.cohort import cohort
from conformance.run.environment import sheltered_environment

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
GROUP = "everybody"
"""The Group that holds every patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sekmet:
    """A sekmet-fhir that is running; `ca_file` is what a client trusts it by."""

    url: str
    token: str = ""
    ca_file: Path | None = None


def installed_version() -> str | None:
    """Return the version of sekmet-fhir in this environment, None without it."""
    try:
        return importlib.metadata.version("sekmet-fhir")
    except importlib.metadata.PackageNotFoundError:
        return None


@contextmanager
def serving(
    folder: Path,
    *,
    token: str = "",
    certificates: Certificates | None = None,
    settings: Mapping[str, Any] | None = None,
    clients: Sequence[Mapping[str, Any]] = (),
) -> Iterator[Sekmet]:
    """
    Start `sekmet serve` in a folder, load the cohort of three patients, and stop it at the end.

    With `token` it wants that bearer token, or one that a backend service among `clients` is given;
    these find the Group of everybody. With `certificates` it speaks HTTPS. The simulator stays
    off: it would answer orders with new resources while they are looked at.
    """
    port = free_port()
    scheme = "https" if certificates else "http"
    server = Sekmet(
        url=f"{scheme}://{HOST}:{port}/fhir",
        token=token,
        ca_file=certificates.ca_file if certificates else None,
    )
    written: dict[str, Any] = {
        "base_url": server.url,
        "host": HOST,
        "port": port,
        "data_dir": str(folder / "data"),
        "validation": {"inbound": "warn"},
        "simulator": {"enabled": False},
        **(settings or {}),
    }
    if token:
        written["server_auth"] = {"types": ["bearer"], "tokens": [token]}
    if clients:
        written["server_auth"]["types"] += ["smart"]
        written["server_auth"]["smart_clients"] = [*clients]
    if certificates:
        written["tls_certfile"] = str(certificates.certificate_file)
        written["tls_keyfile"] = str(certificates.key_file)
    # JSON is YAML.
    (folder / "settings.yaml").write_text(json.dumps(written))
    log = folder / "sekmet.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", "from sekmet.cli import app; app()", "serve"],
            cwd=folder,
            env=sheltered_environment({"SEKMET_CONFIG": str(folder / "settings.yaml")}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        with _client(server) as client:
            _wait(client, process, log)
            _load(client, [*cohort(), *([_group()] if clients else [])])
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Return a port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _client(server: Sekmet) -> httpx.Client:
    trust = ssl.create_default_context(cafile=server.ca_file) if server.ca_file else True
    headers = {"Authorization": f"Bearer {server.token}"} if server.token else {}
    return httpx.Client(
        base_url=server.url, headers=headers, verify=trust, trust_env=False, timeout=60
    )


def _wait(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            if client.get("metadata").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"sekmet does not answer:\n{log.read_text(errors='replace')[-2000:]}")


def _group() -> dict[str, Any]:
    patients = [found["id"] for found in cohort() if found["resourceType"] == "Patient"]
    members = [{"entity": {"reference": f"Patient/{name}"}} for name in patients]
    return {
        "resourceType": "Group",
        "id": GROUP,
        "type": "person",
        "actual": True,
        "member": members,
    }


def _load(client: httpx.Client, resources: Sequence[Mapping[str, Any]]) -> None:
    entries = [
        {
            "resource": resource,
            "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"},
        }
        for resource in resources
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    answer = client.post(
        "", content=json.dumps(bundle), headers={"Content-Type": "application/fhir+json"}
    )
    answer.raise_for_status()
    stati = {entry["response"]["status"] for entry in answer.json()["entry"]}
    if stati != {"201 Created"}:
        raise RuntimeError(f"the cohort was not loaded as it is: {sorted(stati)}")
