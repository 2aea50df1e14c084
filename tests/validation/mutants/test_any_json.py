"""Whatever comes, issues come back: arbitrary JSON, examples torn apart, deep nests, raw bytes."""

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.validation.issue import Issue
from conformance.validation.parsing import parse
from conformance.validation.validator import Validator
from tests.support.mutants.judging import validator
from tests.support.mutants.kinds import TABLES
from tests.support.mutants.library import CORE, US_CORE, package

US = US_CORE[3]
CODE = re.compile(
    r"(json|structure|cardinality|value|slice|binding|reference|narrative|profile|extension"
    r"|sanity)\.[a-z-]+|invariant\.[A-Za-z0-9-]+"
)
LEVELS = {"error", "warning", "information"}
SECRET = "Xq9Zsecret"

NAMES = ("resourceType", "id", "meta", "profile", "text", "contained", "extension", "url", "value")
WORDS = st.one_of(
    st.sampled_from((*NAMES, "Patient", "Bundle", "Observation", "_id", "valueString", "entry")),
    st.text(max_size=8),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True),
    WORDS,
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=5)),
    max_leaves=20,
)
PROFILES = st.lists(
    st.sampled_from(
        (
            "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient",
            "http://hl7.org/fhir/us/core/StructureDefinition/us-core-blood-pressure|6.1.0",
            "http://hl7.org/fhir/StructureDefinition/Extension",
            "http://example.org/nobody",
            "",
            "|",
        )
    ),
    max_size=2,
)

many = settings(max_examples=200, derandomize=True)
few = settings(max_examples=60, derandomize=True)


def _well_formed(issues: list[Issue], type_: str = "") -> None:
    for issue in issues:
        assert CODE.fullmatch(issue.code), issue
        assert issue.level in LEVELS
        assert isinstance(issue.path, str)
        assert issue.message
        assert type_ == "" or issue.path.startswith(type_) or issue.path == ""
    assert isinstance(issues, list)


def _judged(resource: Any, judge: Validator, profiles: list[str] | None = None) -> None:
    before = copy.deepcopy(resource)
    issues = judge.validate(resource, profiles or [], claims=True)
    _well_formed(issues)
    assert issues == judge.validate(resource, profiles or [], claims=True)
    assert repr(resource) == repr(before), "what is judged stays as it is"


@many
@given(value=JSON, profiles=PROFILES)
def test_arbitrary_json_is_judged(value: Any, profiles: list[str]) -> None:
    """Of any shape, with any profile."""
    _judged(value, validator(US), profiles)


@many
@given(
    type_=st.sampled_from(sorted(TABLES)),
    members=st.dictionaries(WORDS, JSON, max_size=6),
    profiles=PROFILES,
)
def test_resources_of_anything_are_judged(
    type_: str, members: dict[str, Any], profiles: list[str]
) -> None:
    """A type that R4 has, with members that it may not have."""
    _judged({**TABLES[type_], **members, "resourceType": type_}, validator(US), profiles)


@many
@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode)))
def test_arbitrary_bytes_are_read(content: bytes) -> None:
    """Also bytes that are no text."""
    value, issues = parse(content)
    _well_formed(issues)
    assert value is not None or issues or content.strip() == b"null"
    _judged(value, validator(CORE))


@few
@given(value=JSON)
def test_json_survives_the_reading(value: Any) -> None:
    """What is valid JSON is read without an error but for numbers that JSON does not have."""
    _, issues = parse(json.dumps(value).encode())
    assert {i.code for i in issues} <= {"json.number", "json.encoding"}


@pytest.mark.packages
@few
@given(data=st.data())
def test_examples_torn_apart_are_judged(data: st.DataObject) -> None:
    """Members taken away, put in, and changed for anything."""
    examples = package(US).examples
    resource = data.draw(st.sampled_from(examples)).read()
    for _ in range(data.draw(st.integers(1, 5))):
        _torn(resource, data)
    _judged(resource, validator(US))


def _torn(resource: dict[str, Any], data: st.DataObject) -> None:
    place: Any = resource
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and data.draw(st.booleans()):
            place = place[key]
            continue
        what = data.draw(st.sampled_from(("take", "change", "add")))
        if what == "take":
            del place[key]
        elif what == "change":
            place[key] = data.draw(JSON)
        elif isinstance(place, dict):
            place[data.draw(WORDS)] = data.draw(JSON)
        else:
            place.append(data.draw(JSON))
        return


@pytest.mark.parametrize("opened", ["[", '{"extension":', '[{"extension":', '{"contained":['])
@pytest.mark.parametrize("levels", [10, 60, 500, 5000, 50_000])
def test_deep_nests_are_judged(opened: str, levels: int) -> None:
    """As text they are read or refused."""
    closed = opened[::-1].translate(str.maketrans("[{", "]}", '":nodetxiac'))
    text = f'{{"resourceType":"Patient","extension":{opened * levels}1{closed * levels}}}'
    value, issues = parse(text.encode())
    _well_formed(issues)
    _judged(value, validator(CORE))


@pytest.mark.parametrize("kind", ["list", "extension", "contained", "item"])
def test_nests_that_never_were_text_are_judged(kind: str) -> None:
    """Far deeper than anything that is read, and in Python's own structures."""
    value: Any = {"resourceType": "Patient"}
    for _ in range(20_000):
        value = [value] if kind == "list" else {kind: [value], "resourceType": "Questionnaire"}
    issues = validator(CORE).validate({"resourceType": "Questionnaire", "item": [value]})
    _well_formed(issues)
    assert issues


@pytest.mark.parametrize(
    "value",
    [10**5000, -(10**5000), 1e308, float("nan"), float("inf"), "x" * 10**6, [None] * 10**5],
    ids=["large", "small", "a float", "no number", "infinity", "a text", "an array"],
)
def test_large_values_are_judged(value: Any) -> None:
    """Wherever they stand."""
    for name in ("active", "birthDate", "name", "multipleBirthInteger", "contained", "id", "text"):
        _well_formed(validator(US).validate({"resourceType": "Patient", name: value}))


@pytest.mark.packages
@pytest.mark.parametrize("edition", US_CORE)
def test_no_message_tells_what_a_record_says(edition: str) -> None:
    """Every text of the examples is changed for a secret, which breaks most rules."""
    for example in package(edition).examples[::3]:
        resource = _secret(example.read(), "")
        issues = validator(edition).validate(resource)
        told = [i for i in issues if SECRET in i.message or SECRET in i.path or SECRET in i.profile]
        assert not told, example.key


def _secret(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _secret(member, name) for name, member in value.items()}
    if isinstance(value, list):
        return [_secret(member, key) for member in value]
    # Types, profiles and extensions say which rules are asked; they are no patient's.
    return (
        SECRET
        if isinstance(value, str) and key not in {"resourceType", "profile", "url"}
        else value
    )
