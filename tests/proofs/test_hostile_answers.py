"""Among sound answers, hostile ones: an error or a finding, no crash and no blind failure."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest

from conformance.checks.execute import Check
from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.personas import build_app
from conformance.transport.connections import Connections, within
from conformance.transport.sender import trust
from tests.support.in_process import BASE, TOKEN, AsgiTransport, all_checks, open_run
from tests.support.raw_servers import BROKEN, ODD, UNREADABLE, UNSAFE, Behaviour, hostile

pytestmark = pytest.mark.slow

Answer = Callable[[httpx.Request], httpx.Response]
BLIND = {"unsafe-response", "network", "timeout"}


@dataclass(slots=True)
class Mixed(httpx.BaseTransport):
    """Ask the sound server, but for addresses that hold a word."""

    sound: AsgiTransport
    word: str
    answer: Answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.word in request.url.path:
            return self.answer(request)
        return self.sound.handle_request(request)


def _checks(word: str) -> list[Check]:
    """Return the checks of one type, and those that are about no type."""
    return [check for check in all_checks() if f"[{word[1:]}" in check.id or check.row is None]


def _run(word: str, answer: Answer) -> tuple[list[CheckResult], bool]:
    app = build_app("certified", token=TOKEN, base_url=BASE)
    run = open_run(app, transport=Mixed(AsgiTransport(app), word, answer))
    results = list(run.run(_checks(word)).values())
    return results, run.context.settled.found


def _answering(body: bytes) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        del request
        headers = {"content-type": "application/fhir+json"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))

    return answer


@pytest.fixture
def over_a_socket() -> Iterator[Callable[[Behaviour], Answer]]:
    """Let a server on a raw socket answer in the sound one's place."""
    connections = Connections(trust(None), 8)

    def through(behaviour: Behaviour) -> Answer:
        def answer(request: httpx.Request) -> httpx.Response:
            with hostile(behaviour) as server, within(2):
                elsewhere = httpx.Request(request.method, server.url, headers=request.headers)
                response = connections.handle_request(elsewhere)
                chunks = list(_taken(response))
                return httpx.Response(200, headers=response.headers.raw, stream=_Chunks(chunks))

        return answer

    yield through
    connections.close()


class _Chunks(httpx.SyncByteStream):
    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks


def _taken(response: httpx.Response) -> Iterator[bytes]:
    taken = 0
    try:
        for chunk in response.iter_raw():
            taken += len(chunk)
            yield chunk
            if taken > 33 << 20:
                return
    finally:
        response.close()


def _nothing_broke(results: list[CheckResult]) -> None:
    assert [result for result in results if result.code == "harness"] == []


def _nobody_failed_blindly(results: list[CheckResult]) -> None:
    failed = [result for result in results if result.outcome is Outcome.FAIL]
    assert [(result.id, result.code) for result in failed if result.code != "no-answer"] == []


@pytest.mark.parametrize("word", ["/Observation", "/metadata", "/.well-known"])
@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_body_past_a_bound_is_an_error(body: bytes, word: str) -> None:
    results, found = _run(word, _answering(body))
    _nothing_broke(results)
    _nobody_failed_blindly(results)
    assert found == (word != "/metadata")
    blind = {result.code for result in results if result.outcome is Outcome.ERROR}
    assert blind
    assert blind <= BLIND


@pytest.mark.parametrize("word", ["/Observation", "/Patient", "/metadata", "/.well-known"])
@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
def test_an_odd_body_is_a_finding_and_no_crash(body: bytes, word: str) -> None:
    results, _ = _run(word, _answering(body))
    _nothing_broke(results)
    shown = json.dumps([repr(result) for result in results])
    assert "alert(1)" not in shown


@pytest.mark.parametrize("name", ["gzip bomb", "cut gzip", "another coding than named"])
def test_a_hostile_coding_is_an_error(
    name: str, over_a_socket: Callable[[Behaviour], Answer]
) -> None:
    results, _ = _run("/Observation", over_a_socket(UNSAFE[name]))
    _nothing_broke(results)
    _nobody_failed_blindly(results)
    assert "unsafe-response" in {result.code for result in results}


@pytest.mark.parametrize("name", ["reset at once", "closed within the body"])
def test_no_answer_beside_answers_is_a_failure_of_its_own(
    name: str, over_a_socket: Callable[[Behaviour], Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    results, _ = _run("/Observation", over_a_socket(BROKEN[name]))
    _nothing_broke(results)
    _nobody_failed_blindly(results)


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_wants_us_to_wait_for_long_is_not_blamed(status: int) -> None:
    def busy(request: httpx.Request) -> httpx.Response:
        del request
        return httpx.Response(status, headers={"retry-after": "7200"}, stream=httpx.ByteStream(b""))

    results, found = _run("/Observation", busy)
    _nothing_broke(results)
    assert found
    assert not [result for result in results if result.outcome is Outcome.FAIL]
    assert "bounded" in {result.code for result in results}


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_that_is_down_is_not_one_without_an_api(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)

    def down(request: httpx.Request) -> httpx.Response:
        del request
        return httpx.Response(status, headers={"retry-after": "7200"}, stream=httpx.ByteStream(b""))

    app = build_app("certified", token=TOKEN, base_url=BASE)
    run = open_run(app, transport=Mixed(AsgiTransport(app), "", down))
    assert not run.context.settled.reachable
    assert [address.answer for address in run.context.settled.addresses] == ["unreachable"]


@pytest.mark.parametrize(
    "location",
    ["https://elsewhere.example/fhir/x", "http://ehr.test/fhir/x", "//elsewhere.example/x"],
)
def test_a_redirect_to_another_host_is_not_followed(location: str) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "ehr.test"
        assert request.url.scheme == "https"
        return httpx.Response(302, headers={"location": location}, stream=httpx.ByteStream(b""))

    results, _ = _run("/Observation", away)
    _nothing_broke(results)
    # What a server declares is read elsewhere.
    about = [r for r in results if "[Observation" in r.id and ".declarations." not in r.id]
    assert {result.outcome for result in about} == {Outcome.SKIP}
    assert "foreign-host" in {result.code for result in about}


@pytest.mark.parametrize(
    "location", ["", "/fhir/Observation", "?again", "https://ehr.test/fhir/Observation?n={n}"]
)
def test_a_redirect_without_an_end_ends(location: str) -> None:
    asked: list[str] = []

    def around(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        headers = {"location": location.format(n=len(asked))} if location else {}
        return httpx.Response(307, headers=headers, stream=httpx.ByteStream(b""))

    results, _ = _run("/Observation", around)
    _nothing_broke(results)
    if location:
        _nobody_failed_blindly([r for r in results if r.code != "http.status"])


def test_a_redirect_within_the_host_is_followed() -> None:
    sound = AsgiTransport(build_app("certified", token=TOKEN, base_url=BASE))

    def moved(request: httpx.Request) -> httpx.Response:
        if "moved" in request.url.query.decode():
            inner = httpx.URL(str(request.url).replace("moved=1&", "").replace("?moved=1", ""))
            return sound.handle_request(
                httpx.Request(request.method, inner, headers=request.headers)
            )
        target = str(request.url).replace("?", "?moved=1&") if request.url.query else ""
        target = target or f"{request.url}?moved=1"
        return httpx.Response(307, headers={"location": target}, stream=httpx.ByteStream(b""))

    results, _ = _run("/Immunization", moved)
    _nothing_broke(results)
    reads = [r for r in results if r.id == "fhir-api.reads.give-that-resource[Immunization]"]
    assert [result.outcome for result in reads] == [Outcome.PASS]
