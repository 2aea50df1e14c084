"""The stream of a child is read as typed events, and noise on it is no event."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.core.outcomes import Outcome
from conformance.run.events import Checked, Ended, Refused, Started, parse

START = {
    "event": "start",
    "checks": 3,
    "base": "https://e.example",
    "fhir": True,
    "edition": "6.1.0",
    "edition_from": "metadata",
    "folder": "/run",
}


def test_each_event_is_read() -> None:
    """With its facts as values of their types."""
    started = parse(json.dumps(START).encode())
    assert isinstance(started, Started)
    assert (started.checks, started.fhir, started.folder) == (3, True, Path("/run"))
    checked = parse(b'{"event": "check", "id": "a.b.c", "outcome": "N/A", "code": ""}')
    assert checked == Checked(id="a.b.c", outcome=Outcome.NOT_APPLICABLE, code="")
    assert parse(b'{"event": "end", "exit": 3, "folder": "/run"}') == Ended(
        exit=3, folder=Path("/run")
    )
    assert parse(b'{"event": "refused", "sentence": "No.", "hint": ""}') == Refused(
        sentence="No.", hint=""
    )


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"hello",
        b"\xff\xfe",
        b"[]",
        b'"start"',
        b'{"event": "start"}',
        b'{"event": "later"}',
        b'{"event": ["check"]}',
        b'{"event": "check", "id": "a", "outcome": "GREEN", "code": ""}',
        b'{"event": "end", "exit": "x", "folder": "/run"}',
    ],
)
def test_noise_is_no_event(line: bytes) -> None:
    """A print from a library may stand between the events."""
    assert parse(line) is None


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader(line: bytes) -> None:
    """Whatever stands on the stream."""
    parse(line)
