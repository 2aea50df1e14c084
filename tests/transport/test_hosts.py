"""A request goes only where it may, and a credential only to the origin it was given for."""

import string
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conformance.evidence.exchange import Request
from conformance.transport.hosts import HostRule, is_loopback, origin

Open = Callable[..., Any]
Get = Callable[..., Request]
HOME = "https://ehr.example/fhir"
OTHER = "https://bulk.example:8443"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://EHR.example:443/fhir?x#y", "https://ehr.example"),
        ("http://ehr.example:80", "http://ehr.example"),
        ("http://ehr.example:443/", "http://ehr.example:443"),
        ("https://[::1]:8443/fhir", "https://[::1]:8443"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, expected: str) -> None:
    assert origin(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "Patient/1",
        "//ehr.example/fhir",
        "ftp://ehr.example",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://user:word@ehr.example/",
        "https://ehr.example:99999/",
        "https://ehr.example:port/",
        "https:///fhir",
        "https://[::1/",
    ],
)
def test_what_has_no_origin_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        origin(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8080/fhir", True),
        ("http://127.8.9.1", True),
        ("http://localhost", True),
        ("http://[::1]:80/", True),
        ("https://127.example.com", False),
        ("https://127.0.0.1.example.com", False),
        ("https://localhost.example.com", False),
        ("https://10.0.0.1", False),
        ("nonsense", False),
    ],
)
def test_loopback_is_this_machine_and_not_a_name_that_looks_like_it(
    url: str, expected: bool
) -> None:
    assert is_loopback(url) is expected


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/fhir",
        "http://ehr.example/fhir",
        "https://ehr.example:8443/fhir",
        "https://ehr.example.evil.example/",
        "https://evil.example\\@ehr.example/",
        "https://ehr.example\\.evil.example/",
        "https://ehr.example%2eevil.example/",
        "https://xehr.example/",
    ],
)
def test_nothing_is_sent_to_a_foreign_host(opened: Open, script: Any, get: Get, url: str) -> None:
    transport = script([httpx.Response(200)])
    answer = opened(transport).recorder.ask(get(url, credential="bearer:default"))
    assert transport.seen == []
    assert answer.failure.kind in ("foreign-host", "bad-url")
    assert answer.number > 0


def test_an_allowed_host_is_asked_and_sees_no_credential(
    opened: Open, script: Any, get: Get, secret: str
) -> None:
    transport = script([httpx.Response(200)])
    one = opened(transport, allowed=(OTHER,), headers={"X-Tenant-Key": "a-fixed-secret"})
    answer = one.recorder.ask(get(f"{OTHER}/file?token={secret[:3]}", credential="bearer:default"))
    assert answer.status == 200
    sent = transport.seen[0]
    assert sent.url.host == "bulk.example"
    assert "authorization" not in sent.headers
    assert "x-tenant-key" not in sent.headers


@pytest.mark.parametrize("stream", [False, True])
def test_a_token_of_a_flow_stays_with_the_target(opened: Open, script: Any, stream: bool) -> None:
    transport = script([httpx.Response(200)])
    one = opened(transport, allowed=(OTHER,))
    alias = one.aliases.register("token:backend", "a-token-of-a-backend-service")
    for step, place in enumerate((HOME, OTHER), start=1):
        one.recorder.ask(
            Request(
                method="GET",
                url=f"{place}/file",
                step=f"export/file-{step}",
                credential=alias,
                stream=stream,
            )
        )
    home, other = transport.seen
    assert home.headers["authorization"] == "Bearer a-token-of-a-backend-service"
    assert "authorization" not in other.headers


@given(
    url=st.one_of(
        st.text(max_size=60),
        st.text(max_size=30).map(lambda tail: f"https://ehr.example{tail}"),
        st.text(max_size=30).map(lambda head: f"{head}ehr.example/fhir"),
        st.text(string.punctuation + "ehr.xampl@:/\\\t", max_size=40).map("https://".__add__),
    )
)
@example("https://ehr.example\t.evil.example/")
@example("https://ehr.example#@evil.example/")
@example(" https://ehr.example/")
@example("https://ehr.example:443@evil.example")
def test_what_is_permitted_goes_where_the_rule_thinks(url: str) -> None:
    """Two parsers of URLs must not disagree: httpx sends where its own one says."""
    rule = HostRule(HOME)
    try:
        permitted = rule.permits(url)
    except ValueError:
        return
    if not permitted:
        return
    try:
        sent_to = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return
    assert (sent_to.scheme, sent_to.host, sent_to.port) in (
        ("https", "ehr.example", None),
        # What is no absolute URL for httpx is not sent at all.
        ("", "", None),
    )
