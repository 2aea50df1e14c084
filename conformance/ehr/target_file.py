"""
Write the target file with which this server can be judged: clients, people and their secrets.

Secrets and keys are files of their own, mode 0600, which the target file only names.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from conformance.ehr.authorization.demo import Demo
from conformance.ehr.personas import SETUPS
from conformance.ehr.serve import Served
from conformance.ehr.setup import Protection

GROUP = "everybody"
"""The Group that holds every patient."""

_PEOPLE = (
    # persona, role, client's name, launch, user, patient
    ("patient-a", "patient", "symmetric", "standalone", "dora", "patient-1"),
    ("patient-b", "patient", "symmetric", "standalone", "emil", "patient-2"),
    ("public", "patient", "public", "standalone", "dora", "patient-1"),
    ("asymmetric", "patient", "asymmetric", "standalone", "dora", "patient-1"),
    ("brief", "patient", "brief", "standalone", "dora", "patient-1"),
    ("limited", "limited", "symmetric", "standalone", "dora", "patient-1"),
    ("practitioner", "practitioner", "symmetric", "ehr", "gustav", "patient-1"),
)
_SECOND = "system-es384"
"""The backend service once more, with its other key."""
_REFUSED = "patient/Observation.rs"
_KEYS = {Protection.BEARER: "bearer", Protection.API_KEY: "api-key"}
_SMART_1 = {
    "patient": "launch/patient openid fhirUser offline_access patient/*.read",
    "limited": "launch/patient openid fhirUser patient/Patient.read patient/Condition.read "
    "patient/Observation.read",
    "practitioner": "launch openid fhirUser offline_access user/*.read",
    "system": "system/*.read",
}
"""What is asked of a server of SMART 1, which knows no other scopes; elsewhere the usual ones."""


def write_target_file(folder: Path, served: Served) -> Path:
    """
    Write `conformance.toml` and the secrets that it names into a folder; return its path.

    A persona without an authorization server gets its token or API key only.
    """
    lines = ["[target]", f"url = {_text(served.url)}"]
    if served.ca_file is not None:
        lines.append(f"ca-file = {_text(str(served.ca_file))}")
    key = credential_key(served.persona)
    if key:
        lines += ["", "[persona.default]", f"{key} = {_secret(folder, 'token', served.token)}"]
    if served.registry is not None:
        scopes = _SMART_1 if SETUPS[served.persona].smart_edition == 1 else {}
        lines += _registry(folder, served.registry, served.url, scopes)
    path = folder / "conformance.toml"
    _private(path, "\n".join(lines) + "\n")
    return path


def credential_key(persona: str) -> str:
    """Return under which key a target file gives what opens a persona, "" where nothing does."""
    setup = SETUPS.get(persona)
    return _KEYS.get(setup.protection, "") if setup else ""


def _registry(folder: Path, registry: Demo, url: str, scopes: Mapping[str, str]) -> list[str]:
    users = {user.username: user for user in registry.setup.users}
    lines: list[str] = []
    clients = [(client.id.removeprefix("demo-"), client) for client in registry.setup.clients]
    clients += [(_SECOND, client) for kind, client in clients if kind == "system"]
    for name, client in clients:
        stem = client.id.removeprefix("demo-")
        kind = "symmetric" if stem == "brief" else stem
        lines += ["", f"[client.{name}]", f"id = {_text(client.id)}", f"kind = {_text(kind)}"]
        if client.secret:
            lines.append(f"secret = {_secret(folder, f'{stem}-secret', client.secret)}")
        if client.id in registry.private_keys:
            lines.append(f"key = {_secret(folder, f'{stem}.json', _keys(registry, client.id))}")
            lines.append(f"algorithm = {_text('RS384' if name == 'system' else 'ES384')}")
        if client.redirect_uris:
            lines.append(f"redirect-uri = {_text(client.redirect_uris[0])}")
        if client.launch_uris:
            lines.append(f"launch-uri = {_text(client.launch_uris[0])}")
    for persona, role, app, launch, person, patient in _PEOPLE:
        user = users[person]
        lines += [
            "",
            f"[persona.{persona}]",
            f"role = {_text(role)}",
            f"client = {_text(app)}",
            f"launch = {_text(launch)}",
            f"patient = {_text(patient)}",
        ]
        if role in scopes:
            lines.append(f"scopes = {_text(scopes[role])}")
        if role == "limited":
            refused = _REFUSED.replace(".rs", ".read") if scopes else _REFUSED
            lines.append(f"refuse = [{_text(refused)}]")
        lines += [
            f"[persona.{persona}.login]",
            f"username = {_secret(folder, f'{person}-name', user.username)}",
            f"password = {_secret(folder, f'{person}-password', user.password)}",
        ]
    for name in ("system", _SECOND):
        lines += ["", f"[persona.{name}]", 'role = "system"', f"client = {_text(name)}"]
        lines += ['launch = "backend"', f"group = {_text(GROUP)}"]
        if "system" in scopes:
            lines.append(f"scopes = {_text(scopes['system'])}")
    if registry.setup.operator_key:
        key = _secret(folder, "operator-key", registry.setup.operator_key)
        launcher = url.rsplit("/", 1)[0] + "/ehr/launch"
        lines += ["", "[endpoint]", f"launch = {{ url = {_text(launcher)}, key = {key} }}"]
    return lines


def _keys(registry: Demo, identifier: str) -> str:
    held: Mapping[str, object] = registry.private_keys[identifier]
    return json.dumps(held)


def _secret(folder: Path, name: str, value: str) -> str:
    _private(folder / name, value)
    return f"{{ file = {_text(str(folder / name))} }}"


def _private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _text(value: str) -> str:
    """Return a TOML string; JSON's escapes are TOML's as well."""
    return json.dumps(value)
