"""The plain form of a rulebook: every program that reads it depends on its shape."""

import json
from typing import Any

import pytest

from conformance.ig.book import Book
from conformance.ig.book_file import shipped_book
from conformance.ig.definitions import Binding, Definition, ElementRule, TypeRule
from conformance.ig.guides import guide_of
from conformance.ig.shipping import SHIPPED
from conformance.ig.summary import summary

URL = "http://mini/StructureDefinition/a"


def _rule(id_: str, **more: Any) -> ElementRule:
    last = id_.rpartition(".")[2]
    name, _, slice_name = last.partition(":")
    return ElementRule(id=id_, name=name.removesuffix("[x]"), slice_name=slice_name, **more)


def _told(*children: ElementRule) -> dict[str, Any]:
    root = _rule("Observation", children=children)
    definition = Definition(
        url=URL,
        version="1",
        name="",
        type="Observation",
        kind="resource",
        derivation="constraint",
        package="mini#1",
        root=root,
    )
    book = Book(package="mini", version="1", definitions={URL: definition})
    told: dict[str, Any] = summary(book, None)["profiles"][0]
    return told


def test_slices_are_told_beside_the_path() -> None:
    inner = _rule("Observation.component:a.value[x]:valueQuantity", must_support=True)
    deeper = _rule("Observation.component:a/b.code", must_support=True)
    again = _rule("Observation.component:a/b", children=(deeper,), must_support=True)
    value = _rule("Observation.component:a.value[x]", slices=(inner,), must_support=True)
    first = _rule("Observation.component:a", children=(value,), slices=(again,))
    told = _told(_rule("Observation.component", slices=(first,), must_support=True))
    assert told["must_support"] == [
        {"path": "Observation.component"},
        {"path": "Observation.component", "slice": "a/b"},
        {"path": "Observation.component.code", "slice": "a/b"},
        {"path": "Observation.component.value[x]", "slice": "a"},
        {"path": "Observation.component.value[x]", "slice": "a.valueQuantity"},
    ]


def test_bindings_and_references_are_told_once() -> None:
    binding = Binding(value_set="http://mini/v|1", strength="required")
    types = (
        TypeRule(code="Reference", targets=("http://mini/p",)),
        TypeRule(code="canonical", targets=("http://mini/q",)),
        TypeRule(code="Reference"),
    )
    slices = (_rule("Observation.code:a", binding=binding),)
    told = _told(_rule("Observation.code", binding=binding, slices=slices, types=types))
    assert told["bindings"] == [
        {"path": "Observation.code", "valueset": "http://mini/v|1", "strength": "required"}
    ]
    assert told["references"] == [{"path": "Observation.code", "targets": ["http://mini/p"]}]


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_can_be_told(name: str) -> None:
    book = shipped_book(name)
    told = json.loads(json.dumps(summary(book, guide_of(book))))
    assert list(told) == ["package", "profiles", "searches"]
    assert told["package"] == name
    assert {tuple(entry) for entry in told["profiles"]} == {
        ("url", "type", "must_support", "bindings", "references")
    }
    if "us.core" in name:
        keys = ("type", "parameters", "level", "comparators", "multiple_or")
        assert {tuple(entry) for entry in told["searches"]} == {keys}


def test_us_core_is_told_as_it_is_known() -> None:
    book = shipped_book("hl7.fhir.us.core#6.1.0")
    told = summary(book, guide_of(book))
    by_url = {entry["url"].rpartition("/")[2]: entry for entry in told["profiles"]}
    patient = by_url["us-core-patient"]
    assert {"path": "Patient.identifier.system"} in patient["must_support"]
    assert {"path": "Patient.extension", "slice": "race"} not in patient["must_support"]
    gender = "http://hl7.org/fhir/ValueSet/administrative-gender"
    wanted = {"path": "Patient.gender", "valueset": gender, "strength": "required"}
    assert wanted in patient["bindings"]
    pressure = by_url["us-core-blood-pressure"]["must_support"]
    assert {"path": "Observation.component", "slice": "systolic"} in pressure
    dated = {
        "type": "Observation",
        "parameters": ["patient", "category", "date"],
        "level": "SHALL",
        "comparators": ["gt", "ge", "lt", "le"],
    }
    assert any(dated.items() <= entry.items() for entry in told["searches"])
