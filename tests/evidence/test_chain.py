"""A sealed transcript refuses every change by its line; a killed one is read as far as it goes."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.core.errors import EvidenceError
from conformance.evidence.read import read_transcript
from tests.support.rechain import lines_of, write_chained

Lines = list[bytes]
LAST = 8
"""The number of the seal, the last line of the fixture's run."""


def _changed(run: Path, change: Callable[[Lines], Lines]) -> None:
    path = run / "transcript" / "exchanges.ndjson"
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


def _without(number: int) -> Callable[[Lines], Lines]:
    return lambda lines: lines[:number] + lines[number + 1 :]


def _altered(number: int) -> Callable[[Lines], Lines]:
    def change(lines: Lines) -> Lines:
        line = lines[number].replace(b'"prev":"', b'"prev":"0', 1)
        if b'"status":200' in line:
            line = lines[number].replace(b'"status":200', b'"status":404')
        return [*lines[:number], line, *lines[number + 1 :]]

    return change


def _named(run: Path) -> int:
    with pytest.raises(EvidenceError) as refused:
        read_transcript(run)
    assert refused.value.hint
    number = re.search(r"[Ll]ine (\d+)", refused.value.sentence)
    assert number, refused.value.sentence
    return int(number.group(1))


def test_an_unchanged_transcript_is_read_whole(run: Path) -> None:
    transcript = read_transcript(run)
    assert transcript.complete
    assert len(transcript.lines) == LAST + 1
    assert read_transcript(run / "transcript").lines == transcript.lines


@pytest.mark.parametrize("number", range(1, 6))
def test_an_altered_line_is_named(run: Path, number: int) -> None:
    _changed(run, _altered(number))
    assert _named(run) == number


def test_an_altered_first_line_is_named(run: Path) -> None:
    _changed(run, lambda lines: [lines[0].replace(b"}", b" }"), *lines[1:]])
    assert _named(run) == 0


def test_an_altered_last_line_is_named(run: Path) -> None:
    _changed(run, lambda lines: [*lines[:-1], lines[-1].replace(b'"n":8', b'"n": 8')])
    assert _named(run) == LAST


@pytest.mark.parametrize("number", range(1, LAST))
def test_a_missing_line_is_named(run: Path, number: int) -> None:
    _changed(run, _without(number))
    assert _named(run) == number


@pytest.mark.parametrize("kept", range(1, LAST + 1))
def test_missing_last_lines_are_named(run: Path, kept: int) -> None:
    _changed(run, lambda lines: lines[:kept])
    assert _named(run) == kept - 1


@pytest.mark.parametrize("number", range(1, LAST))
def test_a_repeated_line_is_named(run: Path, number: int) -> None:
    _changed(run, lambda lines: lines[: number + 1] + lines[number:])
    assert _named(run) == number + 1


@pytest.mark.parametrize("number", range(1, LAST - 1))
def test_exchanged_lines_are_named(run: Path, number: int) -> None:
    def swap(lines: Lines) -> Lines:
        return [*lines[:number], lines[number + 1], lines[number], *lines[number + 2 :]]

    _changed(run, swap)
    assert _named(run) == number


def test_an_inserted_line_is_named(run: Path) -> None:
    _changed(run, lambda lines: [*lines[:3], lines[2].replace(b'"n":2', b'"n":3'), *lines[3:]])
    assert _named(run) in (2, 3)


def test_a_line_appended_after_the_seal_is_refused(run: Path) -> None:
    _changed(run, lambda lines: [*lines, lines[-1].replace(b'"n":8', b'"n":9')])
    assert _named(run) in (LAST, LAST + 1)


def test_a_cut_line_of_a_sealed_transcript_is_named(run: Path) -> None:
    path = run / "transcript" / "exchanges.ndjson"
    path.write_bytes(path.read_bytes()[:-40])
    assert _named(run) == LAST


