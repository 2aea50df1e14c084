"""Follow a discriminator's path through a value, and test what stands there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from conformance.ig.definitions import ElementRule
from conformance.validation.checks import Context, Match
from conformance.validation.references import target_of

Test = Callable[[Any], bool]


def somewhere(steps: Sequence[str], test: Test) -> Match:
    """Return the match of a value in which something at the path passes `test`."""
    if len(steps) == 1 and steps[0].isidentifier():
        name = steps[0]

        def match(value: Any, context: Context) -> bool | None:
            node = value.get(name) if isinstance(value, dict) else None
            if isinstance(node, list):
                return any(map(test, node))
            return node is not None and test(node)

        return match

    def match_deep(value: Any, context: Context) -> bool | None:
        nodes: list[Any] = [value]
        for step in steps:
            if step == "resolve()":
                nodes = [target_of(node, context) for node in nodes]
                if any(node is None for node in nodes):
                    return None
            else:
                nodes = [below for node in nodes for below in taken(node, step)]
        return any(map(test, nodes))

    return match_deep


def there(steps: Sequence[str], rule: ElementRule) -> Match | None:
    """Return the match of what a slice asks to be there or not, None where it asks neither."""
    if rule.max == 0:
        return lambda value, context: not _has(value, steps)
    if rule.min > 0:
        return lambda value, context: _has(value, steps)
    return None


def _has(value: Any, steps: Sequence[str]) -> bool:
    *above, last = steps
    # A primitive may be there with nothing but extensions, under the name of its companion.
    return any(
        any(True for _ in taken(node, step))
        for node in reached(value, above)
        for step in (last, f"_{last}")
    )


def of_type(steps: Sequence[str], types: Iterable[str]) -> Match:
    """Return the match of a choice: its type stands in its name in JSON."""
    *above, last = steps
    name = last.removesuffix("[x]")
    keys = [f"{name}{type_[:1].upper()}{type_[1:]}" for type_ in types]
    names = frozenset((*keys, *(f"_{key}" for key in keys)))

    def match(value: Any, context: Context) -> bool:
        nodes = reached(value, above)
        return any(isinstance(node, dict) and not names.isdisjoint(node) for node in nodes)

    return match


def reached(value: Any, steps: Iterable[str]) -> Iterator[Any]:
    """Return what a path of names and extensions leads to."""
    nodes = [value]
    for step in steps:
        nodes = [below for node in nodes for below in taken(node, step)]
    return iter(nodes)


def taken(node: Any, step: str) -> Iterator[Any]:
    """Yield what one step of a path leads to."""
    if not isinstance(node, dict):
        return
    if step.startswith("extension("):
        url = step[len("extension('") : -2]
        extensions = node.get("extension")
        for one in extensions if isinstance(extensions, list) else ():
            if isinstance(one, dict) and one.get("url") == url:
                yield one
        return
    if step.startswith("ofType("):
        yield node
        return
    name = step.removesuffix("[x]")
    found = node.get(name)
    if found is None:
        for key, value in node.items():
            if key.startswith(name) and key[len(name) : len(name) + 1].isupper():
                found = value
                break
    if isinstance(found, list):
        yield from found
    elif found is not None:
        yield found


def is_type(node: Any, types: Iterable[str]) -> bool:
    """Tell whether a resource is of one of `types`."""
    if isinstance(node, dict):
        stated = node.get("resourceType")
        return stated in types if isinstance(stated, str) else False
    return False
