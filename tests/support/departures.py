"""Where a resource leaves a profile, judged by the snapshot: a second opinion on our own data."""

from collections.abc import Iterator
from typing import Any


def departures_from(profile: dict[str, Any], resource: dict[str, Any]) -> Iterator[str]:
    """Yield where a resource leaves a profile: cardinality, fixed and pattern values, slices."""
    for element in profile["snapshot"]["element"]:
        *steps, last = element["id"].split(".")
        if not steps or any(":" in step for step in steps):
            continue
        name, _, slice_name = last.partition(":")
        for parent in children(resource, steps[1:]) if steps[1:] else [resource]:
            found = children(parent, [name])
            if slice_name:
                pattern = next((v for k, v in element.items() if k.startswith("pattern")), None)
                pattern = pattern or _component_pattern(profile, element["id"])
                if pattern is None:
                    continue
                found = [value for value in found if holds(value, pattern)]
            else:
                for key, value in element.items():
                    if key.startswith(("fixed", "pattern")):
                        wrong = [actual for actual in found if not holds(actual, value)]
                        if wrong:
                            yield f"{element['id']} is not {value}"
            if len(found) < element["min"]:
                yield f"{element['id']} is there {len(found)} times"
            if element["max"] != "*" and len(found) > int(element["max"]):
                yield f"{element['id']} is there {len(found)} times"


def _component_pattern(profile: dict[str, Any], slice_id: str) -> Any:
    for element in profile["snapshot"]["element"]:
        if element["id"] in (f"{slice_id}.code", f"{slice_id}.type"):
            for key, value in element.items():
                if key.startswith("pattern"):
                    return {element["id"].rpartition(".")[2]: value}
    return None


def holds(actual: Any, pattern: Any) -> bool:
    if isinstance(pattern, dict):
        return isinstance(actual, dict) and all(
            key in actual and holds(actual[key], value) for key, value in pattern.items()
        )
    if isinstance(pattern, list):
        return all(any(holds(item, wanted) for item in actual) for wanted in pattern)
    return bool(actual == pattern)


def children(node: Any, steps: list[str]) -> list[Any]:
    nodes = [node]
    for step in steps:
        found: list[Any] = []
        for current in nodes:
            if isinstance(current, dict):
                stem = step.removesuffix("[x]")
                for key, value in current.items():
                    choice = step != stem and key.startswith(stem) and key[len(stem)].isupper()
                    if key == step or choice:
                        found += value if isinstance(value, list) else [value]
        nodes = found
    return nodes
