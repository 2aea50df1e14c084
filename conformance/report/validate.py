"""Hold a results document against its published schema."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from conformance.report.escape import visible

SCHEMA_FILE = Path(__file__).with_name("results.schema.json")
_LONGEST_PROBLEM = 300


def validate_results(
    document: object, *, schema: Mapping[str, Any] | None = None, most: int = 50
) -> list[str]:
    """
    Return what is wrong with `document`, each problem with its JSON path; empty when valid.

    `schema` stands in for the shipped one. Past `most` problems only their number is said: one
    fault in the writer repeats for each check.
    """
    validator = _shipped() if schema is None else Draft202012Validator(schema)
    errors = sorted(validator.iter_errors(document), key=_place)
    problems = [
        f"{visible(error.json_path)}: {visible(error.message, limit=_LONGEST_PROBLEM)}"
        for error in errors[:most]
    ]
    if len(errors) > most:
        problems.append(f"$: {len(errors) - most} more problems")
    return problems


def _place(error: ValidationError) -> list[str]:
    """Sort by place in the document, `checks[2]` before `checks[10]`."""
    return [f"{step:09d}" if isinstance(step, int) else step for step in error.absolute_path]


@cache
def _shipped() -> Draft202012Validator:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
