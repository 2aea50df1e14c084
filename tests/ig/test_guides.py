"""What a package asks of servers is read where it says so; else the reason is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.ig import shipping
from conformance.ig.book import Book
from conformance.ig.book_file import decode_books, shipped_book
from conformance.ig.guides import guide_of, with_guide
from conformance.ig.package import Package, open_package

Archive = Callable[[str, dict[str, Any]], Path]
BOOK = Book(package="mini.guide", version="1.0.0")


def test_an_edition_that_ships_brings_its_guide() -> None:
    book = shipped_book("hl7.fhir.us.core#7.0.0")
    guide = guide_of(book)
    assert guide is not None
    assert guide.version == "7.0.0"
    whole, reason = with_guide(book, None)
    assert (whole.guide, reason) == (guide, "")
    assert guide_of(whole) == guide


def test_what_says_nothing_of_servers_lacks_nothing(archive: Archive, core: Package) -> None:
    assert with_guide(BOOK, None) == (BOOK, "")
    assert with_guide(BOOK, core) == (BOOK, "")


def test_without_the_base_package_searches_cannot_be_read(
    guide: Package, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FHIR_PACKAGES", str(tmp_path / "none"))
    book, reason = with_guide(BOOK, guide)
    assert book.guide is None
    assert "hl7.fhir.r4.core#4.0.1, which is absent" in reason


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"type": "Patient", "searchParam": [{"name": "x"}]}, "Its searches cannot be read"),
        ({"searchParam": 3}, "Its CapabilityStatement cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said(
    archive: Archive,
    guide_files: dict[str, Any],
    core: Package,
    monkeypatch: pytest.MonkeyPatch,
    entry: dict[str, Any],
    said: str,
) -> None:
    statement = guide_files["package/CapabilityStatement-server.json"]
    statement["rest"][0]["resource"] = [entry]
    package = open_package(archive("mini.guide-1.0.0", guide_files))
    here = {"4.0.1": core.path}
    monkeypatch.setattr("conformance.ig.guides.at_hand", lambda name: here)
    book, reason = with_guide(BOOK, package)
    assert book.guide is None
    assert reason.startswith(said)


@pytest.mark.packages
def test_a_book_that_ships_is_written_beside_and_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, official: Callable[[str, str], Package]
) -> None:
    name = "hl7.fhir.us.core#3.1.1"
    for source in sorted(shipping.SOURCES):
        official(*source.split("#"))
    monkeypatch.setattr(shipping, "shipped_path", lambda name: tmp_path / "book.json.gz")
    assert shipping.main([name]) == 0
    (made,) = tmp_path.iterdir()
    assert decode_books(made.read_bytes(), "here")[0].id == name
