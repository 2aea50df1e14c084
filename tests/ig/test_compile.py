"""Packages compile to rulebooks: a miniature one fact by fact, the official ones byte by byte."""

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.core.errors import PackageError
from conformance.ig import compile as compiler
from conformance.ig.package import Package, open_package
from conformance.ig.rulebook import (
    Code,
    Element,
    Expectation,
    Operation,
    encode_rulebook,
    rulebook_json,
    rulebook_path,
)

Archive = Callable[[str, dict[str, Any]], Path]
Official = Callable[[str, str], Package]

EDITIONS = ("3.1.1", "4.0.0", "5.0.1", "6.1.0", "7.0.0", "8.0.0")


@pytest.mark.slow
@pytest.mark.packages
@pytest.mark.parametrize("version", EDITIONS)
def test_a_shipped_rulebook_is_what_the_official_packages_compile_to(
    official: Official, version: str
) -> None:
    rulebook = compiler.compile_rulebook(
        official(compiler.US_CORE, version), official(compiler.CORE, compiler.CORE_VERSION)
    )
    # Unpacked, since not every zlib packs alike.
    shipped = gzip.decompress(rulebook_path(version).read_bytes())
    assert rulebook_json(rulebook) == shipped


def test_a_guide_becomes_searches_with_their_parameters(guide: Package, core: Package) -> None:
    rulebook = compiler.compile_rulebook(guide, core)
    assert [(search.id, search.level, search.in_procedure) for search in rulebook.searches] == [
        ("Patient:name", "SHALL", True),
        ("Patient:name+death-date", "SHALL", True),
        ("CarePlan:patient+status", "SHOULD", False),
        ("CarePlan:patient+category", "SHALL", True),
    ]
    death = rulebook.searches[1].definition("death-date")
    assert death.elements == (Element(path="deceased[x]", types=("dateTime",)),)
    assert (death.required_comparators, death.precision) == (("gt",), "day")
    with pytest.raises(KeyError):
        rulebook.searches[0].definition("patient")


def test_a_parameter_of_the_core_package_stands_in(guide: Package, core: Package) -> None:
    name = compiler.compile_rulebook(guide, core).parameter("Patient", "name")
    assert name is not None
    assert name.elements == (Element(path="name", types=("HumanName",)),)


def test_codes_come_from_the_profile_and_from_the_binding(guide: Package, core: Package) -> None:
    rulebook = compiler.compile_rulebook(guide, core)
    first = rulebook.first_search("CarePlan")
    assert first is not None
    assert first.codes == (Code(system="http://mini/category", code="assess"),)
    plan = rulebook.type("CarePlan")
    assert plan is not None
    assert plan.status is not None
    assert plan.status.codes == ("active", "draft", "very-draft")
    assert plan.status.joined


def test_a_profile_url_has_no_version_and_the_weakest_level(guide: Package, core: Package) -> None:
    rulebook = compiler.compile_rulebook(guide, core)
    assert [(profile.url, profile.level) for profile in rulebook.profiles] == [
        ("http://mini/StructureDefinition/patient", "SHALL"),
        ("http://mini/StructureDefinition/plan", "SHALL"),
    ]
    assert rulebook.provenance_types == ("CarePlan",)


def test_what_a_guide_leaves_unsaid_is_as_strong_as_the_type(
    archive: Archive, guide_files: dict[str, Any], core: Package
) -> None:
    server = guide_files["package/CapabilityStatement-server.json"]
    patient = server["rest"][0]["resource"][0]
    del patient["_supportedProfile"]
    patient["searchRevInclude"] = ["Provenance:target"]
    patient["searchInclude"] = ["Patient:organization"]
    rulebook = compiler.compile_rulebook(open_package(archive("silent", guide_files)), core)
    assert rulebook.provenance_types == ("Patient", "CarePlan")
    assert [profile.level for profile in rulebook.profiles] == ["SHALL", "SHALL"]
    asked = rulebook.type("Patient")
    assert asked is not None
    assert asked.includes == {"Patient:organization": "SHOULD"}


def test_operations_and_interactions_have_their_expectations(guide: Package, core: Package) -> None:
    rulebook = compiler.compile_rulebook(guide, core)
    media = rulebook.type("Media")
    assert media is not None
    assert media.operations == (
        Operation(
            name="show", definition="http://mini/OperationDefinition/show", level=Expectation.MAY
        ),
    )
    assert rulebook.interactions == {"batch": "SHOULD"}


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ({"package/CapabilityStatement-server.json": {}}, "0 server CapabilityStatements"),
        ({"package/SearchParameter-category.json": {}}, "CarePlan.category is defined in neither"),
        ({"package/SearchParameter-category.json": "Goal.category"}, "says nothing of CarePlan"),
        ({"package/SearchParameter-category.json": "CarePlan.kind"}, "CarePlan.kind is not an"),
        ({"package/SearchParameter-category.json": "CarePlan.activity.no.way"}, "is not an elem"),
    ],
)
def test_a_guide_that_misses_something_is_refused(
    archive: Archive, guide_files: dict[str, Any], core: Package, damage: dict[str, Any], said: str
) -> None:
    for name, content in damage.items():
        changed = guide_files[name] | {"expression": content} if content else {"resourceType": "-"}
        guide_files[name] = changed
    broken = open_package(archive("broken", guide_files))
    with pytest.raises(PackageError, match=said):
        compiler.compile_rulebook(broken, core)


def test_the_command_rewrites_the_rulebook_and_leaves_no_draft(
    guide: Package,
    core: Package,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = {compiler.US_CORE: guide.path, compiler.CORE: core.path}
    monkeypatch.setattr(compiler, "find_package", lambda name, version: found[name])
    monkeypatch.setattr(compiler, "rulebook_path", lambda version: tmp_path / f"r-{version}.json")
    assert compiler.main(["1.0.0"]) == 0
    assert capsys.readouterr().out == "r-1.0.0.json: 4 searches\n"
    rulebook = compiler.compile_rulebook(guide, core)
    assert (tmp_path / "r-1.0.0.json").read_bytes() == encode_rulebook(rulebook)
    assert list(tmp_path.glob("*.draft")) == []


@pytest.mark.parametrize(
    ("arguments", "said"), [([], "No edition was named"), (["9.9.9"], "us.core 9.9.9 is not on")]
)
def test_the_command_says_what_it_needs(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FHIR_PACKAGES", str(tmp_path))
    with pytest.raises(PackageError, match=said):
        compiler.main(arguments)


def test_as_a_module_it_ends_with_a_sentence_and_exit_code_2() -> None:
    command = [sys.executable, "-m", "conformance.ig.compile"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith("No edition was named.")
    assert "Traceback" not in ended.stderr
