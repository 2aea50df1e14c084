"""Examples with one thing changed, of the kinds that leave JSON's shapes as they are."""

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

Spot = tuple[Any, Any]
"""An object or array and the key or index within."""


def mutants(resource: dict[str, Any], number: int, seed: str) -> Iterator[dict[str, Any]]:
    """A number of changed copies of a resource, always the same ones for a seed."""
    random = Random(seed)
    for _ in range(number):
        changed = deepcopy(resource)
        spots = list(_spots(changed))
        if not spots:
            return
        holder, key = random.choice(spots)
        _change(holder, key, random, spots)
        yield changed


def _spots(value: Any) -> Iterator[Spot]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        if key != "resourceType":
            yield value, key
        if isinstance(inner, dict | list):
            yield from _spots(inner)


def _change(holder: Any, key: Any, random: Random, spots: list[Spot]) -> None:
    value = holder[key]
    kind = random.choice(("drop", "drop", "twice", "other", "companion"))
    if kind == "twice" and isinstance(value, list):
        value.append(deepcopy(random.choice(value)) if value else value)
    elif kind == "other" and isinstance(value, str | int | float):
        alike = [place[name] for place, name in spots if type(place[name]) is type(value)]
        holder[key] = random.choice(alike)
    elif kind == "companion" and isinstance(holder, dict) and isinstance(value, str | int | bool):
        extension = {"url": "http://example.org/absent", "valueCode": "unknown"}
        holder[f"_{key}"] = {"extension": [extension]}
        del holder[key]
    else:
        del holder[key]
