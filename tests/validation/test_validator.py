"""What the validator says of resources: which rule is broken, and where."""

from typing import Any

import pytest

from conformance.ig.registry import shipped
from conformance.validation.issue import Issue
from conformance.validation.validator import Validator

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"


@pytest.fixture(scope="module")
def validator() -> Validator:
    return Validator(shipped("hl7.fhir.us.core#6.1.0"))


def patient(**members: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">A</div>'},
        "identifier": [{"system": "urn:example:mrn", "value": "1"}],
        "name": [{"family": "Berg", "given": ["Ada"]}],
        "gender": "female",
    } | members


def told(issues: list[Issue]) -> list[tuple[str, str]]:
    return [(issue.code, issue.path) for issue in issues if issue.level != "information"]


PATIENT = f"{US_CORE}us-core-patient"

CASES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({}, []),
    ({"resourceType": "Nothing"}, [("structure.resource-type", "Nothing.resourceType")]),
    ({"resourceType": None}, [("structure.resource-type", "resourceType")]),
    ({"gender": "F"}, [("binding.required", "Patient.gender")]),
    ({"birthDate": "1980-02-30"}, [("value.format", "Patient.birthDate")]),
    ({"birthDate": 1980}, [("structure.type", "Patient.birthDate")]),
    ({"active": "true"}, [("structure.type", "Patient.active")]),
    ({"foo": 1}, [("structure.unknown-element", "Patient.foo")]),
    ({"name": {"family": "Berg"}}, [("structure.type", "Patient.name")]),
    ({"name": []}, [("structure.empty", "Patient.name")]),
    ({"photo": [{}]}, [("structure.empty", "Patient.photo[0]")]),
    ({"photo": [{"id": "a"}]}, [("invariant.ele-1", "Patient.photo[0]")]),
    ({"photo": [None]}, [("structure.null", "Patient.photo[0]")]),
    ({"contact": [{"gender": "male"}]}, [("invariant.pat-1", "Patient.contact[0]")]),
    (
        {"deceasedBoolean": False, "deceasedDateTime": "2020"},
        [("structure.choice", "Patient.deceasedDateTime")],
    ),
    ({"deceasedString": "no"}, [("structure.unknown-element", "Patient.deceasedString")]),
    (
        {"generalPractitioner": [{"reference": "Patient/1"}]},
        [("reference.target", "Patient.generalPractitioner[0]")],
    ),
    ({"generalPractitioner": [{"reference": "https://x/fhir/Practitioner/1/_history/2"}]}, []),
    ({"generalPractitioner": [{"identifier": {"value": "x"}}]}, []),
    (
        {"generalPractitioner": [{"reference": "#gp"}]},
        [("invariant.ref-1", "Patient.generalPractitioner[0]")],
    ),
    ({"_birthDate": {"extension": [{"url": "urn:x", "valueString": "a"}]}}, []),
    ({"_birthDate": {"id": "x"}}, [("invariant.ele-1", "Patient.birthDate")]),
    ({"birthDate": "1980", "_birthDate": {"id": "x"}}, []),
    ({"birthDate": "1980", "_birthDate": "x"}, [("structure.companion", "Patient.birthDate")]),
    (
        {"name": [{"family": "B", "given": ["A", None], "_given": [None, {"id": "x"}]}]},
        [("invariant.ele-1", "Patient.name[0].given[1]")],
    ),
    (
        {"name": [{"family": "B", "given": ["A"], "_given": [None, None]}]},
        [("structure.companion", "Patient.name[0].given")],
    ),
    (
        {"name": [{"family": "B", "given": [None]}]},
        [("structure.null", "Patient.name[0].given[0]")],
    ),
    (
        {"extension": [{"url": "urn:x", "valueString": "a", "extension": [{"url": "urn:y"}]}]},
        [
            ("invariant.ext-1", "Patient.extension[0].extension[0]"),
            ("invariant.ext-1", "Patient.extension[0]"),
        ],
    ),
]


