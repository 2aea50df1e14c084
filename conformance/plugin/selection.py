"""Which part of the suites a session runs: all of it, or a part that the verdict must name."""

import ast
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from conformance.checks.execute import Check
from conformance.core.ids import function_id
from conformance.resources import suites_root


@cache
def shipped_functions() -> frozenset[str]:
    """Return the ids of all check functions in the suites, read without importing them."""
    found = set()
    for path in sorted(suites_root().glob("*/test_*.py")):
        tree = ast.parse(path.read_bytes())
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.add(function_id(PurePosixPath(path.as_posix()), node.name))
    return frozenset(found)


def selection(collected: list[Check], kept: list[Check], keyword: str) -> dict[str, Any] | None:
    """
    Return what was selected, None for the whole of the suites.

    `collected` are the checks before deselection and `kept` those after it.
    """
    functions = {check.function_id for check in kept}
    if len(kept) == len(collected) and functions >= shipped_functions():
        return None
    areas = sorted({name.partition(".")[0].replace("-", "_") for name in functions})
    return {"suites": areas, "keyword": keyword}
