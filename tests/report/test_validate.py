"""A results document is held against its schema."""

from typing import Any

import pytest

from conformance.report.validate import SCHEMA_FILE, validate_results

SMALL = {
    "type": "object",
    "required": ["schema"],
    "properties": {
        "schema": {"const": 1},
        "checks": {"type": "array", "items": {"properties": {"outcome": {"enum": ["PASS"]}}}},
    },
}


def test_a_valid_document_has_no_problem() -> None:
    assert validate_results({"schema": 1, "checks": [{"outcome": "PASS"}]}, schema=SMALL) == []


def test_each_problem_names_its_place_in_order() -> None:
    checks = [{"outcome": "PASS"}] * 2 + [{"outcome": "GREEN"}] * 9
    problems = validate_results({"checks": checks}, schema=SMALL)
    assert problems[0].startswith("$: 'schema' is a required property")
    places = [problem.partition(":")[0] for problem in problems[1:]]
    assert places == [f"$.checks[{place}].outcome" for place in range(2, 11)]


def test_the_same_fault_in_many_checks_is_counted_not_repeated() -> None:
    document = {"schema": 1, "checks": [{"outcome": "GREEN"}] * 30}
    problems = validate_results(document, schema=SMALL, most=10)
    assert len(problems) == 11
    assert problems[-1] == "$: 20 more problems"


def test_a_problem_shows_server_text_escaped_and_short() -> None:
    document = {"schema": 1, "checks": [{"outcome": "\x1b[31m" + "W" * 10_000}]}
    (problem,) = validate_results(document, schema=SMALL)
    assert "\x1b" not in problem
    assert len(problem) < 400


@pytest.mark.parametrize("wrong", [None, 3, "text", []])
def test_what_is_no_object_is_a_problem_not_an_error(wrong: object) -> None:
    assert validate_results(wrong, schema=SMALL)


def test_the_golden_documents_are_valid(document: dict[str, Any]) -> None:
    assert validate_results(document) == []


def test_the_shipped_schema_refuses_a_document_without_a_verdict(example: dict[str, Any]) -> None:
    del example["verdict"]
    assert any("verdict" in problem for problem in validate_results(example))


def test_the_schema_ships_beside_the_code() -> None:
    assert SCHEMA_FILE.is_file()
