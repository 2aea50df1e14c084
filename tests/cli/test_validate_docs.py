"""What docs/validation.md says can be done, and what it gives as an example of each code."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from conformance.cli.rulebook import build
from tests.support.validating import Validate, patient, written

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "validation.md").read_text()
PROFILE = "https://ig.example/StructureDefinition/named-patient"
_CODE = re.compile(
    r'"((?:json|structure|cardinality|value|slice|binding|reference|bundle|profile|extension)'
    r'\.[a-z-]+)"'
)


def table() -> Iterator[tuple[list[str], str]]:
    """Yield the codes and the example of each row."""
    for row in re.findall(r"^\| (`[a-z]+\..*) \|$", TEXT, re.M):
        cells = [cell.strip() for cell in row.split(" | ")]
        yield re.findall(r"`([^`]+)`", cells[0]), cells[-1].strip("`| ")


EXAMPLES = [(codes[0], example) for codes, example in table() if example[:1] in ("{", "[")]


def test_every_code_is_explained() -> None:
    files = (ROOT / "conformance" / "validation").glob("*.py")
    used = {code for path in files for code in _CODE.findall(path.read_text())}
    told = {code for codes, _ in table() for code in codes}
    assert used <= told
    assert told - used == {"invariant.KEY", "sanity.SYSTEM"}


def _written(example: str) -> str:
    if not example.startswith("{") or "resourceType" in example:
        return example
    sound = {name: value for name, value in patient().items() if f'"{name}"' not in example}
    return json.dumps(sound)[:-1] + ", " + example.strip()[1:]


@pytest.mark.parametrize(("code", "example"), EXAMPLES, ids=[code for code, _ in EXAMPLES])
def test_an_example_brings_its_code(validate: Validate, code: str, example: str) -> None:
    done = validate("--format", "ndjson", "-", stdin=_written(example).encode())
    found = [finding["code"] for finding in json.loads(done.out)["findings"]]
    topic, _, word = code.partition(".")
    wanted = topic if word.isupper() else code
    assert [one for one in found if one.startswith(wanted)], found
    assert len(found) <= 2, found


def _profile() -> dict[str, Any]:
    def element(path: str, **more: Any) -> dict[str, Any]:
        return {"id": path, "path": path, "min": 0, "max": "*", **more}

    name = element("Patient.name", min=1, type=[{"code": "HumanName"}])
    other = [
        element(f"Patient.{one}", max="1", type=[{"code": type_}])
        for one, type_ in (("text", "Narrative"), ("gender", "code"))
    ]
    identifier = element("Patient.identifier", type=[{"code": "Identifier"}])
    return {
        "resourceType": "StructureDefinition",
        "url": PROFILE,
        "name": "NamedPatient",
        "status": "draft",
        "fhirVersion": "4.0.1",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
        "snapshot": {"element": [element("Patient"), identifier, name, *other]},
    }


def test_the_commands_do_what_they_say(
    validate: Validate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ig").mkdir()
    written(tmp_path / "ig" / "StructureDefinition-named-patient.json", _profile())
    written(tmp_path / "patient.json", patient())
    written(tmp_path / "export.ndjson", patient(), patient())
    written(tmp_path / "bundle.json", {"resourceType": "Bundle", "type": "collection"})
    lines = [
        shlex.split(line)
        for block in re.findall(r"^```\n(.*?)^```", TEXT, re.M | re.S)
        for line in block.splitlines()
    ]
    assert len(lines) == 8
    for _, verb, *words in lines:
        if verb == "rulebook":
            assert words[0] == "build"
            with pytest.raises(typer.Exit) as end:
                build([words[1]], Path(words[3]))
            assert end.value.exit_code == 0
            continue
        # One process here: others would be Python's own.
        done = validate(*[word if word != "2" else "1" for word in words])
        assert done.code == 0, (words, done.err, done.out)


def test_a_profile_of_ones_own_decides(
    validate: Validate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = written(tmp_path / "profile.json", _profile())
    lacking = patient()
    del lacking["name"]
    name = written(tmp_path / "p.json", lacking)
    assert validate(name).code == 0
    done = validate("--package", own, "--profile", PROFILE, "--format", "ndjson", name)
    assert [one["path"] for one in json.loads(done.out)["findings"]] == ["Patient.name"]
