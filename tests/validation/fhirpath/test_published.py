"""Every constraint that R4 and US Core publish, and what is made of the ones that are wrong."""

from typing import Any

import pytest

from conformance.ig.registry import shipped
from conformance.validation.fhirpath import Primitive, compile_invariant
from conformance.validation.fhirpath.corrections import CORRECTIONS
from conformance.validation.fhirpath.natives import DOM_3, NATIVES
from tests.support.fhirpath_table import table
from tests.support.published import CORE, US_CORE, constraints

pytestmark = pytest.mark.packages


def test_all_are_compiled_but_those_that_ask_for_terminology() -> None:
    """
    us-core-1 of Condition, in 3.1.1 and 4.0.0, asks for the members of a value set.

    cid-0 of the core package asks for the name of a ChargeItemDefinition, which has none.
    """
    for package, counts in table().items():
        beyond = package.endswith(("#3.1.1", "us.core#4.0.0", "r4.core#4.0.1"))
        assert counts["not evaluable"] == (1 if beyond else 0), package
        assert counts["interpreted"] == 0, package


def test_only_published_expressions_are_replaced() -> None:
    published = {entry.expression for package in (CORE, *US_CORE) for entry in constraints(package)}
    assert set(CORRECTIONS) <= published
    assert {DOM_3, *(set(NATIVES) - {DOM_3.replace(".as(", ".ofType(")})} <= published
    assert all(entry.reason for entry in CORRECTIONS.values())


def judge(key: str, focus: str, value: Any, resource: dict[str, Any], package: int = -1) -> bool:
    source = (CORE, *US_CORE)[package]
    [expression] = {c.expression for c in constraints(source) if c.key == key and focus in c.types}
    type_ = str(resource.get("resourceType", ""))
    evaluate = compile_invariant(expression, focus, shipped().types, resource=type_)
    return evaluate(value, resource, resource)


HOLDER = {"resourceType": "Patient", "contained": [{"resourceType": "Organization", "id": "o"}]}


@pytest.mark.parametrize(
    ("target", "right"),
    [("#o", True), ("#x", False), ("#", True), ("Organization/o", True), (None, True)],
)
def test_ref_1_wants_what_is_contained(target: str | None, right: bool) -> None:
    value = {"display": "d"} if target is None else {"reference": target}
    assert judge("ref-1", "Reference", value, HOLDER, 0) is right


def test_ref_1_looks_into_the_container_within_a_bundle() -> None:
    entry: dict[str, Any] = {**HOLDER, "managingOrganization": {"reference": "#o"}}
    bundle = {"resourceType": "Bundle", "entry": [{"resource": entry}, {"resource": {}}]}
    [expression] = {c.expression for c in constraints(CORE) if c.key == "ref-1"}
    evaluate = compile_invariant(expression, "Reference", shipped().types)
    assert evaluate({"reference": "#o"}, entry, bundle)
    assert evaluate({"reference": "#o"}, entry["contained"][0], bundle)
    assert not evaluate({"reference": "#p"}, entry, bundle)


@pytest.mark.parametrize(
    ("more", "right"),
    [
        ({}, False),
        ({"managingOrganization": {"reference": "#o"}}, True),
        ({"extension": [{"url": "u", "valueCanonical": "#o"}]}, True),
        ({"extension": [{"url": "u", "valueUri": "#o"}]}, True),
        ({"extension": [{"url": "u", "valueString": "#o"}]}, False),
    ],
)
def test_dom_3_wants_contained_resources_to_be_used(more: dict[str, Any], right: bool) -> None:
    resource = {**HOLDER, **more}
    assert judge("dom-3", "Patient", resource, resource, 0) is right


def test_dom_3_takes_a_contained_resource_that_refers_to_its_container() -> None:
    contained = {"resourceType": "Provenance", "target": [{"reference": "#"}]}
    resource = {"resourceType": "Patient", "contained": [contained]}
    assert judge("dom-3", "Patient", resource, resource, 0)


def test_periods_that_cannot_be_compared_are_in_order() -> None:
    assert judge("per-1", "Period", {"start": "2020", "end": "2020-05"}, HOLDER, 0)
    assert judge("per-1", "Period", {"start": "2020-05"}, HOLDER, 0)
    assert not judge("per-1", "Period", {"start": "2021", "end": "2020-05"}, HOLDER, 0)
    assert not judge(
        "per-1",
        "Period",
        {"start": "2020-01-01T01:00:00+02:00", "end": "2019-12-31T22:59:59Z"},
        HOLDER,
        0,
    )


def test_ranges_in_different_units_are_in_order() -> None:
    low, high = {"value": 5, "unit": "g"}, {"value": 3, "unit": "kg"}
    assert judge("rng-2", "Range", {"low": low, "high": high}, HOLDER, 0)
    assert not judge("rng-2", "Range", {"low": low, "high": {**high, "unit": "g"}}, HOLDER, 0)


@pytest.mark.parametrize("package", [2, 3, 4, 5, 6])
def test_a_vital_sign_is_dated_to_the_day(package: int) -> None:
    observation = {"resourceType": "Observation"}
    for value, right in (("2020-01-01", True), ("2020", False)):
        assert judge("us-core-1", "dateTime", value, observation, package) is right
    absent = Primitive(None, {"extension": [{"url": "http://e"}]})
    assert judge("us-core-1", "dateTime", absent, observation, package)
    assert judge("us-core-1", "Period", {"start": "2020"}, observation, package)


def test_an_enabling_answer_may_be_a_boolean() -> None:
    questionnaire = {"resourceType": "Questionnaire"}
    rule = {"question": "q", "operator": "exists", "answerBoolean": False}
    assert judge("que-7", "Questionnaire.item.enableWhen", rule, questionnaire, 0)
    other = {"question": "q", "operator": "exists", "answerString": "yes"}
    assert not judge("que-7", "Questionnaire.item.enableWhen", other, questionnaire, 0)


def test_a_role_is_reached_by_several_telecoms_or_an_endpoint() -> None:
    role = {"resourceType": "PractitionerRole"}
    two = {**role, "telecom": [{"value": "1"}, {"value": "2"}]}
    assert judge("pd-1", "PractitionerRole", two, two, 4)
    assert not judge("pd-1", "PractitionerRole", role, role, 4)


def test_codes_come_once_in_a_code_system() -> None:
    system: dict[str, Any] = {"resourceType": "CodeSystem"}
    system["concept"] = [{"code": "a", "concept": [{"code": "b"}]}, {"code": "c"}]
    assert judge("csd-1", "CodeSystem", system, system, 0)
    system["concept"][1]["code"] = "b"
    assert not judge("csd-1", "CodeSystem", system, system, 0)


def test_a_condition_without_a_problem_needs_no_clinical_status() -> None:
    condition: dict[str, Any] = {"resourceType": "Condition"}
    system = "http://terminology.hl7.org/CodeSystem/condition-category"
    for code, right in (("encounter-diagnosis", True), ("problem-list-item", False)):
        condition["category"] = [{"coding": [{"system": system, "code": code}]}]
        assert judge("con-3", "Condition", condition, condition, 0) is right
