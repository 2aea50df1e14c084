"""The house stands as designed: a room imports only from floors below its own, and no stranger."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "conformance"

FLOORS = {
    "core": 0,
    "target": 1,
    "catalogue": 1,
    "evidence": 1,
    "ig": 2,
    "transport": 2,
    "validation": 3,
    "fhir": 3,
    "smart": 3,
    "checks": 4,
    "verdict": 5,
    "report": 5,
    "ehr": 5,
    "plugin": 6,
    "run": 7,
    "cli": 8,
}
"""The floor of each room. `__init__` (the version) and `resources` stand on the ground for all."""

GROUND = {"conformance", "resources"}

LIBRARIES: dict[str, set[str]] = {
    "core": set(),
    "target": {"msgspec", "jsonschema"},
    "catalogue": set(),
    "evidence": {"msgspec"},
    "ig": {"msgspec"},
    "transport": {"httpx", "httpcore"},
    "validation": {"fhirpathpy"},
    "fhir": set(),
    "smart": {"joserfc", "cryptography"},
    "checks": {"hypothesis"},
    "verdict": set(),
    "report": {"jinja2", "jsonschema", "rich"},
    "ehr": {
        "starlette",
        "uvicorn",
        "jinja2",
        "joserfc",
        "cryptography",
        "fhir",
        "python_multipart",
    },
    "plugin": {"pytest"},
    "run": set(),
    "cli": {"typer", "rich", "click"},
}
"""What a room may use besides the standard library."""

NEVER = {"ehr": {"core"}}
"""Rooms that may use fewer rooms than their floor allows: no bug may hide in judge and judged."""

LONGEST = 300


def _modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "_bundled" not in path.parts)


def _room(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0] if len(relative.parts) > 1 else "ground"


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or ""


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_what_its_floor_allows(path: Path) -> None:
    """Rooms below, its own room, the standard library and its own libraries."""
    room = _room(path)
    for name in _imports(path):
        top, _, rest = name.partition(".")
        if top != "conformance":
            allowed = LIBRARIES.get(room, set())
            assert top in sys.stdlib_module_names or top in allowed, f"{path}: {name}"
            continue
        other = rest.partition(".")[0] or "conformance"
        if other in GROUND or other == room:
            continue
        assert other in FLOORS, f"{path}: no such room {name}"
        assert FLOORS[other] < FLOORS.get(room, -1), f"{path}: {name} is not below"
        assert other in NEVER.get(room, FLOORS), f"{path}: {room} may not use {other}"


def test_suites_use_the_vocabulary_only() -> None:
    """Suites import `conformance.checks`, pytest, hypothesis and the standard library."""
    for path in sorted((ROOT / "suites").rglob("*.py")):
        for name in _imports(path):
            top = name.partition(".")[0]
            allowed = name == "conformance.checks" or top in {"pytest", "hypothesis"}
            assert allowed or top in sys.stdlib_module_names, f"{path}: {name}"


def test_every_room_has_a_floor() -> None:
    """No folder of the package stands outside the house."""
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert rooms <= set(FLOORS)


def test_modules_are_short() -> None:
    """No module, suite or test is longer than the limit or has a name that says nothing."""
    others = [path for name in ("suites", "tests") for path in (ROOT / name).rglob("*.py")]
    files = [*_modules(), *sorted(others)]
    long = {str(p): n for p in files if (n := len(p.read_text().splitlines())) > LONGEST}
    empty = [str(p) for p in files if p.stem in {"utils", "helpers", "common", "manager", "misc"}]
    assert not long
    assert not empty
