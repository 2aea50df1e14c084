"""FHIRPath as N1 defines it, judged through invariants on R4 resources."""

from decimal import Decimal
from typing import Any

import pytest

from conformance.ig.registry import shipped
from conformance.validation.fhirpath import NotEvaluable, Primitive, compile_invariant
from conformance.validation.fhirpath.invariants import compiled

pytestmark = pytest.mark.packages

UCUM = "http://unitsofmeasure.org"
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p",
    "active": True,
    "birthDate": "1974-12-25",
    "_birthDate": {
        "extension": [{"url": "http://e/time", "valueDateTime": "1974-12-25T14:35:45Z"}]
    },
    "_gender": {"extension": [{"url": "http://e/absent", "valueCode": "unknown"}]},
    "deceasedBoolean": False,
    "multipleBirthInteger": 2,
    "name": [
        {"use": "official", "family": "Chalmers", "given": ["Peter", "James"]},
        {"use": "usual", "given": ["Jim", None], "_given": [None, {"id": "g"}]},
    ],
    "contact": [{"name": {"family": "Marché"}, "telecom": [{"system": "phone", "value": "1"}]}],
    "contained": [{"resourceType": "Organization", "id": "o", "name": "O"}],
    "managingOrganization": {"reference": "#o"},
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "code": {"coding": [{"system": "http://loinc.org", "code": "1"}, {"code": "2"}]},
    "effectivePeriod": {"start": "2012-04-15T10:00:00+10:00", "end": "2012-04"},
    "valueQuantity": {"value": Decimal("185.0"), "unit": "lbs", "code": "[lb_av]", "system": UCUM},
    "referenceRange": [{"low": {"value": 1, "code": "mg"}, "high": {"value": 3, "code": "mg"}}],
}


def judge(expression: str, resource: dict[str, Any]) -> bool:
    evaluate = compile_invariant(expression, resource["resourceType"], shipped().types)
    return evaluate(resource, resource, resource)


def is_true(expression: str, resource: dict[str, Any]) -> bool:
    """Whether it is true, and not merely beyond judgement, as its opposite shows."""
    return judge(expression, resource) and not judge(f"({expression}\n).not()", resource)


