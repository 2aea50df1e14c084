"""Canonicals lead to one definition, and two versions of a package never mix."""

import sys

from conformance.ig.base import BASE, BASE_VERSION
from conformance.ig.book import Book
from conformance.ig.definitions import Definition, Dependency, ElementRule, NotChecked, ValueSet
from conformance.ig.registry import Registry

PATIENT = "http://mini/StructureDefinition/patient"
EXTENSION = "http://mini/StructureDefinition/extension"
CODES = "http://mini/ValueSet/codes"


def _definition(url: str, package: str, version: str, type_: str = "Patient") -> Definition:
    return Definition(
        url=url,
        version=version,
        name="",
        type=type_,
        kind="resource",
        package=f"{package}#{version}",
        root=ElementRule(id=type_, name=type_),
    )


def _book(package: str, version: str, *urls: str, asks: tuple[Dependency, ...] = ()) -> Book:
    return Book(
        package=package,
        version=version,
        dependencies=asks,
        definitions={url: _definition(url, package, version) for url in urls},
        value_sets={CODES: ValueSet(url=CODES, version=version, package=f"{package}#{version}")},
        not_checked=(NotChecked(what="definition", name=f"{package} {version}", reason="Why."),),
    )


BASE_BOOK = _book(BASE, BASE_VERSION, "http://hl7.org/fhir/StructureDefinition/Patient")
OLD = _book("guide", "1.0.0", PATIENT)
NEW = _book("guide", "2.1.0", PATIENT, EXTENSION)


def _package(found: Definition | None) -> str:
    return found.package if found else ""


def test_each_version_sees_its_own_package_only() -> None:
    registry = Registry([OLD, NEW, BASE_BOOK])
    assert _package(registry.definition(PATIENT, "guide#1.0.0")) == "guide#1.0.0"
    assert _package(registry.definition(PATIENT, "guide#2.1.0")) == "guide#2.1.0"
    assert registry.definition(EXTENSION, "guide#1.0.0") is None
    found = registry.value_set(CODES, "guide#2.1.0")
    assert found is not None
    assert found.package == "guide#2.1.0"


def test_a_version_in_the_canonical_decides() -> None:
    registry = Registry([OLD, NEW, BASE_BOOK])
    assert _package(registry.definition(f"{PATIENT}|2.1.0")) == "guide#2.1.0"
    assert _package(registry.definition(f"{PATIENT}|2.1")) == "guide#2.1.0"
    assert _package(registry.definition(f"{PATIENT}|2.1.0", "guide#1.0.0")) == "guide#2.1.0"
    assert registry.definition(f"{PATIENT}|2.10") is None
    assert registry.definition(f"{PATIENT}|3.0.0") is None


def test_without_a_version_the_first_package_named_decides() -> None:
    assert _package(Registry([NEW, OLD, BASE_BOOK]).definition(PATIENT)) == "guide#2.1.0"
    assert _package(Registry([BASE_BOOK, OLD, NEW]).definition(PATIENT)) == "guide#1.0.0"


def test_the_version_that_a_package_asks_for_is_the_one_it_sees() -> None:
    asks = (Dependency(id="guide", asked="2.1.0", version="2.1.0"),)
    upper = _book("upper", "1.0.0", asks=asks)
    registry = Registry([OLD, NEW, upper, BASE_BOOK])
    assert _package(registry.definition(PATIENT, upper.id)) == "guide#2.1.0"
    assert registry.definition(f"{PATIENT}|1.9", upper.id) is None


def test_a_version_that_stands_in_answers_for_the_one_asked_for() -> None:
    asks = (Dependency(id="guide", asked="1.9.0", version="2.1.0"),)
    upper = _book("upper", "1.0.0", asks=asks)
    registry = Registry([NEW, upper, BASE_BOOK])
    assert _package(registry.definition(f"{PATIENT}|1.9.0", upper.id)) == "guide#2.1.0"
    assert registry.definition(f"{PATIENT}|1.9.0") is None


def test_the_base_is_seen_from_everywhere_and_tells_types() -> None:
    registry = Registry([OLD, BASE_BOOK])
    url = "http://hl7.org/fhir/StructureDefinition/Patient"
    for within in ("", OLD.id, BASE_BOOK.id, "nobody#1"):
        assert _package(registry.definition(url, within)) == BASE_BOOK.id
    assert _package(registry.type("Patient")) == BASE_BOOK.id
    assert registry.type("patient") is None
    assert [entry.name for entry in registry.not_checked()] == ["guide 1.0.0", f"{BASE} 4.0.1"]


def test_canonicals_that_lead_nowhere_take_no_memory() -> None:
    registry = Registry([OLD, BASE_BOOK])
    before = sys.getsizeof(registry._definitions)
    for number in range(1000):
        assert registry.definition(f"http://nowhere/{number}") is None
        assert registry.value_set(f"http://nowhere/{number}") is None
        assert registry.types.children(f"Nothing{number}") == {}
    assert sys.getsizeof(registry._definitions) == before
    assert not registry._value_sets
    assert not registry.types._children
