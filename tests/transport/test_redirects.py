"""Redirects are followed within the host and a bound, and their end is an answer or an error."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from conformance.fhir.client import FhirClient
from conformance.fhir.redirects import REDIRECTS

HOME = "https://ehr.example/fhir"
Open = Callable[..., Any]


def _to(location: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"location": location} if location else {})


def _client(opened: Open, transport: httpx.BaseTransport) -> FhirClient:
    return FhirClient(opened(transport).recorder, HOME, "bearer:default")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_with_the_credential(
    opened: Open, script: Any, status: int, secret: str
) -> None:
    transport = script([_to("/fhir/moved", status), httpx.Response(200, content=b'{"a": 1}')])
    client = _client(opened, transport)
    response = client.send(client.request("Patient/1"))
    assert (response.status, response.resource, len(response.hops)) == (200, {"a": 1}, 1)
    assert [str(request.url) for request in transport.seen] == [
        f"{HOME}/Patient/1",
        f"{HOME}/moved",
    ]
    assert transport.seen[1].headers["authorization"] == f"Bearer {secret}"


def test_so_many_are_followed_and_no_more(opened: Open, script: Any) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params.get("n", "0")) + 1
        return _to(f"{HOME}/x?n={number}")

    for limit, status in ((REDIRECTS, 200), (REDIRECTS + 1, None)):
        ends = httpx.Response(200, content=b"{}")
        transport = script([*[away] * limit, ends])
        client = _client(opened, transport)
        response = client.send(client.request("x"))
        assert response.status == status
        assert len(transport.seen) == REDIRECTS + 1
    failure = response.exchange.failure
    assert failure is not None
    assert failure.kind == "unsafe-response"


@pytest.mark.parametrize("location", [f"{HOME}/a", "/fhir/a", "", "#top"])
def test_a_circle_ends(opened: Open, script: Any, location: str) -> None:
    transport = script([_to(location)])
    client = _client(opened, transport)
    response = client.send(client.request("a"))
    assert len(transport.seen) <= 2
    assert response.status in (None, 302)


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example/fhir",
        "http://ehr.example/fhir",
        "//elsewhere.example/fhir",
        "https://ehr.example:8443/fhir",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://user@ehr.example/",
        "https://[::1/",
    ],
)
def test_nothing_is_sent_to_where_it_may_not(opened: Open, script: Any, location: str) -> None:
    transport = script([_to(location)])
    client = _client(opened, transport)
    response = client.send(client.request("a"))
    assert len(transport.seen) == 1
    assert response.status in (None, 302)
    if response.exchange.failure is not None:
        assert response.exchange.failure.kind in ("foreign-host", "bad-url")


def test_a_post_is_not_redirected(opened: Open, script: Any) -> None:
    transport = script([_to(f"{HOME}/moved", 307)])
    client = _client(opened, transport)
    assert client.send(client.request("Patient/_search", form=())).status == 307
    assert len(transport.seen) == 1


def test_a_next_link_elsewhere_is_not_followed(opened: Open, script: Any) -> None:
    body = b'{"resourceType": "Bundle", "link": [{"relation": "next", "url": "https://e.example"}]}'
    transport = script([httpx.Response(200, content=body)])
    client = _client(opened, transport)
    first, second = client.pages(client.send(client.request("Patient")))
    assert first.status == 200
    assert second.exchange.failure is not None
    assert second.exchange.failure.kind == "foreign-host"
    assert len(transport.seen) == 1


def test_next_links_in_a_circle_end(opened: Open, script: Any) -> None:
    body = b'{"resourceType": "Bundle", "link": [{"relation": "next", "url": "?page=2"}]}'
    transport = script([httpx.Response(200, content=body)])
    client = _client(opened, transport)
    assert len(list(client.pages(client.send(client.request("Patient"))))) == 2
