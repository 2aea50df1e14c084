"""Packages are found where FHIR tools keep them, and read within bounds."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.core.errors import PackageError
from conformance.ig import package
from conformance.ig.package import find_package, iter_resources, open_package

Archive = Callable[[str, dict[str, Any]], Path]

ABOUT = {"name": "a.b", "version": "1.0.0"}
CODES = {"resourceType": "CodeSystem", "url": "http://mini/codes"}


def test_the_folder_of_the_variable_is_searched(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive("a.b-1.0.0", {"package/package.json": ABOUT})
    monkeypatch.setenv("FHIR_PACKAGES", str(tmp_path))
    assert find_package("a.b", "1.0.0") == path
    assert find_package("a.b", "1.0.1") is None


def test_without_the_variable_the_cache_of_fhir_tools_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FHIR_PACKAGES", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    folder = tmp_path / ".fhir" / "packages" / "a.b#1.0.0" / "package"
    folder.mkdir(parents=True)
    assert find_package("a.b", "1.0.0") is None
    (folder / "package.json").write_text(json.dumps(ABOUT))
    assert find_package("a.b", "1.0.0") == folder


def test_an_archive_says_its_name_version_and_hash(archive: Archive) -> None:
    path = archive("x", {"package/package.json": ABOUT})
    found = open_package(path)
    assert (found.name, found.version) == ("a.b", "1.0.0")
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_folder_has_no_hash(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(json.dumps(ABOUT))
    assert open_package(tmp_path).sha256 is None


def test_archive_and_folder_yield_the_same_resources(archive: Archive, tmp_path: Path) -> None:
    files = {"CodeSystem-b.json": CODES, "CodeSystem-a.json": CODES | {"url": "http://mini/a"}}
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content))
    path = archive("x", {f"package/{name}": content for name, content in files.items()})
    found = [resource["url"] for resource in iter_resources(path)]
    assert found == ["http://mini/a", "http://mini/codes"]
    folder = [entry["url"] for entry in iter_resources(tmp_path, ("CodeSystem-",))]
    assert folder == found


def test_only_resources_right_below_package_are_read(archive: Archive, tmp_path: Path) -> None:
    path = archive(
        "x",
        {
            "package/CodeSystem-a.json": CODES,
            "package/ValueSet-a.json": {"resourceType": "ValueSet"},
            "package/CodeSystem-list.json": [1],
            "package/CodeSystem-plain.json": {"url": "no resource"},
            "package/example/CodeSystem-b.json": b"not read",
            "package/.index.json": {"resourceType": "CodeSystem"},
            "../CodeSystem-c.json": b"not read",
            "/package/CodeSystem-d.json": b"not read",
        },
    )
    before = sorted(tmp_path.rglob("*"))
    assert list(iter_resources(path, ("CodeSystem-",))) == [CODES]
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("damage", ["cut", "noise", "missing"])
def test_an_unreadable_archive_is_named(archive: Archive, damage: str) -> None:
    path = archive("x", {"package/package.json": ABOUT, "package/CodeSystem-a.json": CODES})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage == "cut" else b"\x00noise" * 99)
    if damage == "missing":
        path.unlink()
    with pytest.raises(PackageError, match=r"x\.tgz cannot be read"):
        list(iter_resources(path))


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (None, "no package.json"),
        ([], "no package.json"),
        ({"name": "a.b"}, "names no package and version"),
        (b"{", "is not JSON"),
    ],
)
def test_what_is_no_package_is_refused(archive: Archive, manifest: Any, said: str) -> None:
    files = {"package/CodeSystem-a.json": CODES}
    path = archive("x", files if manifest is None else {"package/package.json": manifest})
    with pytest.raises(PackageError, match=said):
        open_package(path)


@pytest.mark.parametrize("bound", ["MAX_MEMBERS", "MAX_MEMBER_BYTES", "MAX_TOTAL_BYTES"])
def test_a_package_beyond_a_bound_is_refused(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    path = archive("x", {f"package/CodeSystem-{n}.json": CODES for n in range(3)})
    monkeypatch.setattr(package, bound, 2)
    with pytest.raises(PackageError, match="larger than"):
        list(iter_resources(path))


@pytest.mark.parametrize("bound", ["MAX_MEMBER_BYTES", "MAX_TOTAL_BYTES"])
def test_a_folder_beyond_a_bound_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    (tmp_path / "CodeSystem-a.json").write_text(json.dumps(CODES))
    monkeypatch.setattr(package, bound, 2)
    with pytest.raises(PackageError, match="larger than"):
        list(iter_resources(tmp_path))
