"""Filters select codes of a complete code system as R4 defines them."""

from typing import Any

import pytest

from conformance.ig.code_systems import CodeSystem
from conformance.ig.untold import Untold

ANIMALS: dict[str, Any] = {
    "content": "complete",
    "property": [{"code": "legs"}, {"code": "tame"}],
    "concept": [
        {
            "code": "animal",
            "concept": [
                {"code": "cat", "property": [{"code": "tame", "valueBoolean": True}]},
                {
                    "code": "bird",
                    "property": [{"code": "legs", "valueInteger": 2}],
                    "concept": [{"code": "owl"}],
                },
            ],
        },
        {"code": "bat", "property": [{"code": "subsumedBy", "valueCode": "animal"}]},
        {"code": "stone", "display": "a stone"},
    ],
}


def _selected(name: str, operation: str, value: str, **more: Any) -> list[str]:
    system = CodeSystem("http://mini/animals", ANIMALS | more)
    return list(system.select({"property": name, "op": operation, "value": value}))


@pytest.mark.parametrize(
    ("name", "operation", "value", "codes"),
    [
        ("concept", "is-a", "animal", ["animal", "cat", "bird", "owl", "bat"]),
        ("concept", "descendent-of", "animal", ["cat", "bird", "owl", "bat"]),
        ("code", "is-not-a", "animal", ["stone"]),
        ("concept", "generalizes", "owl", ["animal", "bird", "owl"]),
        ("code", "regex", ".a.", ["cat", "bat"]),
        ("code", "in", "cat, owl", ["cat", "owl"]),
        ("code", "not-in", "animal,cat,bird,owl", ["bat", "stone"]),
        ("legs", "=", "2", ["bird"]),
        ("tame", "=", "true", ["cat"]),
        ("tame", "exists", "false", ["animal", "bird", "owl", "bat", "stone"]),
        ("parent", "=", "animal", ["cat", "bird", "bat"]),
        ("child", "=", "owl", ["bird"]),
    ],
)
def test_a_filter_selects(name: str, operation: str, value: str, codes: list[str]) -> None:
    assert _selected(name, operation, value) == codes


@pytest.mark.parametrize(
    ("name", "operation", "value", "why"),
    [
        ("concept", "is-a", "dog", "has no code dog"),
        ("display", "=", "a stone", "display = cannot be applied"),
        ("wings", "=", "2", "wings = cannot be applied"),
        ("legs", "more-than", "2", "legs more-than cannot be applied"),
        ("code", "regex", "(", "cannot be read"),
    ],
)
def test_what_it_cannot_judge_is_said(name: str, operation: str, value: str, why: str) -> None:
    with pytest.raises(Untold, match=why):
        _selected(name, operation, value)


def test_a_hierarchy_of_parts_is_none_of_kinds() -> None:
    with pytest.raises(Untold, match="hierarchy"):
        _selected("concept", "is-a", "animal", hierarchyMeaning="part-of")


def test_concepts_that_descend_from_themselves_come_to_an_end() -> None:
    loop = {"code": "a", "property": [{"code": "parent", "valueCode": "a"}]}
    assert _selected("concept", "is-a", "a", concept=[loop]) == ["a"]


@pytest.mark.parametrize("content", ["fragment", "example", "not-present", "supplement"])
def test_an_incomplete_system_tells_nothing(content: str) -> None:
    with pytest.raises(Untold, match="no package at hand lists all codes of http://mini/animals"):
        CodeSystem("http://mini/animals", ANIMALS | {"content": content})