TRUE = [
    # paths
    "Patient.name.given.first() = 'Peter'",
    "name.given.count() = 4",
    "name[1].use = 'usual'",
    "Observation.empty()",
    "name.`given`.exists()",
    # existence
    "exists() and name.exists() and name.exists(use = 'usual')",
    "name.all(given.exists())",
    "link.all(false)",
    "(name.given = 'Peter') = false",
    "name.given.distinct().count() = 4 and name.given.isDistinct()",
    "name.use.subsetOf('official' | 'usual' | 'old')",
    "('usual' | 'official').supersetOf(name.use)",
    "name.select(use = 'usual').anyTrue() and name.select(use = 'usual').allTrue().not()",
    "name.select(use.empty()).allFalse()",
    # filters, projections, parts
    "name.where(use = 'official').given.last() = 'James'",
    "name.select(given.first()) = ('Peter' | 'Jim')",
    "name.given.tail().count() = 3 and name.given.skip(1).first() = 'James'",
    "name.given.take(2).count() = 2 and name.where(use='usual').single().given.exists()",
    "name.repeat(period).empty()",
    "name.given.intersect('Jim' | 'Bob') = 'Jim'",
    "name.use.exclude('usual') = 'official'",
    "name.use.combine(name.use).count() = 4 and name.use.union(name.use).count() = 2",
    "(name.use | contact.name.use).count() = 2",
    "(name | name).count() = 2 and (name | contact.name).count() = 3",
    "name.combine(name).distinct().count() = 2 and ('a' | 'a').count() = 1",
    "name.combine(name).isDistinct().not() and (1 | 1.0 | true | 'a').count() = 3",
    "name.ofType(HumanName).count() = 2",
    "iif(active, 'a', 'b') = 'a' and iif(active.not(), 'a').empty()",
    "children().exists() and children().given.count() = 4",
    "descendants().family.count() = 2",
    # companions of primitives
    "birthDate.extension.exists() and birthDate.extension('http://e/time').value is dateTime",
    "birthDate.hasValue() and gender.exists() and gender.hasValue().not()",
    "gender.extension.value = 'unknown'",
    "name[1].given[1].id = 'g'",
    # types
    "deceased is boolean and deceased.is(boolean) and (deceased is dateTime).not()",
    "deceased is Boolean and deceased is System.Boolean",
    "multipleBirth.ofType(integer) = 2 and (multipleBirth as boolean).empty()",
    "Patient is DomainResource and Patient is Resource and (Patient is Observation).not()",
    "contained.first() is Organization and contained.ofType(Organization).id = 'o'",
    "managingOrganization.resolve().is(Organization)",
    "managingOrganization.resolve().ofType(Practitioner).empty()",
    "birthDate is FHIR.date",
    # equality and order
    "birthDate = @1974-12-25 and birthDate != @1974-12-26",
    "(birthDate = @1974-12).empty() and (birthDate < @1974-12).empty()",
    "birthDate > @1974-11 and birthDate <= @1974-12-25",
    "@2012-04-15T10:00:00+10:00 = @2012-04-15T00:00:00Z",
    "@2012-04-15T10:00:00.0Z = @2012-04-15T10:00:00Z",
    "@T10:30 < @T11:00",
    "1 < 2 and 2.0 = 2 and 'a' < 'b' and 1 != 2",
    "'A b' ~ 'a  B' and ('a' ~ 'b').not() and (1 !~ 2)",
    "(name.use ~ ('usual' | 'official'))",
    "(language = 'x').empty() and (language != 'x').empty()",
    # collections
    "'Jim' in name.given and name.given contains 'Jim' and ('x' in name.given).not()",
    "name[0].use in ('official' | 'old')",
    "(language in ('a' | 'b')).empty()",
    # logic
    "(language = 'a' and false) = false and (language = 'a' or true)",
    "(language = 'a' or false).empty() and (language = 'a' xor true).empty()",
    "(false implies language = 'a') and (language = 'a' implies true)",
    "true xor false and (true xor true).not()",
    # texts
    "'abc'.startsWith('ab') and 'abc'.endsWith('bc') and 'abc'.contains('b')",
    "'abc'.matches('^[a-c]+$') and ('abc'.matches('^b')).not()",
    "'abc'.replaceMatches('b.*', '') = 'a' and 'abc'.replace('b', 'd') = 'adc'",
    "'abc'.substring(1) = 'bc' and 'abc'.substring(1, 1) = 'b' and 'abc'.substring(3).empty()",
    "'abc'.length() = 3 and 'aB'.upper() = 'AB' and 'aB'.lower() = 'ab'",
    "'abc'.indexOf('c') = 2 and 'abc'.toChars().count() = 3 and 'a,b'.split(',').count() = 2",
    "('a' | 'b').join('-') = 'a-b' and ' a '.trim() = 'a'",
    "'a' & gender & 'b' = 'ab' and ('a' + 'b') = 'ab'",
    r"'it\'s' = 'it' & '\u0027' & 's'",
    # numbers and conversions
    "1 + 2 * 3 = 7 and (1 + 2) * 3 = 9 and 7 mod 2 = 1 and 7 div 2 = 3 and 1 / 2 = 0.5",
    "-1 < 0 and (1 / 0).empty() and 5.round() = 5 and (-7).abs() = 7",
    "2.5.ceiling() = 3 and 2.5.floor() = 2 and 2.5.truncate() = 2",
    "'12'.toInteger() = 12 and 'x'.toInteger().empty() and true.toString() = 'true'",
    "'1.5'.toDecimal() = 1.5 and 'yes'.toBoolean() and '1'.convertsToInteger()",
    "multipleBirth.toString() = '2'",
    # the rest
    "%resource.id = 'p' and %context.id = 'p' and %rootResource.id = 'p'",
    "%ucum = 'http://unitsofmeasure.org' and name.trace('n').exists()",
    "{}.empty() and ({} = 1).empty() // a comment",
]


@pytest.mark.parametrize("expression", TRUE)
def test_is_true_of_the_patient(expression: str) -> None:
    assert is_true(expression, PATIENT)


@pytest.mark.parametrize(
    "expression",
    [
        "value.ofType(Quantity).value = 185 and (value as Quantity).unit = 'lbs'",
        "value is Quantity and valueQuantity.code = '[lb_av]'",
        "value.value.toString() = '185.0'",
        "effective.start.exists() and effective.is(Period)",
        "(effective.ofType(Period).start > effective.ofType(Period).end).empty()",
        "referenceRange.all(low < high) and referenceRange.low <= referenceRange.high",
        "(value.ofType(Quantity) > referenceRange.low).empty()",
        "value.ofType(Quantity) = 185 '[lb_av]'",
        "code.coding.where(code in '1'|'3').exists()",
        "(code.coding.code = '1').not()",
    ],
)
def test_is_true_of_the_observation(expression: str) -> None:
    assert is_true(expression, OBSERVATION)


@pytest.mark.parametrize(
    "expression",
    [
        "gender = 'male'",
        "name.exists().not()",
        "(language = 'a') and true",
        "link.type = 'x'",
        "{}",
    ],
)
def test_neither_false_nor_empty_holds(expression: str) -> None:
    assert not judge(expression, PATIENT)


def test_a_text_that_is_not_there_contains_nothing() -> None:
    assert judge("implicitRules.contains('x').not() and language.startsWith('e').not()", PATIENT)


