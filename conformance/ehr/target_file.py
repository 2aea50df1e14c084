"""
Write the target file with which this server can be judged: clients, people and their secrets.

Secrets and keys are files of their own, mode 0600, which the target file only names.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from conformance.ehr.authorization.demo import Demo
from conformance.ehr.serve import Served

GROUP = "everybody"
"""The Group that holds every patient."""

_PEOPLE = (
    # persona, role, client, launch, user, patient
    ("patient-a", "patient", "symmetric", "standalone", "dora", "patient-1"),
    ("patient-b", "patient", "symmetric", "standalone", "emil", "patient-2"),
    ("public", "patient", "public", "standalone", "dora", "patient-1"),
    ("asymmetric", "patient", "asymmetric", "standalone", "dora", "patient-1"),
    ("limited", "limited", "symmetric", "standalone", "dora", "patient-1"),
    ("practitioner", "practitioner", "symmetric", "ehr", "gustav", "patient-1"),
)
_REFUSED = "patient/Observation.rs"


def write_target_file(folder: Path, served: Served) -> Path:
    """
    Write `conformance.toml` and the secrets that it names into a folder; return its path.

    A persona without an authorization server gets its token or API key only.
    """
    lines = ["[target]", f"url = {_text(served.url)}"]
    if served.ca_file is not None:
        lines.append(f"ca-file = {_text(str(served.ca_file))}")
    if served.persona != "closed":
        key = "api-key" if served.persona == "clinic" else "bearer"
        lines += ["", "[persona.default]", f"{key} = {_secret(folder, 'token', served.token)}"]
    if served.registry is not None:
        lines += _registry(folder, served.registry, served.url)
    path = folder / "conformance.toml"
    _private(path, "\n".join(lines) + "\n")
    return path


def _registry(folder: Path, registry: Demo, url: str) -> list[str]:
    users = {user.username: user for user in registry.setup.users}
    lines: list[str] = []
    for client in registry.setup.clients:
        kind = client.id.removeprefix("demo-")
        lines += ["", f"[client.{kind}]", f"id = {_text(client.id)}", f"kind = {_text(kind)}"]
        if client.secret:
            lines.append(f"secret = {_secret(folder, f'{kind}-secret', client.secret)}")
        if client.id in registry.private_keys:
            lines.append(f"key = {_secret(folder, f'{kind}.json', _keys(registry, client.id))}")
            lines.append(f"algorithm = {_text('RS384' if kind == 'system' else 'ES384')}")
        if client.redirect_uris:
            lines.append(f"redirect-uri = {_text(client.redirect_uris[0])}")
        if client.launch_uris:
            lines.append(f"launch-uri = {_text(client.launch_uris[0])}")
    for persona, role, kind, launch, name, patient in _PEOPLE:
        user = users[name]
        lines += [
            "",
            f"[persona.{persona}]",
            f"role = {_text(role)}",
            f"client = {_text(kind)}",
            f"launch = {_text(launch)}",
            f"patient = {_text(patient)}",
        ]
        if role == "limited":
            lines.append(f"refuse = [{_text(_REFUSED)}]")
        lines += [
            f"[persona.{persona}.login]",
            f"username = {_secret(folder, f'{name}-name', user.username)}",
            f"password = {_secret(folder, f'{name}-password', user.password)}",
        ]
    lines += ["", "[persona.system]", 'role = "system"', 'client = "system"']
    lines += ['launch = "backend"', f"group = {_text(GROUP)}"]
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
