"""`conformance validate`: what it takes, what it tells, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Command
from tests.support.validating import PATIENT, Validate, patient, written

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
FIELDS = {"file", "resourceType", "valid", "findings"}
FINDING = {"code", "level", "path", "message", "profile"}


def test_a_valid_resource_ends_in_0(validate: Validate, tmp_path: Path) -> None:
    done = validate(written(tmp_path / "p.json", patient()))
    assert done.code == 0
    assert done.out.startswith("1 resource: 1 valid, 0 not. 0 errors, 0 warnings.\n")


def test_an_invalid_one_ends_in_1_and_says_where_and_why(
    validate: Validate, tmp_path: Path
) -> None:
    done = validate(written(tmp_path / "p.json", patient(gender="F")))
    assert done.code == 1
    head, path, *message, code = done.out.splitlines()[:6]
    assert head.endswith("p.json Patient: 1 error, 0 warnings")
    assert path == "  error    Patient.gender"
    assert " ".join(line.strip() for line in message) == (
        "A code of the value set http://hl7.org/fhir/ValueSet/administrative-gender is required "
        "here (male, female, other, unknown)."
    )
    assert code == "           binding.required, Patient"


def test_ndjson_has_the_named_fields_and_one_line_a_resource(
    validate: Validate, tmp_path: Path
) -> None:
    lines = [patient(), patient(gender="F"), {"resourceType": "Basic"}]
    done = validate("--format", "ndjson", written(tmp_path / "a.ndjson", *lines))
    told = [json.loads(line) for line in done.out.splitlines()]
    assert [(one["line"], one["resourceType"], one["valid"]) for one in told] == [
        (1, "Patient", True),
        (2, "Patient", False),
        (3, "Basic", False),
    ]
    assert {frozenset(one) for one in told} == {frozenset(FIELDS | {"line"})}
    assert {frozenset(finding) for one in told for finding in one["findings"]} == {
        frozenset(FINDING)
    }
    assert done.code == 1
    assert done.err.startswith("3 resources: 1 valid, 2 not.")


def test_a_json_file_has_no_line(validate: Validate, tmp_path: Path) -> None:
    done = validate("--format", "ndjson", written(tmp_path / "p.json", patient()))
    assert set(json.loads(done.out)) == FIELDS


def test_each_entry_of_a_bundle_is_a_result_with_paths_of_its_own(
    validate: Validate, tmp_path: Path
) -> None:
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": "urn:uuid:0b26c7e1-1f0a-4dd4-9fbe-9a8d71f9f3a1", "resource": patient()},
            {"fullUrl": "https://e.example/Patient/2", "resource": patient(gender="F")},
            {"resource": "none"},
        ],
    }
    done = validate("--format", "ndjson", written(tmp_path / "b.json", bundle))
    told = [json.loads(line) for line in done.out.splitlines()]
    assert [(one.get("entry"), one["resourceType"], one["valid"]) for one in told] == [
        (None, "Bundle", True),
        (0, "Patient", True),
        (1, "Patient", False),
        (2, "", False),
    ]
    assert [finding["path"] for finding in told[2]["findings"]] == ["Patient.gender"]
    assert "3 resources: 2 valid, 1 not. 1 more that should be resources" in done.err


def test_several_files_come_in_their_order(validate: Validate, tmp_path: Path) -> None:
    names = [written(tmp_path / f"{name}.json", patient()) for name in "cab"]
    done = validate("--format", "ndjson", *names)
    assert [json.loads(line)["file"] for line in done.out.splitlines()] == names


@pytest.mark.parametrize("own", [(), ("--profile", PATIENT)], ids=["claimed", "asked for"])
def test_a_profile_is_claimed_or_asked_for(
    validate: Validate, tmp_path: Path, own: tuple[str, ...]
) -> None:
    lacking: dict[str, Any] = patient(meta={"profile": [PATIENT]} if not own else {"id": "m"})
    del lacking["name"]
    done = validate("--format", "ndjson", *own, written(tmp_path / "p.json", lacking))
    found = json.loads(done.out)["findings"]
    wanted = {"code": "cardinality.min", "path": "Patient.name", "profile": PATIENT}
    assert wanted.items() <= found[-1].items()


def test_a_profile_of_entries_leaves_entries_of_other_types_alone(
    validate: Validate, tmp_path: Path
) -> None:
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": "https://e.example/Patient/1", "resource": patient()},
            {
                "fullUrl": "https://e.example/Basic/1",
                "resource": {"resourceType": "Basic", "code": {"text": "x"}},
            },
        ],
    }
    name = written(tmp_path / "b.json", bundle)
    assert validate("--profile", PATIENT, name).code == 0
    # Who asks for a profile that nothing was held against has shown nothing.
    unmet = validate("--profile", f"{US_CORE}us-core-goal", name)
    assert unmet.code == 3
    assert f"No resource was held against {US_CORE}us-core-goal" in unmet.err


def test_what_is_claimed_and_not_at_hand_is_said_and_counted(
    validate: Validate, tmp_path: Path
) -> None:
    strange = {"url": "https://e.example/ext", "valueString": "x"}
    claiming = patient(meta={"profile": ["https://e.example/p"]}, extension=[strange])
    name = written(tmp_path / "p.json", claiming)
    done = validate(name)
    assert done.code == 0
    assert "claimed and not at hand (1 time): https://e.example/p." in done.out
    assert "1 extension whose definition is not at hand" in done.out
    told = json.loads(validate("--format", "ndjson", name).out)
    assert [(one["code"], one["level"]) for one in told["findings"]] == [
        ("profile.unknown", "information"),
        ("extension.unknown", "information"),
    ]


def test_quiet_leaves_the_last_lines_or_the_results(validate: Validate, tmp_path: Path) -> None:
    name = written(tmp_path / "p.json", patient(gender="F"))
    text = validate("--quiet", name)
    assert text.out.startswith("1 resource: 0 valid, 1 not.")
    lines = validate("--quiet", "--format", "ndjson", name)
    assert (lines.out.count("\n"), lines.err) == (1, "")


def test_no_resource_at_all_ends_in_3(validate: Validate, tmp_path: Path) -> None:
    for name in ("empty.json", "empty.ndjson"):
        path = tmp_path / name
        path.write_bytes(b" \r\n\n")
        done = validate(str(path))
        assert (done.code, done.out) == (3, "")
        assert "there is no resource in what was given" in done.err


def test_an_empty_file_beside_others_is_not_passed_over(validate: Validate, tmp_path: Path) -> None:
    good, empty = written(tmp_path / "p.json", patient()), tmp_path / "empty.json"
    empty.write_bytes(b"")
    done = validate(good, str(empty))
    assert done.code == 3
    assert "empty.json is empty" in done.err
    # An export without resources is a file without lines.
    nothing = tmp_path / "Goal.ndjson"
    nothing.write_bytes(b"")
    assert validate(good, str(nothing)).code == 0


def test_processes_tell_the_same_in_the_same_order(command: Command, tmp_path: Path) -> None:
    lines = [patient(id=str(number), gender="F" if number % 3 else "male") for number in range(900)]
    name = written(tmp_path / "many.ndjson", *lines)
    one, two = (command("validate", "--format", "ndjson", "--jobs", n, name) for n in (1, 2))
    assert one.stdout == two.stdout
    assert (one.returncode, one.stderr) == (two.returncode, two.stderr)
    assert [json.loads(line)["line"] for line in two.stdout.splitlines()] == [*range(1, 901)]