@pytest.mark.parametrize(
    "junk",
    [
        b"\n",
        b"null\n",
        b"[]\n",
        b"{}\n",
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
        b'{"kind":"new"}\n',
    ],
    ids=["blank", "null", "list", "no members", "no text", "deep", "unknown kind"],
)
def test_a_line_that_is_none_is_named(run: Path, junk: bytes) -> None:
    _changed(run, lambda lines: [*lines[:4], junk, *lines[5:]])
    assert _named(run) == 4


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("key", None),
        ("status", "200"),
        ("response", {"a": "b"}),
        ("content", "../../etc/passwd"),
        ("failure", {"kind": "reset"}),
        ("final", 1),
        ("surplus", "x"),
    ],
)
def test_a_chained_line_of_another_shape_is_refused(run: Path, member: str, value: Any) -> None:
    lines = lines_of(run)
    lines[3][member] = value
    write_chained(run, lines)
    assert _named(run) == 3


@pytest.mark.parametrize("mend", [lambda path: path.unlink(), lambda path: path.write_bytes(b"{}")])
@pytest.mark.parametrize("sealed", [True, False])
def test_a_missing_or_altered_body_is_named(
    run: Path, unseal: Callable[[Path], None], mend: Callable[[Path], None], sealed: bool
) -> None:
    line = lines_of(run)[4]
    mend(run / "transcript" / "blobs" / line["content"])
    if not sealed:
        unseal(run)
    assert _named(run) == 4


@pytest.mark.parametrize(
    "change",
    [
        {"target": {"url": "https://ehr.example/fhir", "kind": "ehr"}},
        {"run": {"require": "no-new-failures", "baseline": ["a"]}},
        {"selected": []},
        {"ended": "2030-01-01T00:00:00Z"},
    ],
)
def test_an_altered_manifest_of_a_sealed_run_is_refused(run: Path, change: Any) -> None:
    path = run / "transcript" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | change))
    with pytest.raises(EvidenceError, match=r"manifest\.json was altered"):
        read_transcript(run)


@pytest.mark.parametrize(
    "change",
    [{"run": 7}, {"target": None}, {"selected": "all"}, {"root": 1}, {"tool": {"name": "x"}}],
)
def test_a_manifest_of_another_shape_is_refused(run: Path, change: Any) -> None:
    path = run / "transcript" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | change))
    with pytest.raises(EvidenceError, match=r"manifest\.json was altered"):
        read_transcript(run)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_manifest_is_refused(run: Path, content: bytes) -> None:
    (run / "transcript" / "manifest.json").write_bytes(content)
    with pytest.raises(EvidenceError, match="is not a manifest"):
        read_transcript(run)


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_a_transcript_of_another_format_is_refused(run: Path, version: Any) -> None:
    path = run / "transcript" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"format": version}))
    with pytest.raises(
        EvidenceError, match=f"transcript format {version}, this version reads"
    ) as e:
        read_transcript(run)
    assert "version" in e.value.hint


def test_a_folder_without_a_transcript_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="holds no transcript"):
        read_transcript(tmp_path)


def test_a_transcript_without_lines_is_refused(run: Path) -> None:
    (run / "transcript" / "exchanges.ndjson").unlink()
    with pytest.raises(EvidenceError, match=r"has no exchanges\.ndjson"):
        read_transcript(run)


@pytest.mark.parametrize("cut", [1, 2, 100])
def test_a_killed_run_is_read_up_to_its_last_whole_line(
    run: Path, unseal: Callable[[Path], None], cut: int
) -> None:
    unseal(run)
    path = run / "transcript" / "exchanges.ndjson"
    path.write_bytes(path.read_bytes()[:-cut])
    transcript = read_transcript(run)
    assert not transcript.complete
    assert len(transcript.lines) == LAST


def test_a_run_killed_before_its_first_line_is_read(
    run: Path, unseal: Callable[[Path], None]
) -> None:
    unseal(run)
    (run / "transcript" / "exchanges.ndjson").write_bytes(b"")
    transcript = read_transcript(run)
    assert (transcript.complete, transcript.lines) == (False, ())


def test_a_body_left_half_written_is_no_obstacle(run: Path, unseal: Callable[[Path], None]) -> None:
    unseal(run)
    (run / "transcript" / "blobs" / ("0" * 64 + ".part")).write_bytes(b"half of a bo")
    assert not read_transcript(run).complete


def test_a_killed_run_whose_middle_was_altered_is_refused(
    run: Path, unseal: Callable[[Path], None]
) -> None:
    unseal(run)
    _changed(run, _altered(3))
    assert _named(run) == 3
