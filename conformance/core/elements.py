"""
Walk the elements of a FHIR resource in JSON form by simple paths.

A path is `name.given`, without the resource type. `effective[x]` stands for every concrete name of
a choice element (`effectiveDateTime`, `effectivePeriod`, ...). Lists are walked through; what is
not there yields nothing. Server data can have any shape: nothing here raises on a wrong one.
"""

from collections.abc import Iterator
from typing import Any


def walk(resource: Any, path: str) -> Iterator[Any]:
    """Yield each value at `path`, in document order."""
    for _, value in walk_typed(resource, path):
        yield value


def walk_typed(resource: Any, path: str) -> Iterator[tuple[str, Any]]:
    """
    Yield `(type, value)` for each value at `path`.

    `type` is the suffix of the last choice element (`DateTime` for `effectiveDateTime`), else "".
    """
    nodes: list[tuple[str, Any]] = [("", resource)]
    for step in path.split(".") if path else []:
        nodes = [found for _, node in nodes for found in _children(node, step)]
    yield from nodes


def has(resource: Any, path: str) -> bool:
    """Tell whether `path` holds at least one value."""
    return next(walk(resource, path), None) is not None


def _children(node: Any, step: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(node, dict):
        return
    if step.endswith("[x]"):
        stem = step[:-3]
        for name, value in node.items():
            suffix = name[len(stem) :]
            if name.startswith(stem) and suffix[:1].isupper():
                yield from ((suffix, item) for item in _flat(value))
    else:
        yield from (("", item) for item in _flat(node.get(step)))


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    elif value is not None:
        yield value
