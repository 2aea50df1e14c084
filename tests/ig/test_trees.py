"""A snapshot's flat list becomes a tree, however its author wrote choices and slices."""

from typing import Any

import pytest

from conformance.ig.compiling import compile_definition
from conformance.ig.definitions import UNBOUNDED, Definition, ElementRule, NotChecked


def _element(path: str, **more: Any) -> dict[str, Any]:
    return {"path": path, "min": 0, "max": "1", "base": {"path": path, "max": "*"}, **more}


def _written(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "StructureDefinition",
        "url": "http://mini/StructureDefinition/a",
        "kind": "resource",
        "type": "Observation",
        "snapshot": {"element": [_element("Observation"), *elements]},
        **more,
    }


def _root(*elements: dict[str, Any]) -> ElementRule:
    made = compile_definition(_written(*elements), "mini#1.0.0")
    assert isinstance(made, Definition), made
    return made.root


def _quantity(path: str, **more: Any) -> dict[str, Any]:
    base = {"path": "Observation.value[x]", "max": "1"}
    return _element(path, base=base, type=[{"code": "Quantity"}], **more)


def test_slices_stand_under_their_element_and_reslices_under_their_slice() -> None:
    root = _root(
        _element("Observation.category", slicing={"rules": "open"}),
        _element("Observation.category", sliceName="a"),
        _element("Observation.category.coding"),
        _element("Observation.category", sliceName="a/b"),
        _element("Observation.category.text"),
        _element("Observation.category", sliceName="us/c"),
        _element("Observation.code"),
    )
    category, code = root.children
    assert (category.id, code.id) == ("Observation.category", "Observation.code")
    assert [entry.slice_name for entry in category.slices] == ["a", "us/c"]
    (inner,) = category.slices[0].slices
    assert (inner.id, inner.slice_name) == ("Observation.category:a/b", "a/b")
    assert [entry.name for entry in category.slices[0].children] == ["coding"]
    assert [entry.id for entry in inner.children] == ["Observation.category:a/b.text"]


def test_a_choice_has_one_form_whichever_way_it_is_written() -> None:
    whole = _quantity("Observation.value[x]")
    sliced = _root(whole, _quantity("Observation.value[x]", sliceName="valueQuantity"))
    named = _root(whole, _quantity("Observation.valueQuantity", sliceName="valueQuantity"))
    bare = _root(whole, _quantity("Observation.valueQuantity"))
    for root in (sliced, named, bare):
        (value,) = root.children
        assert (value.name, value.choice) == ("value", True)
        assert [entry.slice_name for entry in value.slices] == ["valueQuantity"]
        assert value.slices[0].types[0].code == "Quantity"
        assert value.slicing is not None
        assert value.slicing.discriminators[0].kind == "type"


def test_a_choice_that_is_written_in_one_form_alone_allows_no_other() -> None:
    (value,) = _root(
        _quantity("Observation.valueQuantity", min=1),
        _element("Observation.valueQuantity.unit"),
    ).children
    assert (value.id, value.min, value.max, value.many) == ("Observation.value[x]", 1, 1, False)
    assert [rule.code for rule in value.types] == ["Quantity"]
    assert [entry.name for entry in value.slices[0].children] == ["unit"]


def test_a_slice_repeats_as_its_element_does_even_if_it_has_no_base() -> None:
    (category,) = _root(
        {"path": "Observation.category", "min": 0, "max": "*"},
        {"path": "Observation.category", "sliceName": "a", "min": 0, "max": "1"},
        {"path": "Observation.category", "sliceName": "a/b", "min": 0, "max": "1"},
    ).children
    (outer,) = category.slices
    assert [rule.many for rule in (category, outer, outer.slices[0])] == [True, True, True]


def test_a_slice_name_without_slicing_is_a_mere_label() -> None:
    (date,) = _root(_element("Observation.date", sliceName="IssueDate")).children
    assert (date.slice_name, date.slices) == ("", ())


