"""Value sets expand only when the packages at hand tell all of their codes."""

from typing import Any

import pytest

from conformance.ig.untold import Untold
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


def _reason(sets: dict[str, Any], systems: dict[str, Any] | None = None) -> str:
    with pytest.raises(Untold) as said:
        ValueSets(sets, systems or SYSTEMS).codes("v")
    return str(said.value)


def _set(*include: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"compose": {"include": list(include)}, **more}


def test_all_conditions_of_one_include_hold_at_once() -> None:
    part = {"system": "s", "valueSet": ["other", "third"]}
    one = {"system": "s", "concept": [{"code": "b"}, {"code": "x"}]}
    sets = {"v": _set(part), "other": _set(one), "third": _set({"system": "s"})}
    assert list(ValueSets(sets, SYSTEMS).codes("v")) == [("s", "b")]


def test_the_expansion_counts_where_the_definition_cannot_be_told() -> None:
    contains = [{"system": "t", "code": "group", "abstract": True, "contains": []}]
    contains[0]["contains"] = [{"system": "t", "code": "x"}]
    kept = {"total": 2, "contains": contains}
    whole = _set({"system": "t"}, expansion=kept)
    assert list(ValueSets({"v": whole}, SYSTEMS).codes("v")) == [("t", "x")]
    open_ = {"url": "http://hl7.org/fhir/StructureDefinition/valueset-unclosed"}
    for cut in ({"total": 3}, {"offset": 1}, {"extension": [open_]}):
        part = _set({"system": "t"}, expansion=kept | cut)
        assert "code system t is in none" in _reason({"v": part})


def test_the_reason_names_what_is_missing() -> None:
    assert "value set vsac is in none" in _reason({"v": _set({"valueSet": ["vsac"]})})
    assert "draws on itself" in _reason({"v": _set({"valueSet": ["v"]})})
    assert "does not say what it is made of" in _reason({"v": {}})
    assert "includes nothing" in _reason({"v": _set({})})
    assert "cannot be read" in _reason({"v": _set({"system": "s", "concept": 3})})


def test_another_version_does_not_answer_for_the_one_asked_for() -> None:
    sets = {"v": _set({"valueSet": ["w|2"]}), "w": _set({"system": "s"}, version="1.0")}
    assert "at hand as version 1.0, not 2" in _reason(sets)
    sets["w"]["version"] = "2.1"
    assert list(ValueSets(sets, SYSTEMS).codes("v")) == [("s", "a"), ("s", "b")]
    pinned = _set({"system": "s", "version": "7"})
    systems = {"s": SYSTEMS["s"] | {"version": "8"}}
    assert "code system s is at hand as version 8, not 7" in _reason({"v": pinned}, systems)
