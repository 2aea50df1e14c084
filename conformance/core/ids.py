"""
Ids of checks, derived from where a check stands.

`suites/fhir_api/test_searches.py::test_returns_only_matches` with the row
`Patient:birthdate+name` is `fhir-api.searches.returns-only-matches[Patient:birthdate+name]`.
"""

import re
from pathlib import PurePosixPath

FUNCTION_ID = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+\.[a-z0-9-]+")
REQUIREMENT_ID = re.compile(r"[a-z0-9-]+#[A-Za-z0-9.-]+")
FINDING_CODE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def function_id(path_below_suites: PurePosixPath, function_name: str) -> str:
    """
    Return a check function's id.

    `path_below_suites` is the file's path below `suites/` (`fhir_api/test_reads.py`): never a node
    id, which depends on where pytest was started.
    """
    area = path_below_suites.parent.name
    module = path_below_suites.stem.removeprefix("test_")
    name = function_name.removeprefix("test_")
    return f"{area}.{module}.{name}".replace("_", "-")


def check_id(function: str, row_id: str) -> str:
    """Return the id of one row of a check function; `row_id` may be empty."""
    return f"{function}[{row_id}]" if row_id else function
