"""Whatever a user names as a package is opened, with what it stands on, or said to be none."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.core.errors import PackageError
from conformance.ig.base import BASE_ID, LOOSE
from conformance.ig.book import Book
from conformance.ig.book_file import encode_books
from conformance.ig.opening import open_books, open_registry

Archive = Callable[[str, dict[str, Any]], Path]
US_CORE = "hl7.fhir.us.core#6.1.0"


def _definition(url: str, *profiles: str, **more: Any) -> dict[str, Any]:
    types = [{"code": "Extension", "profile": list(profiles)}]
    elements = [{"path": "Patient"}, {"path": "Patient.extension", "type": types, **more}]
    return {
        "resourceType": "StructureDefinition",
        "url": url,
        "version": "1.0.0",
        "kind": "resource",
        "type": "Patient",
        "snapshot": {"element": elements},
    }


def _files(name: str, version: str, url: str, *profiles: str, **asks: str) -> dict[str, Any]:
    asked = {key.replace("_", "."): value for key, value in asks.items()}
    return {
        "package/package.json": {"name": name, "version": version, "dependencies": asked},
        "package/StructureDefinition-a.json": _definition(url, *profiles),
    }


@pytest.fixture
def shelf(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Return a function that packs a package into the folder of FHIR_PACKAGES."""
    monkeypatch.setenv("FHIR_PACKAGES", str(tmp_path))
    return archive


def _ids(*named: str | Path) -> list[str]:
    return [book.id for book in open_registry([str(name) for name in named]).books]


def _book(named: str | Path, *more: str | Path) -> Book:
    return open_books([str(named), *map(str, more)])[1][0]


def _open(book: Book) -> list[str]:
    return [entry.name for entry in book.not_checked]


def test_an_id_an_archive_and_a_folder_are_the_same_package(shelf: Archive, tmp_path: Path) -> None:
    path = shelf("a.b-1.0.0", _files("a.b", "1.0.0", "http://mini/a"))
    folder = tmp_path / "unpacked"
    shutil.unpack_archive(path, folder, "gztar")
    for named in ("a.b#1.0.0", "a.b", path, folder, folder / "package"):
        assert _ids(named) == ["a.b#1.0.0", BASE_ID]
    assert _book(path).sha256
    assert _book(folder).sha256 == ""


def test_the_cache_of_fhir_tools_is_used(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FHIR_PACKAGES", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    path = archive("x", _files("a.b", "1.0.0", "http://mini/a"))
    shutil.unpack_archive(path, tmp_path / ".fhir" / "packages" / "a.b#1.0.0", "gztar")
    assert _ids("a.b#1.0.0") == ["a.b#1.0.0", BASE_ID]


def test_dependencies_are_found_and_what_they_need_too(shelf: Archive) -> None:
    shelf("c.c-1.0.0", _files("c.c", "1.0.0", "http://mini/c"))
    shelf("b.b-1.0.0", _files("b.b", "1.0.0", "http://mini/b", "http://mini/c", c_c="1.0.x"))
    shelf("a.a-1.0.0", _files("a.a", "1.0.0", "http://mini/a", "http://mini/c", b_b="1.0.0"))
    assert set(_ids("a.a#1.0.0")) == {"a.a#1.0.0", "b.b#1.0.0", "c.c#1.0.0", BASE_ID}
    book = _book("a.a#1.0.0")
    assert [(entry.id, entry.version) for entry in book.dependencies] == [
        ("b.b", "1.0.0"),
        ("c.c", "1.0.0"),
    ]
    assert _open(book) == []


def test_packages_that_need_each_other_come_to_an_end(shelf: Archive) -> None:
    shelf("b.b-1.0.0", _files("b.b", "1.0.0", "http://mini/b", a_a="1.0.0"))
    shelf("a.a-1.0.0", _files("a.a", "1.0.0", "http://mini/a", b_b="1.0.0"))
    assert set(_ids("a.a#1.0.0")) == {"a.a#1.0.0", "b.b#1.0.0", BASE_ID}


def test_another_version_stands_in_and_is_named(shelf: Archive) -> None:
    for version in ("1.0.0", "2.0.0", "10.0.0"):
        shelf(f"b.b-{version}", _files("b.b", version, "http://mini/b"))
    asked = "http://mini/b|1.0.0"
    shelf("a.a-1.0.0", _files("a.a", "1.0.0", "http://mini/a", asked, b_b="1.5.0"))
    book = _book("a.a#1.0.0")
    (needed,) = book.dependencies
    assert (needed.asked, needed.version) == ("1.5.0", "2.0.0")
    assert needed.sha256
    found = open_registry(["a.a#1.0.0"]).definition(asked, book.id)
    assert found is not None
    assert found.package == "b.b#2.0.0"


def test_what_is_absent_is_named_with_what_it_leaves_open(shelf: Archive) -> None:
    shelf("a.a-1.0.0", _files("a.a", "1.0.0", "http://mini/a", "http://mini/b", b_b="1.0.0"))
    book = _book("a.a#1.0.0")
    assert [(entry.id, entry.version) for entry in book.dependencies] == [("b.b", "")]
    (missing,) = book.not_checked
    assert (missing.what, missing.name) == ("definition", "http://mini/b")
    assert missing.places == ("http://mini/a#Patient.extension",)


def test_a_dependency_may_be_named_after_what_needs_it(shelf: Archive, tmp_path: Path) -> None:
    upper = shelf("x", _files("a.a", "1.0.0", "http://mini/a", "http://mini/b", b_b="1.0.0"))
    lower = shelf("y", _files("b.b", "1.0.0", "http://mini/b"))
    assert _ids(upper, lower) == ["a.a#1.0.0", "b.b#1.0.0", BASE_ID]
    assert _open(_book(upper, lower)) == []


def test_a_guide_that_ships_can_be_built_upon(shelf: Archive) -> None:
    race = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"
    files = _files("a.a", "1.0.0", "http://mini/a", race, hl7_fhir_us_core="6.1.0")
    binding = {"strength": "required"}
    categories = "http://hl7.org/fhir/ValueSet/servicerequest-category"
    for url in (categories, "http://hl7.org/fhir/us/core/ValueSet/us-core-survey-codes"):
        bound = _definition(url + "-bound", binding=binding | {"valueSet": url})
        files[f"package/StructureDefinition-{len(files)}.json"] = bound
    shelf("a.a-1.0.0", files)
    book = _book("a.a#1.0.0")
    assert set(_ids("a.a#1.0.0")) == {"a.a#1.0.0", US_CORE, BASE_ID}
    assert race not in _open(book)
    assert book.value_sets[categories].codes is not None


def test_loose_files_stand_on_what_is_named_beside_them(tmp_path: Path) -> None:
    race = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "profile.json").write_text(json.dumps(_definition("http://own/p", race)))
    (folder / "readme.txt").write_text("{")
    alone = tmp_path / "other.json"
    alone.write_text(json.dumps(_definition("http://own/q", "http://own/p")))
    assert _ids(folder, alone, US_CORE) == [f"{LOOSE}#0", US_CORE, BASE_ID]
    book = _book(folder, alone, US_CORE)
    assert set(book.definitions) == {"http://own/p", "http://own/q"}
    assert _open(book) == []
    assert _open(_book(folder)) == [race]


