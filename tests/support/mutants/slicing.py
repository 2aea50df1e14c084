"""Which slice a value belongs to, as far as discriminators say it without looking elsewhere."""

from typing import Any

from tests.support.mutants.library import Library
from tests.support.mutants.snapshots import Node, below, tree


def belongs(library: Library, sliced: Node, narrower: Node, value: Any, code: str) -> bool | None:
    """Say whether a value of a sliced element is in a slice; None where this module cannot."""
    slicing = sliced.element.get("slicing")
    if not slicing:
        return None
    verdict: bool | None = True
    for discriminator in slicing.get("discriminator", ()):
        one = _holds(library, narrower, discriminator, value, code)
        if one is False:
            return False
        verdict = None if one is None else verdict
    return verdict if slicing.get("discriminator") else None


def _holds(
    library: Library, narrower: Node, discriminator: dict[str, Any], value: Any, code: str
) -> bool | None:
    kind, path = discriminator["type"], discriminator["path"]
    if kind == "type":
        return code in narrower.codes() if path == "$this" else None
    steps = [] if path == "$this" else path.split(".")
    if kind not in {"value", "pattern"} or any("(" in step for step in steps):
        return None
    node: Node | None = narrower
    values = [value]
    for step in steps:
        if node is None:
            return None
        rest = steps[steps.index(step) :]
        constant = _constant(node)
        if constant is not None:
            return any(
                _has(found, _part(constant, rest)) for v in values for found in _get(v, rest)
            )
        node = _child(library, node, step)
        values = [found for v in values for found in _get(v, [step])]
    if node is None:
        return None
    constant = _constant(node)
    return None if constant is None else any(_has(found, constant) for found in values)


def _constant(node: Node) -> Any:
    fixed = node.constant("fixed")
    return node.constant("pattern") if fixed is None else fixed


def _part(constant: Any, steps: list[str]) -> Any:
    for step in steps:
        constant = constant[0] if isinstance(constant, list) else constant
        constant = constant.get(step) if isinstance(constant, dict) else None
    return constant[0] if isinstance(constant, list) and constant else constant


def _child(library: Library, node: Node, step: str) -> Node | None:
    """The element below; of an extension, that of its profile."""
    profiles = [p for t in node.types for p in t.get("profile", ())]
    definition = library.definition(profiles[0]) if len(profiles) == 1 else None
    if definition and not any(child.name == step for child in node.children):
        node = tree(definition)
    _, children = below(library, node)
    return next((c for c in children if c.name == step), None)


def _get(value: Any, steps: list[str]) -> list[Any]:
    values = [value]
    for step in steps:
        found = [v[step] for v in values if isinstance(v, dict) and step in v]
        values = [w for v in found for w in (v if isinstance(v, list) else [v])]
    return values


def _has(value: Any, pattern: Any) -> bool:
    """Say whether a value has everything that a pattern asks for, lists in any order."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(_has(value.get(k), v) for k, v in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(_has(v, p) for v in value) for p in pattern)
    return bool(value == pattern)


def discriminating(above: tuple[Node, ...], node: Node) -> bool:
    """Say whether a node's value tells slices apart: its own or of something around it."""
    for around in (*above, node):
        if around.sliced is None:
            continue
        for discriminator in around.sliced.element.get("slicing", {}).get("discriminator", ()):
            if discriminator["type"] == "type" and discriminator["path"] == "$this":
                if node is around:
                    return True
                continue
            wanted = discriminator["path"].split(".")
            steps = [part for part in node.id.removeprefix(around.id).split(".") if part]
            if (
                wanted == ["$this"]
                or steps[: len(wanted)] == wanted
                or wanted[: len(steps)] == steps
            ):
                return True
    return False