@pytest.mark.parametrize(("members", "expected"), CASES, ids=lambda case: str(case)[:60])
def test_a_broken_rule_is_one_issue_at_its_path(
    validator: Validator, members: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert told(validator.validate(patient(**members), [PATIENT])) == expected


def test_a_required_element_that_is_missing_is_named(validator: Validator) -> None:
    lacking = patient()
    del lacking["name"]
    assert told(validator.validate(lacking, [PATIENT])) == [("cardinality.min", "Patient.name")]
    assert told(validator.validate(lacking)) == []


def test_slices_of_an_extension_are_judged_by_its_profile(validator: Validator) -> None:
    race = {
        "url": f"{US_CORE}us-core-race",
        "extension": [{"url": "ombCategory", "valueString": "white"}],
    }
    assert told(validator.validate(patient(extension=[race]), [PATIENT])) == [
        ("structure.type", "Patient.extension[0].extension[0].valueString"),
        ("cardinality.min", "Patient.extension[0].extension[0].value[x]"),
        ("slice.min", "Patient.extension[0].extension"),
    ]
    # The definition speaks wherever the extension stands, claimed or not.
    assert told(validator.validate(patient(extension=[race]))) != []


def test_a_claim_is_judged_and_one_that_is_not_at_hand_is_said(validator: Validator) -> None:
    claiming = patient(gender="F", meta={"profile": [PATIENT, f"{PATIENT}|9.9.9", "urn:none"]})
    found = validator.validate(claiming)
    assert [(one.code, one.path) for one in found] == [
        ("profile.unknown", "Patient.meta.profile[1]"),
        ("profile.unknown", "Patient.meta.profile[2]"),
        ("binding.required", "Patient.gender"),
    ]
    assert found[-1].profile == PATIENT
    assert told(validator.validate(claiming, claims=False)) == [
        ("binding.required", "Patient.gender")
    ]


def test_a_profile_of_another_type_is_an_issue(validator: Validator) -> None:
    found = validator.validate(patient(meta={"profile": [f"{US_CORE}us-core-location"]}))
    assert told(found) == [("profile.type", "Patient.meta.profile[0]")]


def test_resources_inside_others_are_judged_where_they_stand(validator: Validator) -> None:
    inner = {"resourceType": "Organization", "id": "o", "name": 1}
    holder = patient(contained=[inner], managingOrganization={"reference": "#o"})
    assert ("structure.type", "Patient.contained[0].name") in told(validator.validate(holder))
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "resource": inner},
            {
                "fullUrl": "urn:uuid:d757873d-ec9a-4326-a141-556f43239520",
                "resource": patient(
                    generalPractitioner=[
                        {"reference": "urn:uuid:d757873d-ec9a-4326-a141-556f43239520"}
                    ]
                ),
            },
        ],
    }
    codes = told(validator.validate(bundle))
    assert ("structure.type", "Bundle.entry[0].resource.name") in codes
    assert ("reference.target", "Bundle.entry[1].resource.generalPractitioner[0]") in codes


def test_slices_that_nothing_tells_apart_are_listed() -> None:
    # Its categories are in a value set that is in no package.
    judge = Validator(shipped("hl7.fhir.us.core#8.0.0"))
    assert not judge.unjudged()
    documents = f"{US_CORE}us-core-adi-documentreference"
    judge.validate({"resourceType": "DocumentReference"}, [documents])
    (left,) = judge.unjudged()
    assert (left.what, left.name) == ("slice", f"{documents}#DocumentReference.category:adi")
    assert left.reason
    assert left.places == (left.name,)


def test_messages_hold_no_value_and_the_value_stands_apart(validator: Validator) -> None:
    found = validator.validate(patient(gender="secret-1", birthDate="secret-2", active="secret-3"))
    assert len(found) == 3
    assert all("secret" not in one.message for one in found)
    assert [one.value for one in found] == ["secret-1", "secret-2", "secret-3"]


@pytest.mark.parametrize("value", [None, True, 1, "x", [], {}, [{}], {"resourceType": []}])
def test_any_json_value_gets_an_issue(validator: Validator, value: Any) -> None:
    assert [one.level for one in validator.validate(value)] == ["error"]


def test_deep_nests_are_an_issue(validator: Validator) -> None:
    nest: dict[str, Any] = {"url": "urn:x", "valueString": "a"}
    for _ in range(3000):
        nest = {"url": "urn:x", "extension": [nest]}
    assert "json.depth" in [one.code for one in validator.validate(patient(extension=[nest]))]


def test_companions_that_end_before_the_values_are_a_warning(validator: Validator) -> None:
    beside = [{"extension": [{"url": "urn:x", "valueString": "a"}]}]
    issues = validator.validate(patient(name=[{"given": ["A", "B"], "_given": beside}]))
    assert ("structure.companion", "warning") in [(issue.code, issue.level) for issue in issues]
    assert all(issue.level != "error" for issue in issues)


def test_a_full_url_ends_with_the_id(validator: Validator) -> None:
    def entry(url: str) -> dict[str, Any]:
        return {"fullUrl": url, "resource": patient(id="a")}

    urls = [
        "https://x/Patient/a",
        "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
        "https://x/Patient/b",
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [entry(url) for url in urls]}
    assert told(validator.validate(bundle)) == [("bundle.full-url", "Bundle.entry[2].fullUrl")]


@pytest.mark.parametrize(
    ("reference", "type_", "agrees"),
    [
        ("Organization/1", "Organization", True),
        ("Organization/1", "Practitioner", False),
        ("https://x/y/Organization/1/_history/2", "Practitioner", False),
        ("https://x/Elsewhere/1", "Organization", True),
        ("urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "Organization", True),
        ("Organization/1", "http://x/StructureDefinition/Organization", True),
    ],
)
def test_the_type_of_a_reference_is_the_one_it_names(
    validator: Validator, reference: str, type_: str, agrees: bool
) -> None:
    issues = validator.validate(
        patient(managingOrganization={"reference": reference, "type": type_})
    )
    wrong = [("reference.type", "Patient.managingOrganization.type")]
    assert told(issues) == ([] if agrees else wrong)
