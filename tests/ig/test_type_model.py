"""The types of R4 as FHIRPath asks for them."""

import pytest

from conformance.ig.registry import shipped
from conformance.ig.type_model import Child, TypeModel

pytestmark = pytest.mark.packages


@pytest.fixture(scope="module")
def model() -> TypeModel:
    return shipped().types


def test_a_choice_has_a_key_for_each_type(model: TypeModel) -> None:
    child = model.children("Condition")["onset"]
    assert child.name == "onset"
    assert ("onsetDateTime", "dateTime") in child.keys
    assert ("onsetAge", "Age") in child.keys
    assert not child.many


def test_backbone_elements_are_types_of_their_own(model: TypeModel) -> None:
    assert model.children("Observation")["component"] == Child(
        "component", (("component", "Observation.component"),), True
    )
    assert model.children("Observation.component")["code"].keys == (("code", "CodeableConcept"),)
    assert model.ancestry("Observation.component")[1:] == ("BackboneElement", "Element")
    assert model.ancestry("Timing.repeat")[1:] == ("Element",)


def test_content_references_lead_to_what_they_repeat(model: TypeModel) -> None:
    items = model.children("Questionnaire.item")["item"]
    assert items.keys == (("item", "Questionnaire.item"),)
    ranges = model.children("Observation.component")["referenceRange"]
    assert ranges.keys == (("referenceRange", "Observation.referenceRange"),)


def test_any_resource_may_be_contained(model: TypeModel) -> None:
    assert model.children("Patient")["contained"].keys == (("contained", "Resource"),)
    assert model.children("Bundle.entry")["resource"].keys == (("resource", "Resource"),)


def test_primitives_have_an_id_and_extensions_below_them(model: TypeModel) -> None:
    assert set(model.children("date")) == {"id", "extension"}
    assert model.children("Patient")["id"].keys == (("id", "id"),)
    assert model.children("HumanName")["id"].keys == (("id", "string"),)
    assert model.children("Extension")["url"].keys == (("url", "uri"),)


def test_types_descend_from_each_other(model: TypeModel) -> None:
    assert model.is_a("Age", "Quantity")
    assert model.is_a("code", "string")
    assert model.is_a("Patient", "DomainResource")
    assert not model.is_a("Patient", "Element")
    assert not model.is_a("Bundle", "DomainResource")
    assert model.is_primitive("instant")
    assert not model.is_primitive("Period")
    assert model.is_resource("Resource")
    assert not model.is_resource("Period")


def test_of_an_unknown_type_nothing_is_known(model: TypeModel) -> None:
    for type_ in ("Zonk", "Patient.zonk", "", "."):
        assert model.children(type_) == {}
    assert model.ancestry("Zonk") == ("Zonk",)
    assert not model.is_resource("Zonk")
