"""
Layers: what options, the environment and a file say about a target, in one shape.

Each is a document as the target file has it, so that one schema judges all of them, and each knows
the name by which a person finds one of its values again.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from conformance.target.model import DEFAULT_PERSONA, Origin

KeyPath: TypeAlias = tuple[str | int, ...]

PREFIX = "CONFORMANCE_"
_SETTINGS = ("kind", "access", "patients", "rate", "us-core", "ca-file", "threads")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of the command line that say something about a target; None where not given."""

    bearer_env: str | None = None
    api_key_env: str | None = None
    api_key_header: str | None = None
    ca_file: Path | None = None
    us_core: str | None = None
    rate: float | None = None
    threads: int | None = None
    patients: tuple[str, ...] = ()
    kind: str | None = None
    access: str | None = None
    persona: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One source of values. `folder` is where its relative paths start."""

    origin: Origin
    data: dict[str, Any]
    folder: Path
    where: Callable[[KeyPath], str]

    def target(self) -> dict[str, Any]:
        """Return what it says about the server."""
        settings: dict[str, Any] = self.data.get("target", {})
        return settings

    def personas(self) -> dict[str, Any]:
        """Return its personas by name."""
        people: dict[str, Any] = self.data.get("persona", {})
        return people

    def clients(self) -> dict[str, Any]:
        """Return its clients by name."""
        registered: dict[str, Any] = self.data.get("client", {})
        return registered

    def endpoints(self) -> dict[str, Any]:
        """Return the endpoints that it gives by hand."""
        given: dict[str, Any] = self.data.get("endpoint", {})
        return given


def from_environment(name: str) -> str | None:
    """Return the variable `CONFORMANCE_<name>`; an empty one counts as not set."""
    return os.environ.get(PREFIX + name) or None


def option_layer(url: str | None, options: Options, cwd: Path, persona: str | None) -> Layer:
    """Return what the command line says; credentials go to `persona`."""
    settings: dict[str, Any] = {
        "kind": options.kind,
        "access": options.access,
        "patients": list(options.patients) or None,
        "rate": options.rate,
        "us-core": options.us_core,
        "ca-file": None if options.ca_file is None else str(options.ca_file),
        "threads": options.threads,
    }
    names = {name: f"--{name}" for name in (*_SETTINGS, "bearer", "api-key", "header")}
    names["patients"] = "--patient"
    names |= {"bearer": "--bearer-env", "api-key": "--api-key-env", "header": "--api-key-header"}
    header = options.api_key_header
    if header is None and options.api_key_env is not None:
        header = from_environment("API_KEY_HEADER")
        names["header"] = PREFIX + "API_KEY_HEADER"
    return Layer(
        origin=Origin.OPTION,
        data=_document(
            {"url": url or None, **settings},
            {"bearer": options.bearer_env, "api-key": options.api_key_env, "header": header},
            persona,
        ),
        folder=cwd,
        where=_finder(names, "the command line"),
    )


def environment_layer(persona: str | None, cwd: Path) -> Layer:
    """Return what the variables `CONFORMANCE_*` say; credentials go to `persona`."""
    settings: dict[str, Any] = {
        name: from_environment(_variable(name)) for name in ("url", *_SETTINGS)
    }
    settings["rate"] = _number(settings["rate"], float)
    settings["threads"] = _number(settings["threads"], int)
    if settings["patients"] is not None:
        settings["patients"] = [part.strip() for part in settings["patients"].split(",")]
    key = from_environment("API_KEY_ENV")
    credential = {
        "bearer": from_environment("BEARER_ENV"),
        "api-key": key,
        # Without a key of this layer the header belongs to none: a leftover, not a mistake.
        "header": from_environment("API_KEY_HEADER") if key else None,
    }
    names = {name: PREFIX + _variable(name) for name in ("url", *_SETTINGS)}
    names |= {
        "bearer": PREFIX + "BEARER_ENV",
        "api-key": PREFIX + "API_KEY_ENV",
        "header": PREFIX + "API_KEY_HEADER",
    }
    return Layer(
        origin=Origin.ENVIRONMENT,
        data=_document(settings, credential, persona),
        folder=cwd,
        where=_finder(names, "the environment"),
    )


def _document(
    settings: dict[str, Any], credential: dict[str, str | None], persona: str | None
) -> dict[str, Any]:
    body: dict[str, Any] = {
        name: value if name == "header" else {"env": value}
        for name, value in credential.items()
        if value is not None
    }
    return {
        "target": {name: value for name, value in settings.items() if value is not None},
        "persona": {persona or DEFAULT_PERSONA: body} if body else {},
    }


def _finder(names: Mapping[str, str], otherwise: str) -> Callable[[KeyPath], str]:
    def where(path: KeyPath) -> str:
        key = path[2:3] if path[:1] == ("persona",) else path[1:2]
        return names.get(str(key[0]), otherwise) if key else otherwise

    return where


def _variable(name: str) -> str:
    return name.upper().replace("-", "_")


def _number(text: str | None, kind: Callable[[str], float]) -> Any:
    try:
        return text if text is None else kind(text)
    except ValueError:
        return text  # the schema says what is wrong with it