def test_an_element_is_read_with_all_that_it_asks() -> None:
    flag = {"url": "http://hl7.org/fhir/us/core/StructureDefinition/uscdi-requirement"}
    most = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"
    (element,) = _root(
        _element(
            "Observation.code",
            max="*",
            maxLength=9,
            minValueInteger=1,
            maxValueInteger=2,
            patternCodeableConcept={"text": "x"},
            fixedCodeableConcept={"text": "y"},
            mustSupport=True,
            isModifier=True,
            extension=[flag | {"valueBoolean": True}],
            binding={
                "strength": "preferred",
                "valueSet": "http://mini/a",
                "extension": [{"url": most, "valueCanonical": "http://mini/b"}],
            },
            constraint=[
                {"key": "ele-1", "severity": "error"},
                {"key": "obs-6", "severity": "warning", "expression": "true", "source": "s"},
            ],
            slicing={
                "rules": "closed",
                "ordered": True,
                "discriminator": [{"type": "value", "path": "$this"}],
            },
        )
    ).children
    assert (element.min, element.max, element.many, element.max_length) == (0, UNBOUNDED, True, 9)
    assert (element.min_value, element.max_value) == (1, 2)
    assert (element.pattern, element.fixed) == ({"text": "x"}, {"text": "y"})
    assert element.must_support
    assert element.uscdi
    assert element.modifier
    assert element.binding is not None
    assert element.binding.max_value_set == "http://mini/b"
    assert [entry.key for entry in element.invariants] == ["obs-6"]
    assert element.slicing is not None
    assert (element.slicing.rules, element.slicing.ordered) == ("closed", True)


def test_content_references_say_whether_they_leave_the_definition() -> None:
    here, same, away = _root(
        _element("Observation.a", contentReference="#Observation.x"),
        _element("Observation.b", contentReference="http://mini/StructureDefinition/a#Obs.x"),
        _element("Observation.c", contentReference="http://mini/StructureDefinition/b#Obs.x"),
    ).children
    assert (here.content, here.content_of) == ("Observation.x", "")
    assert (same.content, same.content_of) == ("Obs.x", "")
    assert (away.content, away.content_of) == ("Obs.x", "http://mini/StructureDefinition/b")


def test_types_carry_their_flags_and_system_types_their_fhir_name() -> None:
    flag = {
        "extension": [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/elementdefinition-type-must-support",
                "valueBoolean": True,
            }
        ]
    }
    named = {
        "url": "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type",
        "valueUrl": "string",
    }
    text = {"code": "http://hl7.org/fhirpath/System.String", "extension": [named]}
    identity, plain, by_url, reference = _root(
        _element("Observation.id", type=[text], base={"path": "Resource.id", "max": "1"}),
        _element("Observation.text", type=[text]),
        _element(
            "Observation.code",
            type=[{"code": "http://hl7.org/fhir/StructureDefinition/CodeableConcept"}],
        ),
        _element(
            "Observation.subject",
            type=[
                {
                    "code": "Reference",
                    "profile": ["http://mini/p", "http://mini/q"],
                    "_profile": [None, flag],
                    "targetProfile": ["http://mini/r", "http://mini/s"],
                    "_targetProfile": [flag],
                    "aggregation": ["bundled"],
                    **flag,
                }
            ],
        ),
    ).children
    assert [entry.types[0].code for entry in (identity, plain, by_url)] == [
        "id",
        "string",
        "CodeableConcept",
    ]
    rule = reference.types[0]
    assert rule.must_support
    assert rule.must_support_profiles == ("http://mini/q",)
    assert rule.must_support_targets == ("http://mini/r",)
    assert rule.aggregation == ("bundled",)


def test_what_has_no_snapshot_is_not_checked_and_logical_models_are_left_out() -> None:
    bare = _written()
    del bare["snapshot"]
    assert compile_definition(bare, "mini#1") == NotChecked(
        what="definition", name="http://mini/StructureDefinition/a", reason="It has no snapshot."
    )
    assert compile_definition(_written(kind="logical"), "mini#1") is None


@pytest.mark.parametrize(
    "damage",
    [
        _element("Observation.a.b"),
        {"id": "Observation.a"},
        _element("Observation.a", min="many"),
        _element("Observation.a", type=[{"code": 3}]),
        _element("Observation.a", type="string"),
        _element("Observation.a", constraint=[{}]),
        _element("Observation.a", slicing=[]),
        "Observation",
    ],
)
def test_a_snapshot_that_cannot_be_read_is_not_checked(damage: Any) -> None:
    made = compile_definition(_written(damage), "mini#1")
    assert isinstance(made, NotChecked)
    assert "cannot be read" in made.reason


def test_an_element_that_stands_twice_is_refused() -> None:
    made = compile_definition(
        _written(_element("Observation.code"), _element("Observation.code")), "mini#1"
    )
    assert isinstance(made, NotChecked)
    assert "Observation.code stands there twice" in made.reason


def test_a_primitive_type_states_its_regular_expression() -> None:
    regex = {"url": "http://hl7.org/fhir/StructureDefinition/regex", "valueString": "[a-z]*"}
    written = {
        "url": "http://mini/StructureDefinition/word",
        "kind": "primitive-type",
        "type": "word",
        "snapshot": {
            "element": [
                _element("word"),
                _element("word.value", type=[{"code": "x", "extension": [regex]}]),
            ]
        },
    }
    made = compile_definition(written, "mini#1")
    assert isinstance(made, Definition)
    assert made.regex == "[a-z]*"
