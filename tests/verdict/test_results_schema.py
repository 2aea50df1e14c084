"""The shipped schema takes what is judged, and refuses what is not a results document."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import conformance
from conformance.catalogue import Catalogue
from conformance.core.outcomes import Outcome
from conformance.verdict import judge

SCHEMA = Path(conformance.__file__).with_name("report") / "results.schema.json"
Checks = list[dict[str, Any]]


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.fixture
def judged(
    document: Callable[..., dict[str, Any]], catalogue: Catalogue
) -> Callable[..., dict[str, Any]]:
    """Return a whole results document, verdict included."""

    def make(checks: Checks, **parts: Any) -> dict[str, Any]:
        given = document(checks, **parts)
        return {**given, "verdict": judge(given, catalogue)}

    return make


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"complete": False},
        {"run": {"selection": {"suites": ["fhir_api"], "keyword": "paging"}}},
        {"run": {"require": "no-new-failures", "baseline": ["a.b.c"], "edition": "any"}},
        {"run": {"interrupted": True}},
        {"target": {"kind": "ehr", "fhir_api": False, "fhir_version": None, "software": None}},
        {"target": {"reachable": False}},
        {"target": {"access": "open-sandbox"}},
        {"target": {"us_core": {"edition": "3.1.1", "from": "option", "declared": []}}},
    ],
    ids=json.dumps,
)
def test_a_judged_document_is_valid(
    parts: dict[str, Any],
    sound: Checks,
    judged: Callable[..., dict[str, Any]],
    validator: Draft202012Validator,
) -> None:
    assert [error.message for error in validator.iter_errors(judged(sound, **parts))] == []


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_valid(
    outcome: Outcome,
    check: Callable[..., dict[str, Any]],
    judged: Callable[..., dict[str, Any]],
    validator: Draft202012Validator,
) -> None:
    made = check(
        "us-core#search-shall",
        outcome.value,
        code="some.code" if outcome is not Outcome.PASS else None,
        confirmed=True if outcome is Outcome.FAIL else None,
        row={"type": "Patient", "parameters": ["name"], "profile": "us-core-patient", "more": 1},
        findings=("SHALL", "SHOULD", "TOLERATED"),
    )
    assert [error.message for error in validator.iter_errors(judged([made]))] == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("schema",), 2),
        (("surprise",), 1),
        (("verdict", "class"), "certified"),
        (("verdict", "exit"), 2),
        (("verdict", "rule"), 0),
        (("verdict", "surprise"), 1),
        (("verdict", "gates"), []),
        (("run", "require"), "everything"),
        (("target", "kind"), "emr"),
        (("target", "types_shown"), {"Patient": -1}),
        (("transcript", "started"), "yesterday"),
        (("checks", 0, "outcome"), "OK"),
        (("checks", 0, "requirements"), []),
        (("checks", 0, "confirmed"), True),
        (("checks", 0, "function"), "no function id"),
        (("checks", 0, "findings"), [{"code": "x.y"}]),
    ],
)
def test_what_is_no_results_document_is_refused(
    place: tuple[str | int, ...],
    value: Any,
    sound: Checks,
    judged: Callable[..., dict[str, Any]],
    validator: Draft202012Validator,
) -> None:
    spoiled = copy.deepcopy(judged(sound))
    inner: Any = spoiled
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    assert not validator.is_valid(spoiled)


@pytest.mark.parametrize("outcome", ["FAIL", "SKIP", "ERROR"])
def test_what_was_not_shown_says_why(
    outcome: str,
    sound: Checks,
    judged: Callable[..., dict[str, Any]],
    validator: Draft202012Validator,
) -> None:
    spoiled = judged([{**sound[0], "outcome": outcome, "code": None}])
    assert not validator.is_valid(spoiled)
