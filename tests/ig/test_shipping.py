"""What ships is what the packages say, no more, and loads at once."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from conformance.core.errors import PackageError
from conformance.ig.base import BASE_ID
from conformance.ig.book import Book
from conformance.ig.book_file import (
    book_json,
    decode_books,
    encode_books,
    shipped_book,
    shipped_books,
    shipped_path,
)
from conformance.ig.library import Library
from conformance.ig.package import Package
from conformance.ig.registry import shipped
from conformance.ig.shipping import SHIPPED, SOURCES

TEXTS = {
    "definition",
    "description",
    "comment",
    "short",
    "display",
    "title",
    "human",
    "requirements",
}


def test_the_base_and_six_editions_ship() -> None:
    assert set(shipped_books()) == set(SHIPPED)
    assert len(SHIPPED) == 7


@pytest.fixture(scope="module")
def made() -> Library:
    return Library(only=SOURCES)


@pytest.mark.slow
@pytest.mark.packages
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_book_is_what_its_package_compiles_to(
    name: str, made: Library, official: Callable[[str, str], Package]
) -> None:
    for source in sorted(SOURCES):
        official(*source.split("#"))
    package, _, version = name.partition("#")
    assert official(package, version).sha256 == shipped_book(name).sha256
    written = gzip.decompress(shipped_path(name).read_bytes())
    assert book_json(made.named(package, version)) + b"\n" == written


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for below in value.values():
            yield from _keys(below)
    elif isinstance(value, list):
        for below in value:
            yield from _keys(below)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_no_text_for_people_ships(name: str) -> None:
    written = json.loads(gzip.decompress(shipped_path(name).read_bytes()))
    terminology, guide = written.pop("terminology"), written.pop("guide", {})
    named = {
        part for kind in ("definitions", "value_sets") for part in _keys(written.pop(kind).values())
    }
    assert not TEXTS & {*_keys(written), *_keys(terminology), *_keys(guide), *named}
    assert max(len(word) for word in _words(terminology)) < 200


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            yield from _words(below)


def test_a_book_is_the_same_after_its_file() -> None:
    name = "hl7.fhir.us.core#3.1.1"
    book = shipped_book(name)
    again = decode_books(encode_books([book]), "here")[0]
    assert book_json(again) == book_json(book)
    assert again.id == name


def test_all_shipped_definitions_can_be_read() -> None:
    for name in SHIPPED:
        book: Book = shipped_book(name)
        assert {entry.package for entry in book.definitions.values()} == {name}


def test_loading_costs_less_than_150_ms() -> None:
    code = (
        "import time; from conformance.ig.registry import shipped; start = time.process_time();"
        "shipped('hl7.fhir.us.core#6.1.0'); print(time.process_time() - start)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 0.15


def test_two_editions_side_by_side_do_not_mix() -> None:
    old, new = "hl7.fhir.us.core#3.1.1", "hl7.fhir.us.core#6.1.0"
    registry = shipped(new, old)
    root = "http://hl7.org/fhir/us/core/"
    for name in (old, new):
        patient = registry.definition(f"{root}StructureDefinition/us-core-patient", name)
        assert patient is not None
        assert patient.package == name
    race = f"{root}ValueSet/omb-race-category"
    inline, from_vsac = registry.value_set(race, old), registry.value_set(race, new)
    assert inline is not None
    assert inline.codes is not None
    assert from_vsac is not None
    assert from_vsac.codes is None
    assert "cts.nlm.nih.gov" in from_vsac.reason
    coverage = f"{root}StructureDefinition/us-core-coverage"
    assert registry.definition(coverage, new) is not None
    assert registry.definition(coverage, old) is None


def test_what_is_not_checked_names_its_reason() -> None:
    open_ = shipped("hl7.fhir.us.core#6.1.0").not_checked()
    assert {entry.what for entry in open_} == {"definition", "value-set"}
    assert all(entry.name and entry.reason.endswith(".") for entry in open_)


def test_another_version_that_stands_in_and_absent_packages_are_named() -> None:
    needed = {entry.id: entry for entry in shipped_book("hl7.fhir.us.core#6.1.0").dependencies}
    terminology = needed["hl7.terminology.r4"]
    assert (terminology.asked, terminology.version) == ("5.0.0", "7.0.1")
    assert terminology.sha256
    assert needed["us.nlm.vsac"].version == ""


def test_a_package_that_does_not_ship_is_refused() -> None:
    with pytest.raises(PackageError, match="does not ship"):
        shipped("hl7.fhir.us.core#9.9.9")


@pytest.mark.parametrize(
    "content",
    [
        b"no gzip",
        gzip.compress(b"\n", mtime=0),
        gzip.compress(b"no json", mtime=0),
        gzip.compress(b"{}", mtime=0),
        gzip.compress(b"[]", mtime=0),
    ],
)
def test_what_is_no_rulebook_is_refused(content: bytes) -> None:
    with pytest.raises(PackageError, match=r"here is no rulebook"):
        decode_books(content, "here")


def test_an_empty_rulebook_is_refused() -> None:
    with pytest.raises(PackageError, match="here is empty"):
        decode_books(gzip.compress(b""), "here")


def test_a_rulebook_of_another_format_is_refused() -> None:
    written = {"format": 99, "package": "a", "version": "1"}
    with pytest.raises(PackageError, match="has format 99"):
        decode_books(gzip.compress(json.dumps(written).encode()), "here")


def test_the_base_alone_is_a_registry() -> None:
    assert [book.id for book in shipped().books] == [BASE_ID]
