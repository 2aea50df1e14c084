"""A book holds the value sets that its definitions require, or why they cannot be told."""

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.core.errors import PackageError
from conformance.ig.book import Book
from conformance.ig.books import compile_book
from conformance.ig.contents import Contents, read_contents
from conformance.ig.package import Package

URL = "http://mini/StructureDefinition/a"
PACKAGE = Package(path=Path("mini"), name="mini", version="1.0.0", sha256=None)


def _contents(*resources: dict[str, Any]) -> Contents:
    files = [(f"{n}.json", json.dumps(entry).encode()) for n, entry in enumerate(resources)]
    return read_contents(files, "mini")


def _definition(*bindings: dict[str, Any]) -> dict[str, Any]:
    elements = [
        {"id": f"Patient.e{n}", "path": f"Patient.e{n}", "binding": binding}
        for n, binding in enumerate(bindings)
    ]
    return {
        "resourceType": "StructureDefinition",
        "url": URL,
        "kind": "resource",
        "type": "Patient",
        "snapshot": {"element": [{"path": "Patient"}, *elements]},
    }


def _bound(value_set: str, strength: str = "required", **more: Any) -> dict[str, Any]:
    return {"strength": strength, "valueSet": value_set, **more}


def _set(url: str, *codes: str, **more: Any) -> dict[str, Any]:
    concepts = [{"code": code, "display": "text for people"} for code in codes]
    include = [{"system": "s", "concept": concepts}]
    return {"resourceType": "ValueSet", "url": url, "compose": {"include": include}, **more}


def test_only_what_is_required_is_kept() -> None:
    most = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"
    widest = {"extension": [{"url": most, "valueCanonical": "w"}]}
    contents = _contents(
        _definition(_bound("v"), _bound("u", "extensible"), _bound("u", "preferred", **widest)),
        _set("v", "a"),
        _set("u", "b"),
        _set("w", "c"),
    )
    book = compile_book(PACKAGE, contents)
    assert {url: entry.codes for url, entry in book.value_sets.items()} == {
        "v": {"s": ("a",)},
        "w": {"s": ("c",)},
    }
    assert book.not_checked == ()


def test_what_cannot_be_told_is_listed_with_reason_and_places() -> None:
    book = compile_book(PACKAGE, _contents(_definition(_bound("http://vsac/v"), _bound("v|2"))))
    assert [(entry.what, entry.name) for entry in book.not_checked] == [
        ("value-set", "http://vsac/v"),
        ("value-set", "v|2"),
    ]
    assert book.not_checked[0].places == (f"{URL}#Patient.e0",)
    kept = book.value_sets["http://vsac/v"]
    assert kept.codes is None
    assert kept.reason == book.not_checked[0].reason
    assert "http://vsac/v is in none of the packages at hand." in kept.reason


def test_own_sets_come_before_those_beneath_and_stand_ins_fit_any_version() -> None:
    beneath = _contents(
        _set("v", "wrong"), _set("w", "b", version="7"), _set("x", "c", version="7")
    )
    lenient = _contents(_set("x", "c", version="7")).for_any_version()
    own = _contents(_definition(_bound("v"), _bound("w|3"), _bound("x|3")), _set("v", "a"))
    book = compile_book(PACKAGE, own, (lenient, beneath))
    assert book.value_sets["v"].codes == {"s": ("a",)}
    assert book.value_sets["w|3"].codes is None
    assert book.value_sets["x|3"].codes == {"s": ("c",)}


def test_the_version_of_the_package_names_its_sets_too() -> None:
    own = _contents(_definition(_bound("v|1.0.0")), _set("v", "a", version="2018"))
    assert compile_book(PACKAGE, own).value_sets["v|1.0.0"].codes == {"s": ("a",)}


def test_what_the_base_requires_is_not_repeated() -> None:
    contents = _contents(_definition(_bound("v|1")), _set("v", "a", version="1"))
    base = compile_book(PACKAGE, contents)
    assert compile_book(PACKAGE, contents, base=base).value_sets == {}


def test_definitions_without_a_snapshot_are_named() -> None:
    bare = {"resourceType": "StructureDefinition", "url": "http://mini/bare", "kind": "resource"}
    book: Book = compile_book(PACKAGE, _contents(bare, _definition()))
    assert list(book.definitions) == [URL]
    assert [(entry.what, entry.name) for entry in book.not_checked] == [
        ("definition", "http://mini/bare")
    ]


@pytest.mark.parametrize("content", [b'{"resourceType": "ValueSet", "x": [}', b"", b"\xff"])
def test_a_file_that_is_not_json_is_named(content: bytes) -> None:
    with pytest.raises(PackageError, match=r"a\.json in mini is not JSON"):
        read_contents([("a.json", content)], "mini")


def test_a_byte_order_mark_is_no_damage() -> None:
    content = b"\xef\xbb\xbf" + json.dumps(_set("v", "a")).encode()
    assert list(read_contents([("a.json", content)], "mini").value_sets.values()) == [
        _set("v", "a")
    ]


def test_files_that_are_no_definitions_are_left_alone() -> None:
    files = [
        ("notes.txt", b"{"),
        (".index.json", b"{"),
        ("list.json", b"[1]"),
        ("odd.json", b'{"resourceType": 3}'),
        ("patient.json", b'{"resourceType": "Patient", "url": "u"}'),
        ("nameless.json", b'{"resourceType": "ValueSet"}'),
    ]
    contents = read_contents(files, "mini")
    held = (contents.definitions, contents.value_sets, contents.code_systems)
    assert [len(mapping) for mapping in held] == [0, 0, 0]
