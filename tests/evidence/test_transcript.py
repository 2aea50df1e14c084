"""A transcript is written so that a run killed at any moment leaves something that can be read."""

import errno
import hashlib
import json
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.core.errors import EvidenceError, UsageError
from conformance.evidence import transcript as module
from conformance.evidence.exchange import Request
from conformance.evidence.read import read_transcript
from conformance.evidence.replay import Player
from conformance.evidence.transcript import TranscriptWriter, encode, write_beside


def test_a_file_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "results.json"
    write_beside(path, b"the old one")

    def interrupted(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_beside(path, b"a new one")
    assert path.read_bytes() == b"the old one"


def test_everything_is_for_its_owner_only(run: Path) -> None:
    for path in [run / "transcript", *(run / "transcript").rglob("*")]:
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected, path


def test_a_body_is_there_before_any_line_names_it(
    writer: TranscriptWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, named, begun = b"x" * 1000, threading.Event(), threading.Event()
    real = write_beside

    def slow(path: Path, data: bytes, mode: int = 0o600) -> None:
        begun.set()
        assert not named.wait(0.2)
        real(path, data, mode)

    monkeypatch.setattr(module, "write_beside", slow)
    threads = [threading.Thread(target=writer.blob, args=(body,))]
    threads[0].start()
    begun.wait(5)

    def name() -> None:
        digest = writer.blob(body)
        named.set()
        assert (writer.folder / "blobs" / digest).is_file()

    threads.append(threading.Thread(target=name))
    threads[1].start()
    for thread in threads:
        thread.join(5)
    assert named.is_set()


def test_equal_bodies_are_kept_once(writer: TranscriptWriter) -> None:
    digests = {writer.blob(b"one"), writer.blob(b"one"), writer.blob(b"two")}
    assert digests == {hashlib.sha256(body).hexdigest() for body in (b"one", b"two")}
    assert {path.name for path in (writer.folder / "blobs").iterdir()} == digests


def test_lines_of_many_threads_form_one_chain(
    tmp_path: Path, writer: TranscriptWriter, written: Callable[..., int]
) -> None:
    numbers: list[int] = []

    def write(who: int) -> None:
        for n in range(25):
            request = Request(method="GET", url=f"https://ehr.example/{who}/{n}")
            numbers.append(written(writer, request, b"body %d" % n))

    threads = [threading.Thread(target=write, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.seal()
    assert sorted(numbers) == list(range(1, 201))
    assert len(read_transcript(tmp_path / "run").lines) == 202


def test_a_used_folder_is_refused_and_left_alone(tmp_path: Path, run: Path) -> None:
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match="cannot be written"):
        TranscriptWriter(run / "transcript", {})
    assert before == {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}


def test_nothing_is_written_after_the_seal(writer: TranscriptWriter) -> None:
    writer.seal()
    with pytest.raises(ValueError, match=r"closed|sealed"):
        writer.append("draw", {"name": "late", "value": 1})
    with pytest.raises(ValueError, match="sealed"):
        writer.blob(b"late")
    assert read_transcript(writer.folder).complete


def test_a_full_disk_ends_in_a_sentence(
    writer: TranscriptWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(module, "write_beside", full)
    with pytest.raises(EvidenceError, match="No space left") as ended:
        writer.blob(b"a body")
    assert "judge" in ended.value.hint


@pytest.mark.parametrize("text", ["plain", "«alias»", "\ud800", "\x00\x1b[2J", '"\\\n', "😀"])
def test_any_text_comes_back_as_it_was(
    tmp_path: Path, writer: TranscriptWriter, written: Callable[..., int], text: str
) -> None:
    assert json.loads(encode({"text": text})) == {"text": text}
    request = Request(method="GET", url=f"https://ehr.example/{text}")
    written(writer, request, text.encode("utf-8", "surrogatepass"), response=[["x", text]])
    writer.seal()
    answer = Player(read_transcript(tmp_path / "run")).ask(request)
    assert (answer.url, answer.header("x")) == (request.url, text)
    assert answer.content == text.encode("utf-8", "surrogatepass")
