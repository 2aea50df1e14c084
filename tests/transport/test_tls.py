"""TLS is asked by our own bytes, and real servers answer as they should."""

import base64
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.ehr.certificate import CertificateKind, make_certificates
from conformance.ehr.serve import Served, Tls, serving
from conformance.transport.tls import VERSIONS, TlsProbes, client_hello, read_answer
from tests.support.raw_servers import at_once, closing, dripping, hostile, resetting, saying, silent

V = ssl.TLSVersion


def _answers(url: str, ca_file: Path | None = None, timeout: float = 2.0) -> dict[str, Any]:
    probes = TlsProbes(url, ca_file=ca_file, timeout=timeout)
    return {name: probes(name) for name in ("tls:1.0", "tls:1.1", "tls:1.2", "tls:1.3")}


def _words(answers: dict[str, Any]) -> list[str]:
    return [answer["answer"] for answer in answers.values()]


@pytest.fixture(scope="module")
def modern() -> Iterator[Served]:
    with serving() as served:
        yield served


def test_a_modern_server_takes_the_current_versions_and_refuses_the_old(modern: Served) -> None:
    answers = _answers(modern.url)
    # asyncio closes a connection without sending the alert that OpenSSL wrote.
    assert _words(answers) == ["closed", "closed", "accepted", "accepted"]
    assert [answers[name]["version"] for name in ("tls:1.2", "tls:1.3")] == ["0x0303", "0x0304"]


@pytest.fixture
def alerting(tmp_path: Path) -> Iterator[str]:
    """A server that speaks TLS 1.3 only and says so by an alert."""
    files = make_certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = V.TLSv1_3
    context.load_cert_chain(files.certificate_file, files.key_file)
    with hostile(closing, tls=context) as server:
        yield server.url


def test_a_refusal_is_an_alert_with_its_number(alerting: str) -> None:
    answers = _answers(alerting)
    assert _words(answers) == ["alert", "alert", "alert", "accepted"]
    assert [answers[f"tls:{version}"]["alert"] for version in ("1.0", "1.1", "1.2")] == [70] * 3


@pytest.mark.parametrize(
    "suite",
    [
        "ECDHE-ECDSA-AES256-SHA384",
        "ECDHE-ECDSA-AES128-SHA256",
        "ECDHE-ECDSA-AES128-CCM",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
    ],
)
def test_a_server_with_one_suite_is_seen(tmp_path: Path, suite: str) -> None:
    files = make_certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = V.TLSv1_2
    context.set_ciphers(suite)
    context.load_cert_chain(files.certificate_file, files.key_file)
    with hostile(closing, tls=context) as server:
        assert _words(_answers(server.url)) == ["alert", "alert", "accepted", "alert"]


def test_the_bytes_are_recorded(alerting: str) -> None:
    answers = _answers(alerting)
    for name, kind in (("tls:1.0", 21), ("tls:1.2", 21), ("tls:1.3", 22)):
        data = base64.b64decode(answers[name]["bytes"])
        assert data[0] == kind
        repeated = read_answer(data, VERSIONS[name.removeprefix("tls:")])
        assert repeated["answer"] == answers[name]["answer"]


@pytest.mark.parametrize(
    ("minimum", "maximum", "expected"),
    [
        (V.TLSv1_2, V.TLSv1_2, ["closed", "closed", "accepted", "closed"]),
        (V.TLSv1_3, V.TLSv1_3, ["closed", "closed", "closed", "accepted"]),
        (V.TLSv1, V.TLSv1_1, ["accepted", "accepted", "other-version", "closed"]),
        (V.TLSv1, V.TLSv1_3, ["accepted", "accepted", "accepted", "accepted"]),
    ],
    ids=["1.2 only", "1.3 only", "old ones only", "all"],
)
def test_each_version_is_told_from_the_others(
    minimum: ssl.TLSVersion, maximum: ssl.TLSVersion, expected: list[str]
) -> None:
    with serving(tls=Tls(minimum=minimum, maximum=maximum)) as served:
        answers = _words(_answers(served.url))
    if minimum < V.TLSv1_2 and "accepted" not in answers[:2]:
        pytest.skip("this OpenSSL speaks no old version at any security level")
    assert answers == expected


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")
@pytest.mark.parametrize(("version", "place"), [("tls1", 0), ("tls1_1", 1)])
def test_a_server_of_openssl_that_speaks_one_old_version(
    tmp_path: Path, version: str, place: int
) -> None:
    files = make_certificates(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = ["openssl", "s_server", "-quiet", f"-{version}", "-cipher", "ALL:@SECLEVEL=0"]
    command += ["-accept", f"127.0.0.1:{port}", "-cert", str(files.certificate_file)]
    command += ["-key", str(files.key_file)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as server:
        try:
            if not _listens(port):
                pytest.skip(f"openssl s_server does not start with -{version}")
            answers = _words(_answers(f"https://127.0.0.1:{port}/fhir"))
        finally:
            server.terminate()
    if answers[place] != "accepted":
        pytest.skip(f"openssl s_server refuses its own -{version}")
    assert answers.count("accepted") == 1


def _listens(port: int) -> bool:
    for _ in range(50):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def test_a_trusted_certificate_is_accepted(modern: Served) -> None:
    seen = TlsProbes(modern.url, ca_file=modern.ca_file)("certificate")
    assert seen == {"answer": "accepted", "version": "TLSv1.3"}


def test_a_certificate_of_an_unknown_authority_is_refused(modern: Served) -> None:
    seen = TlsProbes(modern.url)("certificate")
    assert seen["answer"] == "refused"
    assert "issuer" in seen["reason"] or "self" in seen["reason"]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (CertificateKind.EXPIRED, "expired"),
        (CertificateKind.WRONG_NAME, "not valid for"),
        (CertificateKind.SELF_SIGNED, "self"),
    ],
)
def test_a_wrong_certificate_is_refused_with_the_reason(
    kind: CertificateKind, reason: str, opened: Callable[..., Any]
) -> None:
    with serving(tls=Tls(certificate=kind)) as served:
        seen = TlsProbes(served.url, ca_file=served.ca_file)("certificate")
        versions = _words(_answers(served.url))
        one = opened(home=served.url, ca_file=served.ca_file)
        from conformance.evidence.exchange import Request

        answer = one.recorder.ask(Request(method="GET", url=f"{served.url}/metadata"))
    assert seen["answer"] == "refused"
    assert reason in seen["reason"]
    assert versions[2:] == ["accepted", "accepted"], "a version is no matter of the certificate"
    assert answer.failure.kind == "certificate"
    assert reason in answer.failure.detail


