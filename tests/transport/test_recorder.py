"""Each question is sent once, recorded, and answered in the recorded form."""

import gzip
import html
import json
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote

import httpx
import pytest

from conformance.evidence.exchange import Request
from conformance.evidence.read import read_transcript
from conformance.evidence.replay import Player
from conformance.smart.flow import with_query

HOME = "https://ehr.example/fhir"
Open = Callable[..., Any]
Get = Callable[..., Request]
Lines = Callable[[Any], list[Mapping[str, Any]]]


def _ok(body: bytes = b"{}", **headers: str) -> httpx.Response:
    return httpx.Response(200, headers=headers, content=body)


def test_many_threads_that_ask_the_same_send_once(opened: Open, script: Any, get: Get) -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        time.sleep(0.05)
        return httpx.Response(200, stream=httpx.ByteStream(b"body"))

    transport = script([slow])
    one = opened(transport)
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda: answers.append(one.recorder.ask(get()))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(transport.seen) == 1
    assert len(answers) == 16
    assert all(answer is answers[0] for answer in answers)


def test_a_fault_reaches_every_thread_that_waits(
    opened: Open, script: Any, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = opened(script([_ok()]))

    def broken(*_: Any) -> int:
        time.sleep(0.05)
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(one.writer, "append", broken)
    raised: list[BaseException] = []

    def ask() -> None:
        try:
            one.recorder.ask(get())
        except RuntimeError as error:
            raised.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert len(raised) == 4


@pytest.mark.parametrize(
    "other",
    [
        {"method": "HEAD"},
        {"headers": {"Accept": "application/xml"}},
        {"body": b"x"},
        {"credential": "bearer:default"},
        {"occurrence": 1},
    ],
)
def test_another_question_is_sent_anew(
    opened: Open, script: Any, get: Get, other: dict[str, Any]
) -> None:
    transport = script([_ok()])
    one = opened(transport)
    first = one.recorder.ask(get())
    second = one.recorder.ask(replace(get(), **other))
    assert len(transport.seen) == 2
    assert second.number != first.number


def test_a_raised_epoch_sends_again(opened: Open, script: Any, get: Get) -> None:
    transport = script([_ok(b"before"), _ok(b"after")])
    recorder = opened(transport).recorder
    assert recorder.ask(get()).content == b"before"
    assert recorder.ask(get()).content == b"before"
    recorder.epoch += 1
    assert recorder.ask(get()).content == b"after"
    assert len(transport.seen) == 2


def test_the_answer_is_what_a_replay_gives(
    opened: Open, script: Any, get: Get, secret: str
) -> None:
    headers = {"ETag": 'W/"1"', "X-Echo": f"Bearer {secret}", "Set-Cookie": "sid=1; Path=/"}
    transport = script([_ok(f'{{"echo": "{secret}"}}'.encode(), **headers), _ok(b"")])
    one = opened(transport, probes=lambda name: {"answer": "accepted", "list": (1, 2)})
    asked = [get("a", credential="bearer:default"), get("b?x=%ff&y=\ud800\udc00")]
    live = [one.recorder.ask(request) for request in asked]
    probed, drawn = one.recorder.probe("tls:1.3"), one.recorder.draw("state", {"a": ("b", 1)})
    one.writer.seal()
    player = Player(read_transcript(one.writer.folder))
    assert [player.ask(request) for request in asked] == live
    assert player.probe("tls:1.3") == probed
    assert player.draw("state", None) == drawn == {"a": ["b", 1]}


def test_a_draw_is_made_once(opened: Open, script: Any) -> None:
    recorder = opened(script([_ok()])).recorder
    assert recorder.drawn("state") is None
    assert recorder.draw("state", "first") == "first"
    assert recorder.draw("state", "second") == "first"
    assert recorder.draw("nonce", "third") == "third"


def test_what_is_written_of_a_request(
    opened: Open, script: Any, get: Get, lines: Lines, secret: str
) -> None:
    one = opened(script([_ok(b"{}")]))
    request = replace(
        get(f"Patient?x={secret}", credential="bearer:default"),
        method="POST",
        body=f"token={secret}".encode(),
    )
    one.recorder.ask(request)
    line = lines(one)[-1]
    alias = "«bearer:default#1»"
    assert line["url"].endswith(f"?x={alias}")
    assert ["Authorization", f"Bearer {alias}"] in line["headers"]
    assert line["credential"] == alias
    assert (one.writer.folder / "blobs" / line["body"]).read_text() == f"token={alias}"
    assert (line["attempt"], line["final"], line["status"]) == (1, True, 200)


def test_no_part_of_an_answer_brings_a_credential_back(
    opened: Open, script: Any, get: Get, lines: Lines, secret: str
) -> None:
    headers = {secret: "x", "Location": f"/login?next={secret}", "X": f"Basic {secret}"}
    one = opened(script([_ok(json.dumps({secret: secret}).encode(), **headers)]))
    answer = one.recorder.ask(get(credential="bearer:default"))
    shown = json.dumps(lines(one)) + repr(answer)
    assert secret not in shown.lower()
    assert answer.header("location") == "/login?next=«bearer:default#1»"


def test_a_body_that_hides_a_credential_is_not_kept(
    opened: Open, script: Any, get: Get, secret: str
) -> None:
    one = opened(script([_ok(gzip.compress(secret.encode()))]))
    answer = one.recorder.ask(get(credential="bearer:default"))
    assert (answer.status, answer.content) == (None, b"")
    assert answer.failure.kind == "unsafe-response"


@pytest.mark.parametrize(
    "spell",
    [
        str,
        quote,
        lambda alias: quote(quote(alias)),
        html.escape,
        lambda alias: alias.replace("«", "&laquo;").replace("»", "&raquo;"),
        lambda alias: "".join(f"&#{ord(letter)};" for letter in alias),
        lambda alias: json.dumps(alias),
        lambda alias: "".join(f"\\u{ord(letter):04x}" for letter in alias),
    ],
)
def test_a_server_that_names_a_credential_is_not_given_it(
    opened: Open, script: Any, lines: Lines, spell: Callable[[str], str]
) -> None:
    alias = "«bearer:default#1»"
    page = f'{{"url": "https://ehr.example/files?x={spell(alias)}"}}'.encode()
    for answer in (_ok(page), _ok(location=quote(f"/next?x={alias}"))):
        one = opened(script([answer]))
        request = Request(method="GET", url=f"{HOME}/status", step="export/status-1")
        exchange = one.recorder.ask(request)
        assert (exchange.status, exchange.content, exchange.headers) == (None, b"", ())
        assert exchange.failure.kind == "unsafe-response"
        one.writer.close()
        shutil.rmtree(one.writer.folder)


def test_other_angle_quotes_are_text(opened: Open, script: Any) -> None:
    body = '{"text": "«Guten Tag», «bearer:default#2», &raquo;"}'.encode()
    assert opened(script([_ok(body)])).recorder.ask(Request(method="GET", url=HOME)).content == body


def test_a_credential_in_a_query_is_sent_as_what_it_is(
    opened: Open, script: Any, lines: Lines
) -> None:
    transport = script([_ok()])
    one = opened(transport)
    token = "awk+ward/to ken&=="
    alias = one.aliases.register("token:patient-a", token)
    url = with_query(f"https://ehr.example/{alias}/read?a=b", [("access_token", alias), ("c", "«")])
    one.recorder.ask(Request(method="GET", url=url, step="flow/read"))
    sent = transport.seen[0].url
    assert sent.path == f"/{token}/read"
    assert dict(parse_qsl(sent.query.decode())) == {"a": "b", "access_token": token, "c": "«"}
    assert lines(one)[-1]["url"] == url
    assert token not in json.dumps(lines(one))


def test_what_a_probe_saw_is_scrubbed(opened: Open, script: Any, secret: str) -> None:
    one = opened(script([_ok()]), probes=lambda name: {"bytes": secret, "name": name})
    assert one.recorder.probe("tls:1.2").observed["bytes"] == "«bearer:default#1»"


def test_a_planted_cookie_is_neither_kept_nor_sent_back(
    opened: Open, script: Any, get: Get, lines: Lines
) -> None:
    headers = {"Set-Cookie": "session=planted-value; Domain=ehr.example; Path=/"}
    transport = script([_ok(b"{}", **headers)])
    one = opened(transport)
    one.recorder.ask(get("a"))
    one.recorder.ask(get("b"))
    assert all("cookie" not in request.headers for request in transport.seen)
    assert "planted-value" not in json.dumps(lines(one))
    assert ["set-cookie", "«cookie»"] in lines(one)[-1]["response"]


def test_nothing_but_the_credential_asked_for_is_sent(
    opened: Open, script: Any, get: Get, secret: str
) -> None:
    transport = script([_ok()])
    one = opened(transport)
    one.recorder.ask(get("open"))
    one.recorder.ask(get("closed", credential="bearer:default"))
    assert "authorization" not in transport.seen[0].headers
    assert transport.seen[1].headers["authorization"] == f"Bearer {secret}"


def test_a_header_of_the_request_replaces_a_fixed_one(opened: Open, script: Any, get: Get) -> None:
    transport = script([_ok()])
    one = opened(transport, headers={"X-Tenant": "north"})
    one.recorder.ask(get(headers={"accept": "application/fhir+json"}))
    headers = transport.seen[0].headers
    assert headers.get_list("accept") == ["application/fhir+json"]
    assert headers["x-tenant"] == "north"
    assert "ehr-conformance/" in headers["user-agent"]


def test_a_credential_shows_in_no_repr(opened: Open, script: Any, secret: str) -> None:
    from conformance.transport.recorder import Credential

    shown = repr(Credential(header="Authorization", value=f"Bearer {secret}", alias="«a»"))
    assert secret not in shown
    assert secret not in repr(vars(opened(script([_ok()])).recorder)["_credentials"])


@pytest.mark.parametrize("value", ["caf\u00e9", "line\nbreak", " blank ", "\x00"])
def test_a_header_that_cannot_be_sent_is_no_fault_of_the_server(
    opened: Open, get: Get, value: str
) -> None:
    one = opened(None, home="http://127.0.0.1:9/fhir")
    answer = one.recorder.ask(
        get("http://127.0.0.1:9/fhir/Patient", headers={"If-None-Match": value})
    )
    assert answer.failure.kind in ("unsafe-response", "refused")
