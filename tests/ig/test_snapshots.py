"""What profiles fix for a coded element: by pattern, by fixed parts, by a required value set."""

from typing import Any

from conformance.ig.rulebook import Code
from conformance.ig.snapshots import fixed_codes


def profile(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"snapshot": {"element": list(elements)}}


def test_a_pattern_and_a_required_value_set_are_told() -> None:
    coding = {"system": "s", "code": "a"}
    found = fixed_codes(
        profile(
            {"path": "T.category", "patternCodeableConcept": {"coding": [coding]}},
            {"path": "T.category", "binding": {"strength": "required", "valueSet": "http://v|2"}},
            {"path": "T.category", "binding": {"strength": "preferred", "valueSet": "http://w"}},
            {"path": "T.code", "patternCodeableConcept": {"coding": [coding | {"code": "b"}]}},
        ),
        "T.category",
    )
    assert list(found) == [Code(system="s", code="a"), "http://v"]


def test_a_slice_that_fixes_system_and_code_apart_is_told_once() -> None:
    found = fixed_codes(
        profile(
            {"id": "T.category:X", "path": "T.category"},
            {
                "id": "T.category:X.coding.system",
                "path": "T.category.coding.system",
                "fixedUri": "s",
            },
            {"id": "T.category:X.coding.code", "path": "T.category.coding.code", "fixedCode": "a"},
            {"id": "T.category:Y.coding.code", "path": "T.category.coding.code"},
        ),
        "T.category",
    )
    assert list(found) == [Code(system="s", code="a")]
    assert list(fixed_codes({}, "T.category")) == []
