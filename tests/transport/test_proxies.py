"""Proxies are those of the environment, and this machine is reached without one."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from conformance.core.errors import UsageError
from conformance.evidence.exchange import Request
from conformance.transport.bounds import Bounds
from conformance.transport.proxies import Proxies
from conformance.transport.sender import HttpSender, trust
from tests.support.raw_servers import FHIR, answering, hostile

NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)

    def name_proxies(**values: str) -> None:
        for variable, value in values.items():
            monkeypatch.setenv(variable, value)

    return name_proxies


def test_without_proxies_every_host_is_reached_directly() -> None:
    assert Proxies().all == ()
    assert Proxies().of("https", "ehr.example") is None


def test_the_scheme_names_the_proxy(environment: Callable[..., None]) -> None:
    environment(HTTPS_PROXY="proxy.example:3128", ALL_PROXY="http://other.example")
    proxies = Proxies()
    assert proxies.of("https", "ehr.example") == "http://proxy.example:3128"
    assert proxies.of("http", "ehr.example") == "http://other.example"


def test_hosts_that_need_none_are_reached_directly(environment: Callable[..., None]) -> None:
    environment(ALL_PROXY="http://proxy.example", no_proxy="ehr.example,.inside.example")
    proxies = Proxies()
    assert proxies.of("https", "ehr.example") is None
    assert proxies.of("https", "a.inside.example") is None
    assert proxies.of("https", "outside.example") is not None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_is_reached_directly(environment: Callable[..., None], host: str) -> None:
    environment(ALL_PROXY="http://proxy.example")
    assert Proxies().of("https", host) is None


@pytest.mark.parametrize(
    "url", ["ftp://proxy.example", "http://", "http://[::1", "http://proxy:99999999", "socks4://x"]
)
def test_a_proxy_that_cannot_be_used_is_said(environment: Callable[..., None], url: str) -> None:
    environment(HTTPS_PROXY=url)
    with pytest.raises(UsageError, match="HTTPS_PROXY cannot be used") as refused:
        HttpSender(Bounds())
    assert refused.value.hint


def test_the_password_of_a_proxy_is_not_quoted(environment: Callable[..., None]) -> None:
    environment(HTTPS_PROXY="ftp://user:pass-word-1@proxy.example")
    with pytest.raises(UsageError) as refused:
        HttpSender(Bounds())
    assert "pass-word-1" not in str(refused.value)


def test_requests_go_through_the_proxy(
    environment: Callable[..., None], opened: Callable[..., Any]
) -> None:
    with hostile(answering(b'{"from": "proxy"}', FHIR)) as proxy:
        environment(HTTP_PROXY=f"http://user:word@127.0.0.1:{proxy.port}")
        one = opened(home="http://ehr.example/fhir", bounds=Bounds(timeout=2))
        answer = one.recorder.ask(Request(method="GET", url="http://ehr.example/fhir/Patient"))
        assert answer.content == b'{"from": "proxy"}'
        head = proxy.seen[0]
        assert head.startswith(b"GET http://ehr.example/fhir/Patient HTTP/1.1")
        assert b"proxy-authorization: basic" in head.lower()


def test_https_goes_through_a_tunnel(
    environment: Callable[..., None], opened: Callable[..., Any]
) -> None:
    with hostile(answering(status="403 Forbidden")) as proxy:
        environment(HTTPS_PROXY=f"http://127.0.0.1:{proxy.port}")
        one = opened(home="https://ehr.example/fhir", bounds=Bounds(timeout=2, attempts=1))
        request = Request(
            method="GET", url="https://ehr.example/fhir/Patient", credential="bearer:default"
        )
        answer = one.recorder.ask(request)
        assert answer.failure.kind == "reset"
        assert proxy.seen[0].startswith(b"CONNECT ehr.example:443")
        assert b"canary" not in b"".join(proxy.seen)


def test_a_proxy_that_is_down_is_no_fault_of_the_server(
    environment: Callable[..., None], opened: Callable[..., Any]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environment(HTTP_PROXY=f"http://127.0.0.1:{port}")
    one = opened(home="http://ehr.example/fhir", bounds=Bounds(timeout=2))
    answer = one.recorder.ask(Request(method="GET", url="http://ehr.example/fhir/Patient"))
    assert answer.failure.kind == "refused"


@pytest.mark.parametrize("content", ["", "no certificate"])
def test_a_trust_store_that_cannot_be_read_is_said(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    file = tmp_path / "ca.pem"
    file.write_text(content)
    with pytest.raises(UsageError, match=r"ca\.pem holds no certificate"):
        trust(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(UsageError, match="SSL_CERT_FILE"):
        trust(None)
