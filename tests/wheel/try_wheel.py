"""
Build the wheel, install it into a fresh environment and use it in an empty directory.

Run as a script (`python tests/wheel/try_wheel.py`) in an environment that has `build` and
`hatchling`; it needs the package index for the dependencies. Exits 0 when everything held.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = {"suites": "conformance/_bundled/suites", "fixtures": "conformance/_bundled/fixtures"}
IGNORED = {"__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"}


def expected_members() -> set[str]:
    """Return what the wheel must hold of the tree, as member names."""
    members = set()
    for path in (ROOT / "conformance").rglob("*"):
        if path.is_file() and not IGNORED & set(path.parts):
            members.add(path.relative_to(ROOT).as_posix())
    for folder, where in SHIPPED.items():
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and not IGNORED & set(path.parts):
                members.add(f"{where}/{path.relative_to(ROOT / folder).as_posix()}")
    return members


def main() -> None:
    """Do it all; raises on the first thing that does not hold."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(place), cwd=ROOT)
        wheel = next(place.glob("*.whl"))
        check_members(wheel)
        python = install(place / "env", wheel)
        empty = place / "empty"
        empty.mkdir()
        where = run(python, "-c", _WHERE, cwd=empty)
        assert "site-packages" in where, where
        bundled = run(str(Path(python).parent / "conformance"), "where", cwd=empty).strip()
        assert "_bundled" in bundled, bundled
        out = run(str(Path(python).parent / "conformance"), "demo", cwd=empty)
        assert "no certification" in out, out
        folder = next((empty / "reports").iterdir())
        results = json.loads((folder / "results.json").read_text())
        assert results["verdict"]["rule"] == 9, results["verdict"]
        judged = subprocess.run(
            [Path(python).parent / "conformance", "judge", folder], cwd=empty, check=False
        )
        assert judged.returncode == results["verdict"]["exit"], judged.returncode
        assert sorted(path.name for path in empty.iterdir()) == ["reports"]
        plugin_alone(Path(python).parent, bundled, place / "alone")
        print(f"wheel: {wheel.name}, {wheel.stat().st_size // 1024} KiB, demo and judge agree")


def plugin_alone(programs: Path, suites: str, folder: Path) -> None:
    """Run the installed suites by pytest and by the command: the same outcomes, and one verdict."""
    folder.mkdir()
    environment = {**_environment(), "TOKEN": "token-of-the-wheel-test"}
    words = [str(programs / "conformance"), "ehr", "serve", "--plain-http", "--token-env", "TOKEN"]
    with subprocess.Popen(
        words, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            url = next(found[0] for line in server.stdout if (found := _URL.search(line)))
            calls = {
                "alone": ["pytest", suites, "-q", "--target", url, "--target-bearer-env", "TOKEN"],
                "command": ["conformance", "run", url, "--bearer-env", "TOKEN"],
            }
            for name, (program, *rest) in calls.items():
                output = "--target-output" if program == "pytest" else "--output"
                ran = [str(programs / program), *rest, output, name]
                subprocess.run(ran, cwd=folder, env=environment, check=False)
        finally:
            server.terminate()
    alone, command = (_told(folder / name / "results.json") for name in calls)
    assert alone == command


def _told(path: Path) -> tuple[dict[str, str], str]:
    document = json.loads(path.read_text())
    outcomes = {check["id"]: check["outcome"] for check in document["checks"]}
    return outcomes, document["verdict"]["headline"]


def check_members(wheel: Path) -> None:
    """Compare the wheel with the tree."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = expected_members()
    assert held == wanted, f"missing {sorted(wanted - held)}, extra {sorted(held - wanted)}"


def install(folder: Path, wheel: Path) -> str:
    """Install the wheel into a fresh environment and return its Python."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    run(python, "-m", "pip", "install", "-q", str(wheel), cwd=folder)
    return python


def run(*command: str, cwd: Path) -> str:
    """Run a command to its end and return what it printed; raises when it failed."""
    done = subprocess.run(
        command, cwd=cwd, env=_environment(), text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}


_URL = re.compile(r"http://127\.0\.0\.1:\d+/\S*\w")
_WHERE = "import conformance; print(conformance.__file__)"

if __name__ == "__main__":
    main()
