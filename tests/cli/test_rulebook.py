"""`conformance rulebook`: what ships is listed and shown, what a user has is built."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Command

US_CORE = "hl7.fhir.us.core#6.1.0"
PROFILE = "http://own/StructureDefinition/p"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Write a folder of loose definition files."""
    folder = tmp_path / "own"
    folder.mkdir()
    binding = {"strength": "required", "valueSet": "http://vsac/v"}
    definition: dict[str, Any] = {
        "resourceType": "StructureDefinition",
        "url": PROFILE,
        "kind": "resource",
        "type": "Patient",
        "derivation": "constraint",
        "snapshot": {
            "element": [
                {"path": "Patient"},
                {"path": "Patient.gender", "mustSupport": True, "binding": binding},
            ]
        },
    }
    (folder / "p.json").write_text(json.dumps(definition))
    return folder


@pytest.mark.parametrize("verb", ["rulebook", "rulebook build", "rulebook show", "rulebook list"])
def test_each_help_has_examples(command: Command, verb: str) -> None:
    done = command(*verb.split(), "--help")
    assert done.returncode == 0
    assert f"conformance {verb} " in done.stdout[done.stdout.index("Example") :]


def test_list_names_what_ships(command: Command) -> None:
    done = command("rulebook", "list")
    assert done.returncode == 0
    assert f"{US_CORE}  59 definitions" in done.stdout
    entries = json.loads(command("rulebook", "list", "--format", "json").stdout)
    assert len(entries) == 7
    assert all(len(entry["sha256"]) == 64 for entry in entries)


def test_show_tells_profiles_searches_and_what_is_not_checked(command: Command) -> None:
    done = command("rulebook", "show", US_CORE)
    assert done.returncode == 0
    assert "hl7.terminology.r4#7.0.1 stands in for 5.0.0." in done.stdout
    assert "us.nlm.vsac#0.10.0 is not at hand." in done.stdout
    assert "Profiles: 59" in done.stdout
    assert "  SHALL  Patient: _id" in done.stdout
    assert "Not checked: 11" in done.stdout
    assert "value-set http://hl7.org/fhir/us/core/ValueSet/birthsex" in done.stdout


def test_show_gives_json_and_counts_beside_it_what_is_not_checked(command: Command) -> None:
    done = command("rulebook", "show", US_CORE, "--format", "json")
    told = json.loads(done.stdout)
    assert list(told) == ["package", "profiles", "searches"]
    assert told["package"] == US_CORE
    assert len(told["searches"]) > 50
    assert done.stderr.startswith("11 things are not checked")


def test_what_is_built_is_used_as_a_package(command: Command, own: Path) -> None:
    done = command("rulebook", "build", own, US_CORE, "--output", "mine.rulebook")
    assert done.returncode == 0, done.stderr
    assert "loose-files#0  1 definitions, 0 of 1 required value sets, 1 not checked" in done.stdout
    assert "mine.rulebook: " in done.stdout
    assert sorted(path.name for path in own.parent.iterdir()) == ["mine.rulebook", "own"]
    shown = command("rulebook", "show", "mine.rulebook", "--format", "json")
    told = json.loads(shown.stdout)
    assert told["profiles"] == [
        {
            "url": PROFILE,
            "type": "Patient",
            "must_support": [{"path": "Patient.gender"}],
            "bindings": [
                {"path": "Patient.gender", "valueset": "http://vsac/v", "strength": "required"}
            ],
            "references": [],
        }
    ]
    assert f"The file also holds {US_CORE}." in shown.stderr


def test_a_rulebook_may_be_built_again_and_is_the_same(command: Command, own: Path) -> None:
    built = own.parent / "mine.rulebook"
    assert command("rulebook", "build", own, "-o", "mine.rulebook").returncode == 0
    first = built.read_bytes()
    assert command("rulebook", "build", own, "-o", "mine.rulebook").returncode == 0
    assert built.read_bytes() == first


@pytest.mark.packages
def test_the_searches_of_a_package_are_built_too(command: Command) -> None:
    import os

    from conformance.ig.package import FOLDER_VARIABLE, find_package

    path = find_package("hl7.fhir.us.core", "5.0.1")
    core = find_package("hl7.fhir.r4.core", "4.0.1")
    if path is None or core is None:
        pytest.skip("the packages are not on this machine")
    folder = {FOLDER_VARIABLE: os.environ.get(FOLDER_VARIABLE, "")}
    done = command("rulebook", "build", path, "-o", "x.rulebook", env=folder)
    assert done.returncode == 0, done.stderr
    shown = json.loads(command("rulebook", "show", "x.rulebook", "--format", "json").stdout)
    ships = command("rulebook", "show", "hl7.fhir.us.core#5.0.1", "--format", "json").stdout
    assert shown == json.loads(ships)


def test_nothing_is_no_rulebook(command: Command, tmp_path: Path) -> None:
    bare = {"resourceType": "StructureDefinition", "url": PROFILE, "kind": "resource"}
    (tmp_path / "bare.json").write_text(json.dumps(bare))
    done = command("rulebook", "build", "bare.json", "-o", "x.rulebook")
    assert done.returncode == 2
    assert "bare.json holds no definition with a snapshot and no value set." in done.stderr
    assert not (tmp_path / "x.rulebook").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "no.such.package"], "no.such.package is no file, folder or package."),
        (["show", "no.such#1.0"], "The package no.such#1.0 is not on this machine."),
        (["show", "hl7.fhir.us.core"], "Say which: hl7.fhir.us.core#3.1.1,"),
        (["show", US_CORE, "--format", "xml"], "There is no format xml"),
        (["list", "--format", "xml"], "There is no format xml"),
        (["build", "own", "-o", "none/x"], "There is no folder none."),
        (["build", "own", "-o", "own"], "own is a folder."),
        (["build", "own", "-o", "own/p.json"], "own/p.json exists and is no rulebook"),
        (["build", "own/none.json", "-o", "x"], "own/none.json is no file, folder or package."),
    ],
)
def test_a_mistake_is_one_sentence_and_how_to_mend_it(
    command: Command, own: Path, words: list[str], said: str
) -> None:
    done = command("rulebook", *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert [path.name for path in own.parent.iterdir()] == ["own"]
    assert (own / "p.json").read_text().startswith("{")
