"""Matching by R4's rules, table by table; what cannot be judged is never held against a server."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.ig.rulebook import SearchParameter, load_rulebook
from conformance.validation.search_matching import matches
from conformance.validation.search_values import comparator_value, value_from

Parameter = Callable[[str, str], SearchParameter]

BASE = "https://ehr.example/fhir"
LOINC = "http://loinc.org"


def resource(type_: str, **elements: Any) -> dict[str, Any]:
    return {"resourceType": type_, **elements}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1234-5", True),
        ("http://loinc.org|1234-5", True),
        ("http://snomed.info/sct|1234-5", False),
        ("HTTP://LOINC.ORG|1234-5", False),
        ("|1234-5", False),
        ("http://loinc.org|", True),
        ("http://snomed.info/sct|", False),
        ("|", False),
        ("ABC", True),
        ("abc", True),
        ("|abc", True),
        ("9", False),
        ("9,abc", True),
        (r"a\,b", True),
        ("a,b", False),
        (r"x\|y", True),
        ("", False),
    ],
)
def test_codings(parameter: Parameter, value: str, expected: bool) -> None:
    codings = [
        {"system": LOINC, "code": "1234-5"},
        {"code": "abc"},
        {"code": "a,b"},
        {"code": "x|y"},
        {"display": "no code"},
        "no coding",
    ]
    observation = resource("Observation", code={"coding": codings})
    assert matches(observation, parameter("Observation", "code"), value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("final", True),
        ("FINAL", True),
        ("|final", True),
        ("amended", False),
        ("amended,final", True),
        ("http://hl7.org/fhir/observation-status|final", None),
        ("http://hl7.org/fhir/observation-status|amended", False),
        ("http://hl7.org/fhir/observation-status|", None),
    ],
)
def test_bare_codes_do_not_say_their_system(
    parameter: Parameter, value: str, expected: bool | None
) -> None:
    observation = resource("Observation", status="final")
    assert matches(observation, parameter("Observation", "status"), value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("urn:mrn|A-1", True),
        ("A-1", True),
        ("a-1", False),
        ("urn:other|A-1", False),
        ("urn:mrn|", True),
        ("|A-1", False),
    ],
)
def test_identifiers_are_exact(parameter: Parameter, value: str, expected: bool) -> None:
    patient = resource("Patient", identifier=[{"system": "urn:mrn", "value": "A-1"}])
    assert matches(patient, parameter("Patient", "identifier"), value) is expected


def test_codings_booleans_and_contact_points_are_tokens_too(parameter: Parameter) -> None:
    encounter = resource("Encounter", **{"class": {"system": "urn:v3", "code": "AMB"}})
    assert matches(encounter, parameter("Encounter", "class"), "urn:v3|AMB") is True
    template = parameter("Encounter", "class")
    element = template.elements[0]

    def with_type(path: str, type_: str) -> SearchParameter:
        changed = msgspec.structs.replace(element, path=path, types=(type_,))
        return msgspec.structs.replace(template, elements=(changed,))

    flag = with_type("flag", "boolean")
    assert matches(resource("Encounter", flag=True), flag, "true") is True
    assert matches(resource("Encounter", flag=False), flag, "true") is False
    phone = with_type("phone", "ContactPoint")
    contact = {"system": "phone", "use": "home", "value": "555"}
    assert matches(resource("Encounter", phone=contact), phone, "home|555") is True
    assert matches(resource("Encounter", phone=contact), phone, "556") is False


def test_a_logical_id_is_exact(parameter: Parameter) -> None:
    assert matches(resource("Patient", id="aB"), parameter("Patient", "_id"), "aB") is True
    assert matches(resource("Patient", id="aB"), parameter("Patient", "_id"), "ab") is False


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("eve", True),
        ("EVELYN", True),
        ("evelyne", False),
        ("lyn", False),
        ("severin", True),
        ("séverin", True),
        ("houten", True),
        ("Van Hou", True),
        ("vanhouten", True),
        ("O'Brien", True),
        ("obrien", True),
        ("brien", True),
        ("rien", False),
        ("Dr", True),
        ("Evelyn Van Houten", True),
        ("Evelyn Smith", False),
        ("strasse", True),
        ("x,eve", True),
        (r"x\,eve", False),
        ("...", None),
        ("", None),
    ],
)
def test_names_start_with_the_text(parameter: Parameter, value: str, expected: bool | None) -> None:
    names = [
        {"family": "van Houten", "given": ["Evelyn", "Séverine"], "prefix": ["Dr."]},
        {"text": "Straße", "family": "O'Brien", "given": "no list", "suffix": [3]},
    ]
    patient = resource("Patient", name=names)
    assert matches(patient, parameter("Patient", "name"), value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Bost", True),
        ("ma", True),
        ("02101", True),
        ("1 Main", True),
        ("main", True),
        ("ton", False),
    ],
)
def test_addresses_start_with_the_text(parameter: Parameter, value: str, expected: bool) -> None:
    address = {"line": ["1 Main Street"], "city": "Boston", "state": "MA", "postalCode": "02101"}
    organization = resource("Organization", address=[address])
    assert matches(organization, parameter("Organization", "address"), value) is expected


def test_any_of_several_elements_may_match(parameter: Parameter) -> None:
    location = resource("Location", name="North", alias=["Annex"])
    assert matches(location, parameter("Location", "name"), "ann") is True
    assert matches(location, parameter("Location", "name"), "south") is False


@pytest.mark.parametrize(
    ("value", "reference", "base", "expected"),
    [
        ("p_1", "Patient/p_1", BASE, True),
        ("Patient/p_1", "Patient/p_1", BASE, True),
        (f"{BASE}/Patient/p_1", "Patient/p_1", BASE, True),
        ("p_1", f"{BASE}/Patient/p_1", f"{BASE}/", True),
        ("Patient/p_1", f"{BASE}/Patient/p_1/_history/3", BASE, True),
        (f"{BASE}/Patient/p_1", f"{BASE}/Patient/p_1", "", True),
        ("p_1", "https://other.example/Patient/p_1", BASE, None),
        ("p_1", f"{BASE}/Patient/p_1", "", None),
        ("p_2", "Patient/p_1", BASE, False),
        ("P_1", "Patient/p_1", BASE, False),
        ("p_1", "Group/p_1", BASE, False),
        ("Group/p_1", "Patient/p_1", BASE, False),
        ("p_2,p_1", "Patient/p_1", BASE, True),
        ("urn:uuid:1", "urn:uuid:1", BASE, True),
        ("Patient/1", "urn:uuid:1", BASE, False),
        ("a/b/c", "Patient/p_1", BASE, False),
        ("p_1", "#p_1", BASE, None),
        ("p_1", None, BASE, None),
    ],
)
def test_references(
    parameter: Parameter, value: str, reference: str | None, base: str, expected: bool | None
) -> None:
    subject = {"reference": reference} if reference else {"identifier": {"value": "p_1"}}
    goal = resource("Goal", subject=subject)
    assert matches(goal, parameter("Goal", "patient"), value, base=base) is expected


def test_a_resource_without_the_reference_does_not_match(parameter: Parameter) -> None:
    assert matches(resource("Goal"), parameter("Goal", "patient"), "p") is False
    assert matches(resource("Goal", subject={}), parameter("Goal", "patient"), "p") is False


@pytest.mark.parametrize(
    ("value", "expected"),
    [("http://q/1", True), ("http://q/1|2", True), ("http://q/1|3", False), ("http://q", False)],
)
def test_canonicals(parameter: Parameter, value: str, expected: bool) -> None:
    answers = resource("QuestionnaireResponse", questionnaire="http://q/1|2")
    wanted = value.replace("|", "\\|")
    found = matches(answers, parameter("QuestionnaireResponse", "questionnaire"), wanted)
    assert found is expected


def test_another_type_or_kind_cannot_be_judged(parameter: Parameter) -> None:
    name = parameter("Patient", "name")
    assert matches(resource("Practitioner", name=[{"family": "A"}]), name, "a") is None
    assert matches("Patient", name, "a") is None
    quantity = msgspec.structs.replace(name, kind="quantity")
    assert matches(resource("Patient", name=[{"family": "A"}]), quantity, "a") is None


KEYS = sorted(
    {
        step.removesuffix("[x]")
        for parameter in load_rulebook("6.1.0").parameters
        for path in parameter.paths
        for step in path.split(".")
    }
    | {"effectiveDateTime", "effectivePeriod", "effectiveTiming", "coding", "code", "system"}
    | {"value", "start", "end", "reference", "family", "given", "line", "use", "extension", "url"}
    | {"event", "repeat", "boundsPeriod", "_birthDate", "city", "text"}
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["2020-01-01", "Patient/1", "http://x/Patient/1", "unknown", "\ud800"])
)
SHAPES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)
PARAMETERS = load_rulebook("6.1.0").parameters


@given(
    st.sampled_from(PARAMETERS),
    st.dictionaries(st.sampled_from(KEYS), SHAPES, max_size=6) | SHAPES,
    st.text(max_size=8) | st.sampled_from(["gt2020", "a|b", "Patient/1", "\\"]),
)
def test_no_shape_and_no_value_raises(wanted: SearchParameter, content: Any, value: str) -> None:
    held = {**content, "resourceType": wanted.type} if isinstance(content, dict) else content
    assert matches(held, wanted, value) in (True, False, None)
    built = value_from(held, wanted)
    if built is not None:
        assert matches(held, wanted, built.value) is not False
        assert isinstance(built.shown, str)
    for comparator in ("gt", "ge", "lt", "le"):
        compared = comparator_value(held, wanted, comparator)
        assert compared is None or matches(held, wanted, compared.value) is not False
