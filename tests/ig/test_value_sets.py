"""Value sets expand only when the packages at hand tell all of their codes."""

from typing import Any

import pytest

from conformance.ig.value_sets import ValueSets

SYSTEMS = {
    "s": {"content": "complete", "concept": [{"code": "a"}, {"code": "b"}]},
    "part": {"content": "fragment", "concept": [{"code": "a"}]},
}


def expanded(*include: dict[str, Any], exclude: list[dict[str, Any]] | None = None) -> Any:
    sets = {
        "v": {"compose": {"include": list(include), "exclude": exclude or []}},
        "other": {"compose": {"include": [{"system": "t", "concept": [{"code": "c"}]}]}},
        "loop": {"compose": {"include": [{"valueSet": ["loop"]}]}},
    }
    codes = ValueSets(sets, SYSTEMS).expand("v")
    return None if codes is None else [code.code for code in codes]


def test_whole_systems_lists_and_other_sets_are_joined() -> None:
    listed = {"system": "t", "concept": [{"code": "c"}, {"code": "d"}]}
    assert expanded({"system": "s"}, listed, {"valueSet": ["other|1"]}) == ["a", "b", "c", "d"]


def test_excluded_codes_are_left_out() -> None:
    excluded = [{"system": "s", "concept": [{"code": "a"}]}]
    assert expanded({"system": "s"}, exclude=excluded) == ["b"]


@pytest.mark.parametrize(
    "part",
    [
        {"system": "part"},
        {"system": "unknown"},
        {"system": "s", "filter": [{"property": "concept"}]},
        {"valueSet": ["unknown"]},
        {"valueSet": ["loop"]},
    ],
)
def test_what_cannot_be_told_offline_is_not_guessed(part: dict[str, Any]) -> None:
    assert expanded(part) is None
