"""A miniature guide and core package, and the official ones where they are found."""

import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.ig.package import FOLDER_VARIABLE, Package, find_package, open_package

Resources = dict[str, Any]
Archive = Callable[[str, Resources], Path]

EXPECTATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation"
COMBINATION = (
    "http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination"
)


def _asked(level: str) -> dict[str, Any]:
    return {"extension": [{"url": EXPECTATION, "valueCode": level}]}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return a function that packs `{path: content}` to `<name>.tgz` and returns where."""

    def pack(name: str, files: Resources) -> Path:
        path = tmp_path / f"{name}.tgz"
        with tarfile.open(path, "w:gz") as out:
            for member, content in files.items():
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                info = tarfile.TarInfo(member)
                info.size = len(data)
                out.addfile(info, io.BytesIO(data))
        return path

    return pack


@pytest.fixture
def official() -> Callable[[str, str], Package]:
    """
    Return a function that opens an official package.

    A package that is not on this machine skips the test by name; where FHIR_PACKAGES is set it was
    promised, and its absence is a failure.
    """

    def found(name: str, version: str) -> Package:
        path = find_package(name, version)
        if path is None and FOLDER_VARIABLE in os.environ:
            pytest.fail(f"{FOLDER_VARIABLE} is set but holds no {name}-{version}.tgz")
        if path is None:
            pytest.skip(f"the package {name} {version} is not on this machine")
        return open_package(path)

    return found


@pytest.fixture
def core(archive: Archive) -> Package:
    """Return a core package that knows a Patient and a CarePlan, each by a few elements."""
    files = {
        "package/package.json": {"name": "mini.core", "version": "4.0.1"},
        "package/StructureDefinition-Patient.json": _structure(
            "Patient",
            ("Patient.id", ["http://hl7.org/fhirpath/System.String"]),
            ("Patient.name", ["HumanName"]),
            ("Patient.deceased[x]", ["boolean", "dateTime"]),
        ),
        "package/StructureDefinition-CarePlan.json": _structure(
            "CarePlan",
            ("CarePlan.subject", ["Reference"]),
            ("CarePlan.category", ["CodeableConcept"]),
            ("CarePlan.status", ["code"], "http://mini/ValueSet/status|4.0.1"),
            ("CarePlan.activity", ["BackboneElement"]),
            ("CarePlan.activity.detail", ["BackboneElement"]),
            ("CarePlan.activity.detail.status", ["code"]),
        ),
        "package/StructureDefinition-HumanName.json": _structure(
            "HumanName", ("HumanName.family", ["string"])
        ),
        "package/ValueSet-status.json": {
            "resourceType": "ValueSet",
            "url": "http://mini/ValueSet/status",
            "compose": {"include": [{"system": "http://mini/status"}]},
        },
        "package/CodeSystem-status.json": {
            "resourceType": "CodeSystem",
            "url": "http://mini/status",
            "content": "complete",
            "concept": [{"code": "draft", "concept": [{"code": "very-draft"}]}, {"code": "active"}],
        },
        "package/SearchParameter-name.json": _parameter("name", "Patient.name | Person.name"),
    }
    return open_package(archive("mini.core-4.0.1", files))


@pytest.fixture
def guide_files() -> Resources:
    """Return the files of a guide that asks for Patient by name and CarePlans by category."""
    status = _parameter("status", "CarePlan.status")
    status |= {"multipleOr": True, "_multipleOr": _asked("SHALL")}
    date = _parameter("death-date", "(Patient.deceased as dateTime)")
    date |= {"comparator": ["gt", "sa"], "_comparator": [_asked("SHALL"), _asked("MAY")]}
    server = {
        "resourceType": "CapabilityStatement",
        "url": "http://mini/CapabilityStatement/server",
        "rest": [
            {
                "mode": "server",
                "interaction": [{"code": "batch", **_asked("SHOULD")}],
                "resource": [
                    _patient_asked(),
                    _care_plan_asked(),
                    {"type": "Media", "operation": [_operation("show")], **_asked("MAY")},
                ],
            }
        ],
    }
    return {
        "package/package.json": {"name": "mini.guide", "version": "1.0.0"},
        "package/CapabilityStatement-server.json": server,
        "package/SearchParameter-status.json": status,
        "package/SearchParameter-death-date.json": date,
        "package/SearchParameter-category.json": _parameter("category", "CarePlan.category"),
        "package/SearchParameter-patient.json": _parameter(
            "patient", "CarePlan.subject.where(resolve() is Patient)", target=["Patient"]
        ),
        "package/StructureDefinition-plan.json": _plan_profile(),
    }


@pytest.fixture
def guide(archive: Archive, guide_files: Resources) -> Package:
    """Return the miniature guide as a package."""
    return open_package(archive("mini.guide-1.0.0", guide_files))


def _structure(name: str, *elements: Any) -> dict[str, Any]:
    def written(path: str, types: list[str], value_set: str = "") -> dict[str, Any]:
        element: dict[str, Any] = {"id": path, "path": path}
        element["type"] = [{"code": code} for code in types]
        if value_set:
            element["binding"] = {"strength": "required", "valueSet": value_set}
        return element

    return {
        "resourceType": "StructureDefinition",
        "url": f"http://hl7.org/fhir/StructureDefinition/{name}",
        "type": name,
        "snapshot": {"element": [{"path": name}, *(written(*element) for element in elements)]},
    }


def _parameter(name: str, expression: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "SearchParameter",
        "url": f"http://mini/SearchParameter/{name}",
        "description": "text for people that must not ship",
        "expression": expression,
        **more,
    }


def _searched(name: str, kind: str, level: str, **more: Any) -> dict[str, Any]:
    definition = f"http://mini/SearchParameter/{name}"
    return {"name": name, "type": kind, "definition": definition, **_asked(level), **more}


def _operation(name: str) -> dict[str, Any]:
    return {"name": name, "definition": f"http://mini/OperationDefinition/{name}|1.0.0"}


def _combined(level: str, *names: str) -> dict[str, Any]:
    parts = [{"url": "required", "valueString": name} for name in names]
    return {"url": COMBINATION, "extension": [*parts, *_asked(level)["extension"]]}


def _patient_asked() -> dict[str, Any]:
    return {
        "type": "Patient",
        "extension": [*_asked("SHALL")["extension"], _combined("SHALL", "name", "death-date")],
        "supportedProfile": ["http://mini/StructureDefinition/patient|1.0.0"],
        "_supportedProfile": [_asked("SHALL")],
        "interaction": [{"code": "read", **_asked("SHALL")}],
        "searchParam": [
            _searched("name", "string", "SHALL"),
            _searched("death-date", "date", "MAY", documentation="Be precise to the *day*."),
        ],
    }


def _care_plan_asked() -> dict[str, Any]:
    return {
        "type": "CarePlan",
        "extension": [
            *_asked("SHALL")["extension"],
            _combined("SHOULD", "patient", "status"),
            _combined("SHALL", "patient", "category"),
        ],
        "supportedProfile": ["http://mini/StructureDefinition/plan"],
        "searchRevInclude": ["Provenance:target"],
        "_searchRevInclude": [_asked("SHALL")],
        "searchParam": [
            _searched("patient", "reference", "MAY"),
            _searched("category", "token", "MAY"),
            _searched("status", "token", "MAY"),
        ],
    }


def _plan_profile() -> dict[str, Any]:
    coding = {"system": "http://mini/category", "code": "assess"}
    return {
        "resourceType": "StructureDefinition",
        "url": "http://mini/StructureDefinition/plan",
        "type": "CarePlan",
        "derivation": "constraint",
        "snapshot": {
            "element": [
                {
                    "id": "CarePlan.category:Assess",
                    "path": "CarePlan.category",
                    "patternCodeableConcept": {"coding": [coding]},
                }
            ]
        },
    }