def test_several_items_where_one_is_wanted_cannot_be_judged() -> None:
    assert judge("name.use in ('official' | 'old')", PATIENT)
    assert judge("name.given.startsWith('P').not()", PATIENT)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("name.", "no FHIRPath at character 6"),
        ("name.where(", "no FHIRPath at character 12"),
        ("name ! use", "no FHIRPath at character 6"),
        ("(" * 100 + "name" + ")" * 100, "nests deeper"),
        ("a" * 30_000, "longer than"),
        ("code.memberOf('http://x')", "terminology"),
        ("today() > birthDate", "day of the validation"),
        ("conformsTo('http://x')", "profile"),
        ("%unknown.exists()", "%unknown has no value"),
        ("name.family.matches('(')", "no regular expression"),
        ("name.where()", "lacks an argument"),
    ],
)
def test_what_cannot_be_judged_says_why(expression: str, reason: str) -> None:
    with pytest.raises(NotEvaluable, match=reason) as caught:
        compile_invariant(expression, "Patient", shipped().types)
    assert reason in caught.value.reason


def test_an_unknown_element_is_empty() -> None:
    assert judge("nonsense.empty() and active", PATIENT)
    with pytest.raises(NotEvaluable, match="never true: Patient has no nonsense"):
        judge("nonsense.exists()", PATIENT)


def test_an_unknown_type_cannot_be_judged() -> None:
    with pytest.raises(NotEvaluable, match="no type Nonsense"):
        compile_invariant("exists()", "Nonsense", shipped().types)


def test_a_primitive_may_be_the_focus() -> None:
    evaluate = compile_invariant(
        "$this is dateTime implies toString().length() >= 10", "dateTime", shipped().types
    )
    assert evaluate("2020-01-01", PATIENT, PATIENT)
    assert not evaluate("2020-01", PATIENT, PATIENT)
    assert not evaluate(Primitive("2020", {"id": "a"}), PATIENT, PATIENT)


DOCUMENT: dict[str, Any] = {
    "resourceType": "Bundle",
    "type": "document",
    "entry": [
        {
            "fullUrl": "urn:uuid:1",
            "resource": {
                "resourceType": "Composition",
                "status": "final",
                "subject": {"reference": "Patient/p"},
                "section": [{"entry": [{"reference": "urn:uuid:2"}]}],
            },
        },
        {
            "fullUrl": "urn:uuid:2",
            "resource": {
                "resourceType": "Observation",
                "status": "final",
                "valueQuantity": {"value": 1, "code": "mg"},
                "_issued": {"extension": [{"url": "http://e", "valueCode": "unknown"}]},
                "subject": {"reference": "http://e/fhir/Patient/p"},
            },
        },
        {
            "fullUrl": "http://e/fhir/Patient/p",
            "resource": {**PATIENT, "address": [{"city": "Bern", "postalCode": "3000"}]},
        },
    ],
}


@pytest.mark.parametrize(
    "expression",
    [
        "entry.first().resource is Composition",
        "entry.resource.ofType(Composition).count() = 1",
        "entry.resource.where($this is Composition).status = 'final'",
        "entry.resource.ofType(Composition).subject.resolve() is Patient",
        "entry.resource.ofType(Composition).section.entry.resolve().exists()",
        "entry.resource.ofType(Composition).section.entry.resolve().status = 'final'",
        "entry.resource.ofType(Observation).subject.resolve().address.city = 'Bern'",
        "entry.resource.ofType(Observation).subject.resolve().address.postalCode.startsWith('3')",
        "entry.resource.ofType(Observation).subject.resolve().name.given.count() = 4",
        "entry.resource.ofType(Observation).subject.resolve().birthDate.hasValue()",
        "entry.resource.ofType(Observation).subject.resolve().gender.exists()",
        "entry.resource.status.count() = 2 and entry.resource.status.distinct().count() = 1",
        "entry.resource.value.code = 'mg' and entry.resource.issued.extension.exists()",
        "entry.resource.all(id.exists() or status.exists())",
        "entry.select(fullUrl & resource.id).isDistinct()",
        "entry.where(resource is Observation).resource.value.exists()",
        "entry.fullUrl.all(startsWith('urn:uuid:') or startsWith('http'))",
        "descendants().postalCode = '3000' and descendants().reference.count() = 4",
        "entry.resource.descendants().city = 'Bern'",
        "entry.resource.where(status = 'final').exists()",
        "(entry.resource.active = true) and entry.resource.deceased.exists()",
    ],
)
def test_is_true_of_the_document(expression: str) -> None:
    """What lies in resources of any type: entries, and what references lead to."""
    compiled(expression, "Bundle", shipped().types, "Bundle")
    assert is_true(expression, DOCUMENT)


def test_an_element_without_a_value_equals_nothing() -> None:
    assert judge("gender != 'male' and (gender = 'male') = false", PATIENT)
    assert judge("gender in ('male' | 'female') implies false", PATIENT)
    assert judge("name.given[3] != 'Jim' and ('x' in name.given).not()", PATIENT)
