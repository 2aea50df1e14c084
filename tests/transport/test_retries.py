"""A broken answer is asked for twice more, a server that asks to wait is obeyed, within bounds."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from conformance.evidence.exchange import Request
from conformance.transport.bounds import Bounds
from conformance.transport.retries import retry_after
from conformance.transport.sender import Answer

Open = Callable[..., Any]
Get = Callable[..., Request]
Lines = Callable[[Any], list[Mapping[str, Any]]]
OK = httpx.Response(200, content=b"{}")
RESET = httpx.RemoteProtocolError("Server disconnected without sending a response.")


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let time pass without waiting for it."""
    now, sleeps = [1000.0], []

    def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return sleeps


@pytest.mark.parametrize(
    "broken",
    [
        RESET,
        httpx.ReadError("broke"),
        httpx.ReadTimeout("late"),
        httpx.ConnectTimeout("late"),
        httpx.Response(502),
        httpx.Response(503),
        httpx.Response(504),
    ],
    ids=lambda broken: repr(broken)[:30],
)
def test_a_broken_answer_is_asked_for_twice_more(
    opened: Open, script: Any, get: Get, lines: Lines, broken: Any
) -> None:
    transport = script([broken, broken, OK])
    one = opened(transport)
    assert one.recorder.ask(get()).status == 200
    attempts = [line for line in lines(one) if line["kind"] == "request"]
    assert [line["attempt"] for line in attempts] == [1, 2, 3]
    assert [line["final"] for line in attempts] == [False, False, True]
    assert len({line["key"] for line in attempts}) == 1


def test_after_three_broken_answers_the_last_one_stands(
    opened: Open, script: Any, get: Get, lines: Lines
) -> None:
    transport = script([RESET])
    one = opened(transport)
    answer = one.recorder.ask(get())
    assert (answer.status, answer.failure.kind) == (None, "reset")
    assert len(transport.seen) == 3
    assert [line["final"] for line in lines(one)[1:]] == [False, False, True]


@pytest.mark.parametrize(
    "final",
    [
        httpx.Response(500),
        httpx.Response(404),
        httpx.Response(501),
        httpx.ConnectError("refused"),
        httpx.RemoteProtocolError("illegal status line"),
    ],
    ids=lambda final: repr(final)[:40],
)
def test_an_answer_that_is_not_broken_stands(
    opened: Open, script: Any, get: Get, final: Any
) -> None:
    transport = script([final, OK])
    opened(transport).recorder.ask(get())
    assert len(transport.seen) == 1


@pytest.mark.parametrize("broken", [RESET, httpx.ReadTimeout("late"), httpx.Response(503)])
def test_a_post_is_not_repeated(opened: Open, script: Any, get: Get, broken: Any) -> None:
    transport = script([broken, OK])
    opened(transport).recorder.ask(replace(get(), method="POST", body=b"x"))
    assert len(transport.seen) == 1


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_question_that_changes_nothing_is_repeated_whatever_its_method(
    opened: Open, script: Any, get: Get, method: str
) -> None:
    transport = script([RESET, OK])
    answer = opened(transport).recorder.ask(replace(get(), method=method, repeatable=True))
    assert answer.status == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_to_wait_is_obeyed(
    opened: Open, script: Any, get: Get, slept: list[float], status: int, method: str
) -> None:
    busy = httpx.Response(status, headers={"Retry-After": "7"})
    transport = script([busy, busy, OK])
    assert opened(transport).recorder.ask(replace(get(), method=method)).status == 200
    assert sum(slept) == pytest.approx(14, abs=0.1)


def test_too_many_requests_without_a_time_means_a_second(
    opened: Open, script: Any, get: Get, slept: list[float]
) -> None:
    opened(script([httpx.Response(429), OK])).recorder.ask(get())
    assert sum(slept) == pytest.approx(1, abs=0.1)


def test_a_wait_longer_than_our_patience_ends_it_at_once(
    opened: Open, script: Any, get: Get, slept: list[float]
) -> None:
    transport = script([httpx.Response(429, headers={"Retry-After": "3600"}), OK])
    one = opened(transport, bounds=Bounds(patience=60))
    assert one.recorder.ask(get()).status == 429
    assert (slept, len(transport.seen)) == ([], 1)


def test_waits_together_stay_within_our_patience(
    opened: Open, script: Any, get: Get, slept: list[float]
) -> None:
    transport = script([httpx.Response(429, headers={"Retry-After": "25"})])
    one = opened(transport, bounds=Bounds(patience=60))
    assert one.recorder.ask(get()).status == 429
    assert sum(slept) == pytest.approx(50, abs=0.1)


def test_at_once_again_and_again_has_an_end(opened: Open, script: Any, get: Get) -> None:
    transport = script([httpx.Response(429, headers={"Retry-After": "0"})])
    assert opened(transport).recorder.ask(get()).status == 429
    assert len(transport.seen) == 11


def test_waiting_and_breaking_are_counted_apart(opened: Open, script: Any, get: Get) -> None:
    busy = httpx.Response(429, headers={"Retry-After": "0"})
    transport = script([busy, busy, busy, RESET, busy, RESET, OK])
    assert opened(transport).recorder.ask(get()).status == 200


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 12 ", 12.0),
        ("Tue, 24 Nov 2026 08:00:30 GMT", 30.0),
        ("Tue, 24 Nov 2026 07:00:00 GMT", 0.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("1" * 30, None),
        ("\u0661", None),
        ("Tue, 99 Nov 2026 08:00:30 GMT", None),
    ],
)
def test_what_a_server_asks_for_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    now = datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert retry_after(Answer(status=429, headers=(("retry-after", value),)), now) == seconds


def test_a_date_without_a_zone_asks_nothing() -> None:
    now = datetime(2026, 11, 24, 8, tzinfo=UTC)
    answer = Answer(status=429, headers=(("retry-after", "Tue, 24 Nov 2026 08:00:30 -0000"),))
    assert retry_after(answer, now) is None


def test_every_thread_waits_when_one_is_told_to(
    opened: Open, script: Any, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    times: dict[str, float] = {}
    told = threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("busy") and not told.is_set():
            told.set()
            times["told"] = time.monotonic()
            return httpx.Response(429, headers={"Retry-After": "1"}, stream=httpx.ByteStream(b""))
        times[request.url.path] = time.monotonic()
        return httpx.Response(200, stream=httpx.ByteStream(b"{}"))

    one = opened(script([answer]))
    busy = threading.Thread(target=one.recorder.ask, args=(get("busy"),))
    busy.start()
    assert told.wait(5)
    time.sleep(0.05)
    one.recorder.ask(get("other"))
    busy.join()
    assert times["/fhir/other"] - times["told"] >= 0.95
