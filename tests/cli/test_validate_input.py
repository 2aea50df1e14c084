"""Whatever bytes `conformance validate` is given, it answers in sentences."""

import gzip
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from conformance.validation import files
from tests.support.validating import PATIENT, Ended, Validate, patient, written

LINE = json.dumps(patient())
BAD = json.dumps(patient(gender="F"))


def told(done: Ended) -> list[dict[str, Any]]:
    """Return the results of a call with NDJSON."""
    return [json.loads(line) for line in done.out.splitlines()]


def codes(done: Ended) -> list[str]:
    """Return the codes of all findings."""
    return [finding["code"] for one in told(done) for finding in one["findings"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gzip.compress(LINE.encode(), mtime=0), "json.encoding"),
        (LINE.encode("utf-16"), "json.encoding"),
        (random.Random(5).randbytes(5000), "json.encoding"),
        (b"\0" * 100, "json.syntax"),
        (b"%PDF-1.4 text", "json.syntax"),
        (LINE.encode()[:-20], "json.syntax"),
        (b"\xef\xbb\xbf" + LINE.encode(), "json.encoding"),
        (f"[{LINE}]".encode(), "json.not-an-object"),
        (f"[\n{LINE}\n]".encode(), "json.not-an-object"),
        (b"17", "json.not-an-object"),
        (b"{}", "structure.resource-type"),
        (b"[" * 200_000, "json.depth"),
        (b'{"resourceType":"Patient","resourceType":"Patient"}', "json.duplicate-key"),
        (b'{"resourceType":"Patient","multipleBirthInteger":NaN}', "json.number"),
        (b'{"resourceType":"Patient","id":"\\ud800"}', "json.encoding"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_sound_json_is_a_finding(
    validate: Validate, tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    done = validate("--format", "ndjson", str(path))
    assert done.code == 1
    assert codes(done)[0] == code
    assert "Traceback" not in done.err
    assert "Error" not in done.err


def test_gzip_is_called_by_its_name(validate: Validate, tmp_path: Path) -> None:
    path = tmp_path / "p.json.gz"
    path.write_bytes(gzip.compress(LINE.encode(), mtime=0))
    assert "gzip; unpack it" in validate(str(path)).out


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n  \n"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_lines_end_as_they_like(validate: Validate, tmp_path: Path, end: str, last: str) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text(end.join([LINE, BAD, LINE]) + last, newline="")
    done = validate("--format", "ndjson", str(path))
    assert [one["valid"] for one in told(done)] == [True, False, True]
    step = end.count("\n")
    assert [one["line"] for one in told(done)] == [1, 1 + step, 1 + 2 * step]


def test_a_broken_line_breaks_no_other(validate: Validate) -> None:
    for first, second in ((LINE[:40], LINE), (LINE, "\0\0"), (LINE, LINE[:40])):
        done = validate("--format", "ndjson", "-", stdin=f"{first}\n{second}\n{LINE}\n".encode())
        assert len(told(done)) == 3
        assert sum(one["valid"] for one in told(done)) == 2


def test_standard_input_is_json_or_ndjson(validate: Validate) -> None:
    for text, results in (
        (LINE, 1),
        (json.dumps(patient(), indent=2), 1),
        (f"\n\n{LINE}\n", 1),
        (f"{LINE}\n{LINE}\n", 2),
    ):
        done = validate("--format", "ndjson", "-", stdin=text.encode())
        assert (done.code, [one["file"] for one in told(done)]) == (0, ["-"] * results)


def test_a_text_that_is_too_long_is_left_unread_and_said(
    validate: Validate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_TEXT", 1000)
    long = json.dumps(patient(id="x" * 2000))
    path = tmp_path / "a.ndjson"
    path.write_text(f"{long}\n{LINE}\n{long}\n{LINE}")
    done = validate("--format", "ndjson", str(path))
    assert [(one["line"], one["valid"]) for one in told(done)] == [
        (1, False),
        (2, True),
        (3, False),
        (4, True),
    ]
    assert codes(done) == ["json.size", "json.size"]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(patient(id="x" * 2000), indent=1))
    assert codes(validate("--format", "ndjson", str(path))) == ["json.size"]


def test_a_name_in_no_encoding_is_shown(validate: Validate, tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path / "p") + b"\xff\x1b[31m.json")
    Path(name).write_text(BAD)
    assert told(validate("--format", "ndjson", name))[0]["valid"] is False
    assert "\x1b" not in validate(name).out


def test_definitions_of_a_user_are_a_package(validate: Validate, tmp_path: Path) -> None:
    name = written(tmp_path / "p.json", patient())
    done = validate("--package", "hl7.fhir.us.core#6.1.0", "--profile", PATIENT, name)
    assert done.code == 0
    assert validate("--package", "hl7.fhir.us.core#3.1.1", name).code == 0


def _usage(tmp_path: Path) -> list[tuple[list[str], str, str]]:
    good = written(tmp_path / "p.json", patient())
    (tmp_path / "folder").mkdir()
    folder = str(tmp_path / "folder")
    us_core = PATIENT.rpartition("/")[0]
    return [
        ([str(tmp_path / "no.json")], "no.json cannot be read: No such file", "Check the name."),
        (["a\0b"], "cannot be read", "Check"),
        ([folder], "is a folder", "folder/*.json"),
        (["-", "-"], "is named twice", "once"),
        (["--package", "no.such.package", good], "no.such.package", ""),
        (["--package", "hl7.fhir.us.core#6.1.9", good], "At hand: 3.1.1", "FHIR_PACKAGES"),
        (["--package", "hl7.fhir.us.core", good], "several versions", "hl7.fhir.us.core#6.1.0"),
        (["--package", good, good], "holds no StructureDefinition", ".tgz"),
        (["--package", folder, good], "holds no StructureDefinition", ".tgz"),
        (["--package", "", good], "empty name", ".tgz"),
        (["--profile", f"{us_core}/us-core-patiend", good], "us-core-patiend is not", PATIENT),
        (["--profile", "us-core-patient", good], "us-core-patient is not", PATIENT),
        (["--profile", f"{PATIENT}|9.9", good], "|9.9 is not", f"{PATIENT}|6.1.0"),
        (["--profile", f"{us_core}/us-core-race", good], "no resource", "profile of a resource"),
        (["--profile", "", good], "--profile is empty", "canonical"),
        (["--jobs", "0", good], "--jobs 0", "1 to"),
        (["--jobs", "100000", good], "--jobs 100000", "1 to"),
        (["--format", "xml", good], "--format 'xml'", "text or ndjson"),
    ]


def test_wrong_usage_is_a_sentence_and_a_hint(validate: Validate, tmp_path: Path) -> None:
    for words, sentence, hint in _usage(tmp_path):
        done = validate(*words)
        assert (done.code, done.out) == (2, ""), words
        first, *rest = done.err.splitlines()
        assert first.startswith("Error: "), words
        assert sentence in first, words
        assert hint in " ".join(rest), words
        assert len(rest) == 1, words


def test_a_profile_without_a_snapshot_is_said_to_have_none(
    validate: Validate, tmp_path: Path
) -> None:
    url = "https://ig.example/StructureDefinition/own"
    own = {"resourceType": "StructureDefinition", "url": url, "type": "Patient"}
    (tmp_path / "own.json").write_text(json.dumps(own | {"kind": "resource"}))
    name = written(tmp_path / "p.json", patient())
    done = validate("--package", str(tmp_path / "own.json"), "--profile", url, name)
    assert done.code == 2
    assert f"{url} cannot be used: it has no snapshot." in done.err
