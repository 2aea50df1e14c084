"""A replayed transcript answers what was asked, and says why it cannot answer the rest."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.core.errors import Errored, Skipped
from conformance.evidence.exchange import Failure, Request
from conformance.evidence.read import read_transcript
from conformance.evidence.replay import Player
from conformance.evidence.transcript import TranscriptWriter


def test_what_was_asked_is_answered(run: Path, asked: list[Request]) -> None:
    player = Player(read_transcript(run))
    for number, request in enumerate(asked):
        answer = player.ask(request)
        assert (answer.number, answer.status, answer.failure) == (number + 1, 200, None)
        assert answer.content == b'{"number": %d}' % number
        assert answer.header("content-type") == "application/fhir+json"
    assert player.draw("state", "another") == ["a", 1]
    assert player.drawn("state") == ["a", 1]
    assert player.probe("tls:1.2").observed == {"answer": "accepted"}


@pytest.mark.parametrize(
    "other",
    [
        {"method": "HEAD"},
        {"url": "https://ehr.example/fhir/Patient/7"},
        {"headers": {"Accept": "application/xml"}},
        {"body": b""},
        {"credential": "bearer:default"},
        {"occurrence": 1},
    ],
)
def test_what_differs_in_anything_was_not_asked(
    run: Path, asked: list[Request], other: dict[str, object]
) -> None:
    player = Player(read_transcript(run))
    with pytest.raises(Errored, match="does not hold this request") as ended:
        player.ask(replace(asked[0], **other))  # type: ignore[arg-type]
    assert ended.value.code == "harness"


def test_another_epoch_is_another_question(run: Path, asked: list[Request]) -> None:
    player = Player(read_transcript(run))
    player.epoch = 1
    with pytest.raises(Errored):
        player.ask(asked[0])


def test_names_of_headers_have_no_case() -> None:
    request = Request(method="GET", url="https://ehr.example", headers={"ACCEPT": "x", "b": "y"})
    assert request.key(0) == replace(request, headers={"B": "y", "accept": "x"}).key(0)


def test_how_a_request_is_shown_is_no_part_of_it() -> None:
    request = Request(method="GET", url="https://ehr.example/?name=Smith")
    assert request.key(0) == replace(request, shown_url="?name=<Patient.name>").key(0)


def test_of_several_attempts_the_final_one_is_the_answer(
    writer: TranscriptWriter, written: Callable[..., int], asked: list[Request]
) -> None:
    broken = {"kind": "reset", "detail": "it broke"}
    written(writer, asked[0], b"", final=False, status=None, failure=broken)
    number = written(writer, asked[0], b"second", attempt=2)
    writer.seal()
    answer = Player(read_transcript(writer.folder)).ask(asked[0])
    assert (answer.number, answer.content, answer.failure) == (number, b"second", None)


def test_a_failure_is_replayed_as_one(
    writer: TranscriptWriter, written: Callable[..., int], asked: list[Request]
) -> None:
    failure = {"kind": "timeout", "detail": "too slow"}
    written(writer, asked[0], b"", status=None, failure=failure)
    writer.seal()
    answer = Player(read_transcript(writer.folder)).ask(asked[0])
    assert (answer.status, answer.content) == (None, b"")
    assert answer.failure == Failure(**failure)


def test_what_a_killed_run_did_not_record_is_skipped(
    run: Path, asked: list[Request], unseal: Callable[[Path], None]
) -> None:
    unseal(run)
    player = Player(read_transcript(run))
    assert player.ask(asked[0]).status == 200
    for ask in (
        lambda: player.ask(replace(asked[0], occurrence=1)),
        lambda: player.probe("certificate"),
        lambda: player.draw("nonce", 1),
        lambda: player.drawn("nonce"),
    ):
        with pytest.raises(Skipped, match="cut short") as ended:
            ask()
        assert ended.value.code == "bounded"


def test_an_attempt_that_was_to_be_repeated_is_no_answer(
    writer: TranscriptWriter, written: Callable[..., int], asked: list[Request]
) -> None:
    written(writer, asked[0], b"", final=False, status=503)
    with pytest.raises(Skipped, match="cut short"):
        Player(read_transcript(writer.folder)).ask(asked[0])
