"""An authorization server that no one here wrote, as a Node process on loopback."""

import json
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from conformance.ehr.cohort import cohort
from conformance.run.environment import sheltered_environment
from tests.support.sekmet import HOST, START_SECONDS, STOP_SECONDS, free_port
from tests.support.target_files import key_file, secret_file

ADJUDICATED = "9.13.3"
SCRIPTS = Path(__file__).resolve().parents[1] / "real_servers" / "oidc_provider"
INSTALL_SECONDS = 120.0
OLDEST_NODE = 20
SCOPES = "launch/patient openid fhirUser offline_access patient/*.rs"
PATIENTS = {"dora": "patient-1", "emil": "patient-2"}
ALGORITHMS = {"asymmetric": "ES384", "system": "RS384", "system-es384": "ES384"}
PEOPLE = (
    ("patient-a", "symmetric", "dora"),
    ("patient-b", "symmetric", "emil"),
    ("public", "public", "dora"),
    ("asymmetric", "asymmetric", "dora"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcProvider:
    """An oidc-provider that is running, and the target file that it is judged with."""

    url: str
    folder: Path
    target_file: Path


class NotInstalledError(Exception):
    """It cannot be had here; the text says why."""


def missing() -> str:
    """Return what is missing to run it, "" where nothing is."""
    lacking = " and ".join(name for name in ("node", "npm") if shutil.which(name) is None)
    if lacking:
        return lacking
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    major = told.stdout.strip().removeprefix("v").partition(".")[0]
    old = not major.isdecimal() or int(major) < OLDEST_NODE
    return f"Node {OLDEST_NODE} or later" if old else ""


@contextmanager
def serving(folder: Path) -> Iterator[OidcProvider]:
    """
    Install it into a folder, start it, write its target file beside it, and stop it.

    Raises `NotInstalledError` where npm cannot fetch it.
    """
    for script in SCRIPTS.iterdir():
        if script.suffix in (".js", ".json"):
            shutil.copy(script, folder)
    _install(folder)
    port, token = free_port(), secrets.token_urlsafe()
    issuer = f"http://{HOST}:{port}"
    keys = {name: key_file(folder, name, algorithm) for name, algorithm in ALGORITHMS.items()}
    settings = {
        "port": port,
        "token": token,
        "secret": (secret := secrets.token_urlsafe()),
        "jwks": {name: registered for name, (_, registered) in keys.items()},
        "patients": PATIENTS,
        "resources": [*cohort()],
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    server = OidcProvider(
        url=f"{issuer}/fhir",
        folder=folder,
        target_file=_target_file(
            folder,
            issuer,
            token=secret_file(folder, "token", token),
            proofs={
                "symmetric": f"secret = {secret_file(folder, 'secret', secret)}",
                "public": "",
                **{name: f"key = {reference}" for name, (reference, _) in keys.items()},
            },
        ),
    )
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["node", "server.js", "settings.json"],
            cwd=folder,
            env=sheltered_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(server.url, process, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _install(folder: Path) -> None:
    options = (
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--prefer-offline",
    )
    done = subprocess.run(
        ["npm", "install", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=INSTALL_SECONDS,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise NotInstalledError(f"npm cannot install it: {done.stderr.strip()[-400:]}")


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    with httpx.Client(trust_env=False) as client:
        while process.poll() is None and time.monotonic() < until:
            try:
                if client.get(f"{url}/metadata").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
    raise RuntimeError(f"oidc-provider does not answer:\n{log.read_text(errors='replace')[-2000:]}")


def _target_file(folder: Path, issuer: str, *, token: str, proofs: dict[str, str]) -> Path:
    lines = ["[target]", f'url = "{issuer}/fhir"', "[persona.default]", f"bearer = {token}"]
    for name, proof in proofs.items():
        word = name.partition("-")[0]
        lines += [f"[client.{name}]", f'id = "{name}"', f'kind = "{word}"', proof]
        if word != "system":
            lines.append(f'redirect-uri = "{issuer}/redirect"')
    # Any name and password are good: the forms are oidc-provider's own for development.
    password = secret_file(folder, "password", secrets.token_urlsafe())
    for persona, client, user in PEOPLE:
        lines += [f"[persona.{persona}]", 'role = "patient"', f'client = "{client}"']
        lines += [f'patient = "{PATIENTS[user]}"', f'scopes = "{SCOPES}"']
        username = secret_file(folder, user, user)
        lines.append(f"login = {{ username = {username}, password = {password} }}")
    for name in ("system", "system-es384"):
        lines += [f"[persona.{name}]", 'role = "system"', f'client = "{name}"']
    path = folder / "conformance.toml"
    path.write_text("\n".join(lines) + "\n")
    return path
