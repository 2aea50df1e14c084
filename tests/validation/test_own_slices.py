"""Slices as a user's own profiles may have them, and what no reference within reach can tell."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from conformance.ig.opening import open_registry
from conformance.validation.validator import Validator
from tests.support.mutants.library import CORE, package

pytestmark = pytest.mark.packages

Json = dict[str, Any]
URL = "http://example.org/StructureDefinition/own"
BASE = "http://hl7.org/fhir/StructureDefinition/Observation"
REPEATED = ("Observation.component", "Observation.meta.profile")
TEXT = {"text": "x"}
CODE = {"coding": [{"system": "urn:x:y", "code": "1"}]}


def element(id_: str, type_: str, low: int = 0, high: str = "1", **more: Any) -> Json:
    path = ".".join(step.partition(":")[0] for step in id_.split("."))
    base = {"path": path, "max": "*" if path in REPEATED else "1"}
    made = {"id": id_, "path": path, "min": low, "max": high, "base": base}
    name = id_.rpartition(".")[2].partition(":")[2]
    return made | {"type": [{"code": type_}]} | ({"sliceName": name} if name else {}) | more


def by(kind: str, *paths: str) -> Json:
    told = [{"type": kind, "path": path} for path in paths]
    return {"slicing": {"discriminator": told, "rules": "closed"}}


def component(name: str, low: int, value: str, code: Json | None = None, **more: Any) -> list[Json]:
    top = f"Observation.component:{name}"
    return [
        element(top, "BackboneElement", low),
        element(f"{top}.code", "CodeableConcept", 1, **(code or {})),
        element(f"{top}.value[x]", value, 1, **more),
    ]


@pytest.fixture
def codes(tmp_path: Path) -> Any:
    """Return a function: the codes that a profile of Observation makes of an Observation."""

    def told(at: str, edit: Json, new: list[Json], **members: Any) -> list[str]:
        profile = copy.deepcopy(package(CORE).definitions[BASE]) | {
            "url": URL,
            "derivation": "constraint",
        }
        elements = profile["snapshot"]["element"]
        index = next(i for i, one in enumerate(elements) if one["id"] == at)
        elements[index] |= edit
        below = [one for one in elements[index + 1 :] if one["id"].startswith(f"{at}.")]
        if new and not new[0]["id"].startswith(f"{at}."):
            index += len(below)
        elements[index + 1 : index + 1] = new
        file = tmp_path / "own.json"
        file.write_text(json.dumps(profile))
        resource = {"resourceType": "Observation", "status": "final", "code": TEXT} | members
        issues = Validator(open_registry([str(file)])).validate(resource, [URL], claims=False)
        return sorted({one.code for one in issues if one.level == "error"})

    return told


AT = "Observation.component"
QUANTITY = {"code": TEXT, "valueQuantity": {"value": 1}}
STRING = {"code": TEXT, "valueString": "x"}
SPECIAL = {"code": TEXT, "valueBoolean": True}


def test_a_type_tells_values_apart(codes: Any) -> None:
    new = [*component("q", 1, "Quantity"), *component("s", 0, "string")]
    edit = by("type", "value")
    assert codes(AT, edit, new, component=[STRING, QUANTITY]) == []
    assert codes(AT, edit, new, component=[STRING]) == ["slice.min"]
    assert codes(AT, edit, new, component=[QUANTITY, QUANTITY]) == ["slice.max"]
    assert codes(AT, edit, new, component=[QUANTITY, SPECIAL]) == ["slice.closed"]


def test_a_value_is_there_when_only_its_extensions_are(codes: Any) -> None:
    new = component("with", 1, "string")
    beside = {"extension": [{"url": "urn:x:y", "valueCode": "a"}]}
    alone = {"code": TEXT, "_valueString": beside}
    assert codes(AT, by("exists", "value"), new, component=[alone]) == []


def test_what_a_slice_of_the_path_asks_tells_slices_apart(codes: Any) -> None:
    # As the blood pressure of R4 has it: code.coding.code, fixed in a slice of coding.
    top, inner = "Observation.component:a", "Observation.component:a.code.coding"
    repeats: Json = {"base": {"path": "CodeableConcept.coding", "max": "*"}}
    sliced: Json = {
        "slicing": {"discriminator": [{"type": "value", "path": "code"}], "rules": "open"}
    }
    new = [
        element(top, "BackboneElement", 1),
        element(f"{top}.code", "CodeableConcept", 1),
        element(inner, "Coding", 1, "*", **repeats, **sliced),
        element(f"{inner}:c", "Coding", 1, **repeats),
        element(f"{inner}:c.code", "code", 1, fixedCode="1"),
    ]
    edit = by("value", "code.coding.code")
    one = {"code": CODE, "valueString": "x"}
    assert codes(AT, edit, new, component=[one]) == []
    assert codes(AT, edit, new, component=[one, one]) == ["slice.max"]
    assert codes(AT, edit, new, component=[STRING]) == ["slice.closed", "slice.min"]


def test_slices_of_a_choice_take_types_away(codes: Any) -> None:
    at = "Observation.value[x]"
    law: Json = {"constraint": [{"key": "t-1", "severity": "error", "expression": "matches('^a')"}]}
    new = [
        element(f"{at}:valueQuantity", "Quantity", 0, "0"),
        element(f"{at}:valueString", "string", **law),
    ]
    edit = by("type", "$this")
    assert codes(at, edit, new, valueString="ab") == []
    assert codes(at, edit, new, valueString="b") == ["invariant.t-1"]
    assert codes(at, edit, new, valueQuantity={"value": 1}) == ["cardinality.max"]
    assert codes(at, edit, new, valueBoolean=True) == ["cardinality.max"]


def test_arrays_of_primitives_have_slices(codes: Any) -> None:
    at = "Observation.meta"
    new = [
        element("Observation.meta.profile", "canonical", 0, "*", **by("value", "$this")),
        element("Observation.meta.profile:p", "canonical", 1, fixedCanonical="urn:x:p"),
    ]
    assert codes(at, {}, new, meta={"profile": ["urn:x:p"]}) == []
    assert codes(at, {}, new, meta={"profile": ["urn:x:q"]}) == ["slice.closed", "slice.min"]
    assert codes(at, {}, new, meta={"versionId": "1"}) == ["slice.min"]


def test_a_reference_out_of_reach_breaks_no_invariant(codes: Any) -> None:
    law = {"key": "t-1", "severity": "error", "human": "x"}
    edit = {"constraint": [{**law, "expression": "subject.resolve().name.exists()"}]}
    inside = [{"resourceType": "Patient", "id": "p"}]
    assert codes("Observation", edit, [], subject={"reference": "Patient/1"}) == []
    assert codes("Observation", edit, [], subject={"reference": "#p"}, contained=inside) == [
        "invariant.t-1"
    ]