OLD_SERVER = Tls(minimum=V.TLSv1, maximum=V.TLSv1_1)


def test_a_certificate_is_not_seen_where_no_handshake_comes_about() -> None:
    with serving(tls=OLD_SERVER) as served:
        seen = TlsProbes(served.url, ca_file=served.ca_file)("certificate")
    assert seen == {"answer": "no-handshake"}


@pytest.mark.parametrize(
    ("behaviour", "version", "certificate"),
    [
        (saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "not-tls", "no-handshake"),
        (silent, "no-answer", "no-answer"),
        (closing, "closed", "no-handshake"),
        (resetting(), "closed", "no-handshake"),
        (
            dripping(b"\x16\x03\x03\x40\x00\x02\x00\x40\x00", b"\x00", 0.05),
            "no-answer",
            "no-answer",
        ),
        (saying(b"\x15\x03\x01\x00\x02\x02\x46"), "alert", "no-handshake"),
        (saying(b"\x16"), "not-tls", "no-handshake"),
        (saying(b"\x16\x03\x03\x00\x04\x0b\x00\x00\x00"), "not-tls", "no-handshake"),
        (saying(bytes(range(256)) * 400), "not-tls", "no-handshake"),
    ],
    ids=[
        "plain http",
        "silent",
        "closed",
        "reset",
        "drops",
        "alert",
        "one byte",
        "another message",
        "noise",
    ],
)
def test_what_is_no_tls_server_is_told_apart(
    behaviour: Any, version: str, certificate: str
) -> None:
    with hostile(at_once(behaviour)) as server:
        url = server.url.replace("http:", "https:")
        begun = time.monotonic()
        probes = TlsProbes(url, timeout=0.2)
        # What was sent before a reset may be lost on its way.
        assert probes("tls:1.2")["answer"] in {version, "closed" if version != "no-answer" else ""}
        assert probes("certificate")["answer"] == certificate
        assert time.monotonic() - begun < 2


def test_the_reference_ehr_without_tls_is_no_tls_server() -> None:
    with serving(tls=None) as served:
        answers = _answers(served.url.replace("http:", "https:"))
    assert set(_words(answers)) <= {"not-tls", "closed"}


@pytest.mark.parametrize("name", ["tls:1.2", "certificate"])
def test_nobody_listens(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert TlsProbes(f"https://127.0.0.1:{port}/")(name)["answer"] == "unreachable"


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "no-such-host.invalid"])
@pytest.mark.parametrize("name", ["tls:1.2", "certificate"])
def test_a_host_that_is_none_is_unreachable(host: str, name: str) -> None:
    assert TlsProbes(f"https://{host}/", timeout=1)(name)["answer"] == "unreachable"


@pytest.mark.parametrize("version", VERSIONS)
def test_the_hello_offers_exactly_one_version(version: str) -> None:
    hello = client_hello(VERSIONS[version], "ehr.example", b"r" * 32, b"s" * 32)
    assert hello[0] == 22
    assert int.from_bytes(hello[3:5], "big") == len(hello) - 5
    legacy = int.from_bytes(hello[9:11], "big")
    assert legacy == min(VERSIONS[version], 0x0303)
    assert (b"\x00\x2b\x00\x03\x02\x03\x04" in hello) == (version == "1.3")
    assert b"ehr.example" in hello
    assert b"127.0.0.1" not in client_hello(VERSIONS[version], "127.0.0.1", b"r" * 32, b"s" * 32)


def test_a_hello_spread_over_many_records_is_read_whole(modern: Served) -> None:
    data = base64.b64decode(_answers(modern.url)["tls:1.3"]["bytes"])
    size = int.from_bytes(data[3:5], "big")
    message = data[5 : 5 + size]
    spread = b"".join(b"\x16\x03\x03\x00\x01" + message[n : n + 1] for n in range(len(message)))
    with hostile(at_once(saying(spread))) as server:
        seen = TlsProbes(server.url.replace("http:", "https:"))("tls:1.3")
    assert (seen["answer"], seen["version"]) == ("accepted", "0x0304")
