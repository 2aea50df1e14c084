"""
Profiles of our own, for what neither R4 nor US Core uses: exists, profile, ordered, max length.

Each is made from a snapshot of the base package, so that none of its texts is repeated here, with
the rules of ours put in.
"""

import copy
import json
from typing import Any

from tests.support.mutants.library import CORE, package

PREFIX = "http://example.org/StructureDefinition/"
VALUE_SET = "http://example.org/ValueSet/colours"
SYSTEM = "http://example.org/CodeSystem/colours"

Element = dict[str, Any]


def _profile(name: str, type_: str, *edits: tuple[str, list[Element] | Element]) -> Element:
    """
    Return a profile of a base type.

    Each edit names an element by id: members to be changed, or elements to come right after it.
    """
    url = f"http://hl7.org/fhir/StructureDefinition/{type_}"
    made = copy.deepcopy(package(CORE).definitions[url])
    elements: list[Element] = made["snapshot"]["element"]
    for id_, edit in edits:
        index = next(i for i, element in enumerate(elements) if element["id"] == id_)
        if isinstance(edit, dict):
            elements[index] |= edit
            continue
        while index + 1 < len(elements) and elements[index + 1]["id"].startswith(f"{id_}."):
            index += 1
        elements[index + 1 : index + 1] = edit
    kept = {k: made[k] for k in ("resourceType", "status", "kind", "type", "fhirVersion")}
    return {
        **kept,
        "id": name,
        "url": PREFIX + name,
        "version": "1.0.0",
        "name": name.title().replace("-", ""),
        "abstract": False,
        "baseDefinition": url,
        "derivation": "constraint",
        "snapshot": {"element": elements},
        "differential": {"element": [{"id": type_, "path": type_}]},
    }


def _element(id_: str, type_: str, **rest: Any) -> Element:
    path = ".".join(part.partition(":")[0] for part in id_.split("."))
    slice_name = id_.rpartition(".")[2].partition(":")[2]
    named = {"sliceName": slice_name} if slice_name else {}
    most = rest.pop("most", "*")
    return {
        "id": id_,
        "path": path,
        **named,
        "min": rest.pop("least", 0),
        "max": most,
        "base": rest.pop("base", {"path": path, "min": 0, "max": most}),
        "type": [{"code": type_, **rest.pop("typed", {})}],
        **rest,
    }


def _slicing(kind: str, path: str, rules: str = "open", ordered: bool = False) -> Element:
    by = [{"type": kind, "path": path}]
    return {"slicing": {"discriminator": by, "rules": rules, "ordered": ordered}}


def _unfolded(id_: str, type_: str, changes: dict[str, Element], **rest: Any) -> list[Element]:
    """Return a slice with all that its type has below it, some of that changed."""
    slice_ = _element(id_, type_, base=_MANY, **rest)
    url = f"http://hl7.org/fhir/StructureDefinition/{type_}"
    found = [slice_]
    for element in copy.deepcopy(package(CORE).definitions[url]["snapshot"]["element"][1:]):
        name = element["id"].removeprefix(f"{type_}.")
        element["id"], element["path"] = f"{id_}.{name}", f"{slice_['path']}.{name}"
        found.append(element | changes.get(name, {}))
    return found


_MANY = {"path": "Patient.x", "min": 0, "max": "*"}
_NAME = "Patient.name"


def _exists() -> Element:
    return _profile(
        "exists",
        "Patient",
        (_NAME, _slicing("exists", "period")),
        (
            _NAME,
            [
                *_unfolded(f"{_NAME}:past", "HumanName", {"period": {"min": 1}}, least=1),
                *_unfolded(
                    f"{_NAME}:now", "HumanName", {"period": {"max": "0"}}, least=1, most="1"
                ),
            ],
        ),
    )


def _profiled() -> Element:
    by_profile = {"typed": {"profile": [PREFIX + "official"]}}
    return _profile(
        "profiled",
        "Patient",
        (_NAME, _slicing("profile", "$this")),
        (_NAME, [_element(f"{_NAME}:official", "HumanName", least=1, base=_MANY, **by_profile)]),
    )


def _official() -> Element:
    return _profile(
        "official",
        "HumanName",
        ("HumanName.use", {"min": 1, "fixedCode": "official"}),
        ("HumanName.family", {"min": 1}),
    )


def _resolved() -> Element:
    """Slices by the profile of what a reference leads to."""
    target = {"typed": {"targetProfile": [PREFIX + "clinic"]}}
    return _profile(
        "resolved",
        "Patient",
        ("Patient.generalPractitioner", _slicing("profile", "resolve()")),
        (
            "Patient.generalPractitioner",
            [
                _element(
                    "Patient.generalPractitioner:clinic", "Reference", least=1, base=_MANY, **target
                )
            ],
        ),
    )


def _clinic() -> Element:
    return _profile("clinic", "Organization", ("Organization.name", {"min": 1}))


def _closed(name: str, rules: str, ordered: bool) -> Element:
    def of(slice_name: str) -> list[Element]:
        fixed = {"system": {"min": 1, "fixedCode": slice_name}}
        return _unfolded(f"Patient.telecom:{slice_name}", "ContactPoint", fixed)

    return _profile(
        name,
        "Patient",
        ("Patient.telecom", _slicing("value", "system", rules, ordered)),
        ("Patient.telecom", [*of("phone"), *of("email")]),
    )


def _limits() -> Element:
    return _profile(
        "limits",
        "Patient",
        ("Patient.language", {"maxLength": 5}),
        ("Patient.multipleBirth[x]", {"minValueInteger": 1, "maxValueInteger": 9}),
        ("Patient.birthDate", {"minValueDate": "1900-01-01"}),
        (
            "Patient.maritalStatus",
            {
                "binding": {
                    "strength": "extensible",
                    "valueSet": f"{VALUE_SET}-few",
                    "extension": [
                        {
                            "url": "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet",
                            "valueCanonical": VALUE_SET,
                        }
                    ],
                }
            },
        ),
        ("Patient.communication", {"max": "1"}),
        ("Patient.photo", {"max": "0"}),
        ("Patient.contact", {"min": 2}),
    )


def resources() -> list[Element]:
    """Return all of them, with the code system and value sets that they name."""
    concepts = [{"code": code} for code in ("red", "green", "blue")]
    include = {"system": SYSTEM, "concept": concepts}
    few = {"system": SYSTEM, "concept": concepts[:1]}
    made = {"resourceType": "ValueSet", "status": "active", "version": "1.0.0"}
    return [
        _exists(),
        _profiled(),
        _official(),
        _resolved(),
        _clinic(),
        _closed("closed", "closed", False),
        _closed("ordered", "open", True),
        _closed("open-at-end", "openAtEnd", False),
        _limits(),
        {**made, "url": VALUE_SET, "compose": {"include": [include]}},
        {**made, "url": f"{VALUE_SET}-few", "compose": {"include": [few]}},
    ]


def files() -> list[tuple[str, bytes]]:
    """Return them as files of a package, with its manifest."""
    manifest = {"name": "example.own", "version": "1.0.0", "fhirVersions": ["4.0.1"]}
    named = [(f"own-{n}.json", made) for n, made in enumerate(resources())]
    return [
        (name, json.dumps(made).encode()) for name, made in [("package.json", manifest), *named]
    ]
