"""Runs against servers that no one here wrote, each in processes of its own as a user has them."""

import json
import secrets
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conformance.ehr.certificate import make_certificates
from conformance.resources import suites_root
from conformance.run.environment import sheltered_environment
from tests.support import oidc_provider, sekmet, terminology_server
from tests.support.sekmet import Sekmet
from tests.support.target_files import key_file, secret_file

HERE = Path(__file__).parent
ADJUDICATED = "0.1.1"
VARIABLE = "REAL_SERVER_TOKEN"
COMMAND = (sys.executable, "-W", "error", "-c", "from conformance.cli.main import main; main()")
PLUGIN = (sys.executable, "-m", "pytest", "-q")
PEOPLE = ("patient_access", "security")
SYSTEMS = ("patient_access/test_discovery.py", "security/test_assertions.py", "portability")
LOUD = ("FAIL", "WARN", "ERROR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """A finished run: how its process ended, what it printed, and its results."""

    name: str
    code: int
    printed: str
    complaints: str
    results: dict[str, Any]

    def findings(self) -> dict[tuple[str, str, str], dict[str, int]]:
        """Return by check function, code and level how many findings each row has, "-" for none."""
        counted: dict[tuple[str, str, str], Counter[str]] = {}
        for check in self.results["checks"]:
            if check["outcome"] not in LOUD:
                continue
            row = check["id"].partition("[")[2].removesuffix("]") or "-"
            for finding in check["findings"] or [{"code": check["code"], "level": "none"}]:
                key = (check["function"], finding["code"], finding["level"])
                counted.setdefault(key, Counter())[row] += 1
        return {key: dict(rows) for key, rows in counted.items()}

    def silences(self) -> dict[tuple[str, str], int]:
        """Return by check function and code how many rows were skipped or do not apply."""
        return dict(
            Counter(
                (check["function"], check["code"])
                for check in self.results["checks"]
                if check["outcome"] in ("SKIP", "N/A")
            )
        )


Probe = Callable[[str, Sequence[str], Path], Probed]


@pytest.fixture(scope="session")
def probe() -> Probe:
    """Return a function that runs a command in a child process; it writes its run to `run/`."""

    def start(name: str, command: Sequence[str], folder: Path, **secret: str) -> Probed:
        ended = subprocess.run(
            command,
            cwd=folder,
            env=sheltered_environment(secret),
            capture_output=True,
            text=True,
            timeout=300,
        )
        results = folder / "run" / "results.json"
        assert results.is_file(), ended.stdout[-2000:] + ended.stderr[-2000:]
        return Probed(
            name=name,
            code=ended.returncode,
            printed=ended.stdout,
            complaints=ended.stderr,
            results=json.loads(results.read_text()),
        )

    return start


@pytest.fixture(scope="session")
def adjudication() -> dict[str, Any]:
    """What sekmet-fhir was found to do, judged by hand."""
    return tomllib.loads((HERE / "sekmet_fhir.toml").read_text())


@pytest.fixture(scope="session")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sekmet]:
    """A sekmet-fhir as it comes: over plain http, and open to anybody."""
    _want_sekmet()
    with sekmet.serving(tmp_path_factory.mktemp("sekmet")) as server:
        yield server


@pytest.fixture(scope="session")
def undeclared(
    probe: Probe, open_server: Sekmet, tmp_path_factory: pytest.TempPathFactory
) -> Probed:
    """The command line's run against the open server."""
    command = [*COMMAND, "run", open_server.url, "--output", "run"]
    return probe("undeclared", command, tmp_path_factory.mktemp("undeclared"))


@pytest.fixture(scope="session")
def declared(probe: Probe, open_server: Sekmet, tmp_path_factory: pytest.TempPathFactory) -> Probed:
    """The command line's run against the open server, which is said to be a sandbox."""
    command = [*COMMAND, "run", open_server.url, "--output", "run", "--access", "open-sandbox"]
    return probe("declared", command, tmp_path_factory.mktemp("declared"))


@pytest.fixture(scope="session")
def protected(probe: Any, tmp_path_factory: pytest.TempPathFactory) -> Probed:
    """The plugin's run against a server that wants a token, over TLS, with absolute references."""
    _want_sekmet()
    folder, token = tmp_path_factory.mktemp("protected"), secrets.token_urlsafe()
    settings = {"server_behaviour": {"absolute_references": True}}
    certificates = make_certificates(tmp_path_factory.mktemp("certificates"))
    with sekmet.serving(
        tmp_path_factory.mktemp("sekmet"),
        token=token,
        certificates=certificates,
        settings=settings,
    ) as server:
        options = ("--target-bearer-env", VARIABLE, "--target-ca-file", str(server.ca_file))
        command = [*PLUGIN, str(suites_root()), "--target", server.url, "--target-output", "run"]
        probed: Probed = probe("protected", [*command, *options], folder, **{VARIABLE: token})
    return probed


@pytest.fixture(scope="session")
def openid(probe: Probe, tmp_path_factory: pytest.TempPathFactory) -> Probed:
    """The plugin's run against oidc-provider: signing in, and what must not be had without."""
    name = f"oidc-provider {oidc_provider.ADJUDICATED}"
    if lacking := oidc_provider.missing():
        pytest.skip(f"{name} needs {lacking}")
    try:
        with oidc_provider.serving(tmp_path_factory.mktemp("oidc_provider")) as server:
            return probe("openid", _part(PEOPLE, server.url, server.target_file), server.folder)
    except oidc_provider.NotInstalledError as problem:
        pytest.skip(f"{name}: {problem}")


@pytest.fixture(scope="session")
def backend(probe: Probe, tmp_path_factory: pytest.TempPathFactory) -> Probed:
    """The plugin's run against a sekmet-fhir as two systems that export, by RS384 and by ES384."""
    _want_sekmet()
    folder, token = tmp_path_factory.mktemp("backend"), secrets.token_urlsafe()
    keys = {name: key_file(folder, name, name) for name in ("RS384", "ES384")}
    clients = [
        {"client_id": name, "jwks": registered, "scopes": "system/*.rs"}
        for name, (_, registered) in keys.items()
    ]
    lines = ["[persona.default]", f"bearer = {secret_file(folder, 'token', token)}"]
    for name, (reference, _) in keys.items():
        lines += [f"[client.{name}]", f'id = "{name}"', 'kind = "system"', f"key = {reference}"]
        lines += [f"[persona.{name}]", 'role = "system"', f'client = "{name}"']
        lines.append(f'group = "{sekmet.GROUP}"')
    store = tmp_path_factory.mktemp("sekmet")
    with sekmet.serving(store, token=token, clients=clients) as server:
        target_file = folder / "conformance.toml"
        target_file.write_text("\n".join(["[target]", f'url = "{server.url}"', *lines]) + "\n")
        return probe("backend", _part(SYSTEMS, server.url, target_file), folder)


@pytest.fixture(scope="session")
def terminology(probe: Probe, tmp_path_factory: pytest.TempPathFactory) -> Probed:
    """The command line's run against a server that holds code systems and no patient."""
    with terminology_server.serving() as url:
        command = [*COMMAND, "run", url, "--output", "run"]
        return probe("terminology", command, tmp_path_factory.mktemp("terminology"))


@pytest.fixture(scope="session", params=["undeclared", "declared", "protected"])
def probed(request: pytest.FixtureRequest) -> Probed:
    """Each of the three runs."""
    run: Probed = request.getfixturevalue(request.param)
    return run


@pytest.fixture(scope="session", params=["openid", "backend"])
def signed_in(request: pytest.FixtureRequest) -> tuple[Probed, dict[str, Any]]:
    """Each run against an authorization server, and what the server was found to do."""
    judged = {"openid": "oidc_provider.toml", "backend": "sekmet_backend.toml"}[request.param]
    return request.getfixturevalue(request.param), tomllib.loads((HERE / judged).read_text())


def _part(suites: Sequence[str], url: str, target_file: Path) -> list[str]:
    """Return the command of a run of some suites, with a target file."""
    folders = [str(suites_root() / name) for name in suites]
    options = ["--target-config", str(target_file), "--target-output", "run"]
    return [*PLUGIN, *folders, "--target", url, *options]


def _want_sekmet() -> None:
    found = sekmet.installed_version()
    if found != ADJUDICATED:
        pytest.skip(f"sekmet-fhir {ADJUDICATED} was adjudicated; here is {found or 'none'}")