def test_of_two_versions_the_first_named_decides(tmp_path: Path) -> None:
    patient = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"
    loose = tmp_path / "own.json"
    loose.write_text(json.dumps(_definition("http://own/q", patient)))
    old = "hl7.fhir.us.core#3.1.1"
    for named in ([old, US_CORE], [US_CORE, old]):
        registry = open_registry([str(loose), *named])
        for within in ("", f"{LOOSE}#0"):
            found = registry.definition(patient, within)
            assert found is not None
            assert found.package == named[0]


def test_a_built_rulebook_is_used_like_its_packages(shelf: Archive, tmp_path: Path) -> None:
    shelf("b.b-1.0.0", _files("b.b", "1.0.0", "http://mini/b"))
    shelf("a.a-1.0.0", _files("a.a", "1.0.0", "http://mini/a", "http://mini/b", b_b="1.0.0"))
    registry = open_registry(["a.a#1.0.0"])
    built = tmp_path / "built"
    built.write_bytes(encode_books(book for book in registry.books if book.id != BASE_ID))
    for path in tmp_path.glob("*.tgz"):
        path.unlink()
    again = open_registry([str(built)])
    assert [book.id for book in again.books] == ["a.a#1.0.0", "b.b#1.0.0", BASE_ID]
    assert again.definition("http://mini/b", "a.a#1.0.0") is not None


def test_a_package_for_another_fhir_version_is_refused(archive: Archive) -> None:
    files = _files("a.a", "1.0.0", "http://mini/a")
    files["package/package.json"]["fhirVersions"] = ["5.0.0"]
    with pytest.raises(PackageError, match=r"a\.a#1\.0\.0 is for FHIR 5\.0\.0"):
        open_registry([str(archive("x", files))])


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("hl7.fhir.us.core", "several versions"),
        ("hl7.fhir.us.core#9", "hl7.fhir.us.core#9 is not on this machine"),
        ("no.such", "no.such is no file, folder or package"),
        ("no.such#1", "The package no.such#1 is not on this machine"),
        ("missing/file.json", "is no file, folder or package"),
        ("{tmp}/notes.txt", "notes.txt in .* is not JSON|holds no StructureDefinition"),
        ("{tmp}/patient.json", "holds no StructureDefinition"),
        ("{tmp}/cut.tgz", "cannot be read"),
        ("{tmp}/cut", "is no rulebook"),
        ("{tmp}", "is not JSON"),
        ("", "An empty name is no package"),
    ],
)
def test_what_is_no_package_is_said(tmp_path: Path, named: str, said: str) -> None:
    (tmp_path / "notes.txt").write_text("{")
    (tmp_path / "patient.json").write_text('{"resourceType": "Patient"}')
    (tmp_path / "cut.json").write_text("{")
    for name in ("cut.tgz", "cut"):
        (tmp_path / name).write_bytes(b"\x1f\x8b\x08cut")
    with pytest.raises(PackageError, match=said):
        open_registry([named.replace("{tmp}", str(tmp_path))])
