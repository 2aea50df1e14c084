import json
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.core.errors import UsageError
from conformance.ehr.certificate import CertificateKind, make_certificates
from conformance.ehr.serve import Served, Tls, serving


def fetch(served: Served, target: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    trusted = ssl.create_default_context(cafile=served.ca_file) if served.ca_file else None
    request = urllib.request.Request(served.url + target, headers=headers)
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        *([urllib.request.HTTPSHandler(context=trusted)] if trusted else []),
    )
    try:
        with opener.open(request, timeout=10) as reply:
            return reply.status, dict(reply.headers), reply.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


@pytest.fixture(scope="module")
def certified() -> Iterator[Served]:
    with serving("certified", keep_log=True) as served:
        yield served


def bearer(served: Served) -> dict[str, str]:
    return {"Authorization": f"Bearer {served.token}"}


def test_the_certified_persona_answers_over_tls(certified: Served) -> None:
    status, headers, body = fetch(certified, "/metadata")
    assert (status, json.loads(body)["implementation"]["url"]) == (200, certified.url)
    assert {name.lower() for name in headers} == {"content-type", "content-length", "connection"}
    assert fetch(certified, "/Patient")[0] == 401
    assert fetch(certified, "/Patient", **bearer(certified))[0] == 200


def test_links_lead_back_to_the_port_in_use(certified: Served) -> None:
    _, _, body = fetch(certified, "/Observation?patient=patient-1", **bearer(certified))
    following = next(link for link in json.loads(body)["link"] if link["relation"] == "next")
    assert following["url"].startswith(certified.url)
    target = following["url"].removeprefix(certified.url)
    _, _, page = fetch(certified, target, **bearer(certified))
    assert len(json.loads(page)["entry"]) == 20


def test_the_log_shows_the_credential_that_travelled(certified: Served) -> None:
    fetch(certified, "/Patient?name=log", Authorization="Bearer canary-in-the-log")
    seen = [request for request in certified.log if request.query == "name=log"]
    assert ("authorization", "Bearer canary-in-the-log") in seen[0].headers


def test_the_token_is_new_at_every_start_unless_given() -> None:
    with serving("clinic", tls=None) as first, serving("clinic", tls=None, token="mine") as second:
        assert first.token != second.token == "mine"
        assert (first.ca_file, first.log) == (None, [])
        assert fetch(second, "/Patient", **{"X-API-Key": "mine"})[0] == 200
        assert fetch(first, "/Patient", **{"X-API-Key": "mine"})[0] == 401


def test_the_portal_answers_over_a_socket() -> None:
    with serving("closed", tls=None) as served:
        status, headers, _ = fetch(served, "/metadata")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_a_log_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "access.ndjson"
    with serving("clinic", tls=None, log_file=path) as served:
        fetch(served, "/Patient?name=a", **{"X-API-Key": "canary"})
    (line,) = path.read_text(encoding="utf-8").splitlines()
    seen: dict[str, Any] = json.loads(line)
    assert (seen["method"], seen["path"], seen["query"]) == ("GET", "/fhir/Patient", "name=a")
    assert ["x-api-key", "canary"] in seen["headers"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (CertificateKind.EXPIRED, "expired"),
        (CertificateKind.WRONG_NAME, "IP address mismatch"),
        (CertificateKind.SELF_SIGNED, "self-signed certificate"),
    ],
)
def test_a_wrong_certificate_is_refused_by_a_client(kind: CertificateKind, reason: str) -> None:
    with (
        serving("closed", tls=Tls(certificate=kind)) as served,
        pytest.raises(urllib.error.URLError, match=reason),
    ):
        fetch(served, "/metadata")


def test_the_server_key_is_for_its_owner_only_and_the_authority_has_none(tmp_path: Path) -> None:
    made = make_certificates(tmp_path)
    assert stat.S_IMODE(made.key_file.stat().st_mode) == 0o600
    keys = [path for path in tmp_path.iterdir() if b"PRIVATE KEY" in path.read_bytes()]
    assert keys == [made.key_file]


def shaken_hands(served: Served, version: ssl.TLSVersion, ciphers: str = "") -> str | None:
    assert served.ca_file
    context = ssl.create_default_context(cafile=served.ca_file)
    context.minimum_version = context.maximum_version = version
    if ciphers:
        context.set_ciphers(ciphers)
    with (
        socket.create_connection(("127.0.0.1", served.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
    ):
        return secure.version()


def test_the_minimum_version_of_tls_can_be_raised() -> None:
    with serving("closed") as served:
        assert shaken_hands(served, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
        assert shaken_hands(served, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
    with serving("closed", tls=Tls(minimum=ssl.TLSVersion.TLSv1_3)) as served:
        assert shaken_hands(served, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
        with pytest.raises(ssl.SSLError):
            shaken_hands(served, ssl.TLSVersion.TLSv1_2)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_a_server_of_old_times_can_be_had() -> None:
    old = ssl.TLSVersion.TLSv1_1
    with serving("closed", tls=Tls(minimum=ssl.TLSVersion.TLSv1, maximum=old)) as served:
        assert shaken_hands(served, old, ciphers="ALL:@SECLEVEL=0") == "TLSv1.1"
        with pytest.raises(ssl.SSLError):
            shaken_hands(served, ssl.TLSVersion.TLSv1_2)


def test_a_port_in_use_is_told_in_one_sentence() -> None:
    with (
        serving("closed", tls=None) as served,
        pytest.raises(UsageError, match=f"Port {served.port}"),
        serving("closed", tls=None, port=served.port),
    ):
        pass


FOREVER = """
import sys
from conformance.ehr.serve import serve_forever
serve_forever("clinic", ready=lambda served: print(served.url, served.ca_file, flush=True))
print("ended", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_quietly(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", FOREVER],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ},
        text=True,
    )
    with process:
        assert process.stdout
        url, ca_file = process.stdout.readline().split()
        assert url.startswith("https://127.0.0.1:")
        assert Path(ca_file).is_file()
        process.send_signal(number)
        out, errors = process.communicate(timeout=20)
    assert (process.returncode, out, errors) == (0, "ended\n", "")
    assert not Path(ca_file).exists()
