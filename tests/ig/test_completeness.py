"""Nothing of a snapshot is lost on the way into the tree: counted on the packages themselves."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from conformance.ig.book_file import shipped_book
from conformance.ig.definitions import ElementRule
from conformance.ig.package import Package, iter_files
from conformance.ig.shipping import SHIPPED

pytestmark = pytest.mark.packages

EVERYWHERE = {"ele-1", "ext-1"}


def _rules(rule: ElementRule) -> Iterator[ElementRule]:
    yield rule
    for below in (*rule.slices, *rule.children):
        yield from _rules(below)


def _compiled(rule: ElementRule) -> tuple[object, ...]:
    return (
        rule.id,
        rule.min,
        "*" if rule.max < 0 else str(rule.max),
        rule.must_support,
        tuple(entry.key for entry in rule.invariants),
        rule.binding.value_set if rule.binding else None,
        len(rule.types),
        rule.slicing.rules if rule.slicing else None,
        rule.slice_name != "",
    )


def _written(element: dict[str, Any], ids: set[str]) -> tuple[object, ...]:
    id_, binding = element["id"], element.get("binding")
    return (
        id_,
        element["min"],
        element["max"],
        element.get("mustSupport", False),
        tuple(c["key"] for c in element.get("constraint", []) if c["key"] not in EVERYWHERE),
        binding.get("valueSet", "") if binding else None,
        len(element.get("type", [])),
        element["slicing"]["rules"] if "slicing" in element else None,
        ":" in id_.rpartition(".")[2] and id_.rpartition(":")[0] in ids,
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_every_element_of_every_snapshot_is_in_its_tree(
    name: str, official: Callable[[str, str], Package]
) -> None:
    book = shipped_book(name)
    package, _, version = name.partition("#")
    count = 0
    for _, content in iter_files(official(package, version).path, ("StructureDefinition-",)):
        written = json.loads(content)
        if "snapshot" not in written or written["kind"] == "logical":
            continue
        elements = written["snapshot"]["element"]
        ids = {element["id"] for element in elements}
        tree = Counter(_compiled(rule) for rule in _rules(book.definitions[written["url"]].root))
        assert tree == Counter(_written(element, ids) for element in elements), written["url"]
        count += 1
    assert count == len(book.definitions)
