"""
Ask a server which TLS versions it speaks, with a ClientHello of our own.

OpenSSL's client side refuses old versions by itself, which a naive probe reads as the server's
refusal; bytes on the wire cannot be mistaken. Layout: RFC 5246 7.4.1.2, RFC 8446 4.1.2.
"""

import base64
import os
import socket
import ssl
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from conformance.transport.sender import trust

VERSIONS = {"1.0": 0x0301, "1.1": 0x0302, "1.2": 0x0303, "1.3": 0x0304}

_OLD_SUITES = (0xC013, 0xC014, 0xC009, 0xC00A, 0x002F, 0x0035, 0x000A, 0x0033, 0x0039)
_SUITES_12 = (0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0x009C, 0x009D, 0x003C, *_OLD_SUITES)
_SUITES_13 = (0x1301, 0x1302, 0x1303)
_GROUPS = (0x001D, 0x0017, 0x0018, 0x0019)
_SIGNATURES = (0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0203, 0x0201)


class TlsProbes:
    """
    The probes of one target, by name: `tls:1.0` to `tls:1.3`, and `certificate`.

    Observations are plain JSON. `answer` is `accepted`, `other-version`, `alert`, `closed`,
    `not-tls`, `no-answer` or `unreachable`; `bytes` is the base64 of the first record's start, the
    evidence itself.
    """

    def __init__(self, url: str, *, ca_file: Path | None = None, timeout: float = 10.0) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or 443
        self._ca_file = ca_file
        self._timeout = timeout

    def __call__(self, name: str) -> Mapping[str, Any]:
        """Run a probe; never raises for what a server or the network does."""
        if name == "certificate":
            return self._certificate()
        return self._version(name.removeprefix("tls:"))

    def _version(self, version: str) -> Mapping[str, Any]:
        hello = client_hello(VERSIONS[version], self._host, os.urandom(32), os.urandom(32))
        try:
            with socket.create_connection((self._host, self._port), self._timeout) as connection:
                connection.sendall(hello)
                record = _first_record(connection)
        except TimeoutError:
            return {"offered": version, "answer": "no-answer"}
        except ConnectionResetError:
            return {"offered": version, "answer": "closed"}
        except OSError:
            return {"offered": version, "answer": "unreachable"}
        return {"offered": version, **read_answer(record, VERSIONS[version])}

    def _certificate(self) -> Mapping[str, Any]:
        context = trust(self._ca_file)
        try:
            with (
                socket.create_connection((self._host, self._port), self._timeout) as connection,
                context.wrap_socket(connection, server_hostname=self._host) as tls,
            ):
                return {"answer": "accepted", "version": tls.version() or ""}
        except ssl.SSLCertVerificationError as error:
            return {"answer": "refused", "reason": error.verify_message or "not verified"}
        except ssl.SSLError:
            return {"answer": "no-handshake"}
        except OSError:
            return {"answer": "unreachable"}


def client_hello(version: int, host: str, random: bytes, share: bytes) -> bytes:
    """Return a TLS record with a ClientHello that offers exactly one version."""
    modern = version == VERSIONS["1.3"]
    suites = _SUITES_13 if modern else _SUITES_12 if version == VERSIONS["1.2"] else _OLD_SUITES
    extensions = _extension(10, _vector16(_words(_GROUPS))) + _extension(11, b"\x01\x00")
    if version >= VERSIONS["1.2"]:
        extensions += _extension(13, _vector16(_words(_SIGNATURES)))
    if modern:
        extensions += _extension(43, b"\x02\x03\x04")
        extensions += _extension(51, _vector16(struct.pack("!H", 0x001D) + _vector16(share)))
    if _is_name(host):
        extensions += _extension(0, _vector16(b"\x00" + _vector16(host.encode("idna"))))
    body = (
        struct.pack("!H", min(version, VERSIONS["1.2"]))
        + random
        + b"\x00"
        + _vector16(_words(suites))
        + b"\x01\x00"
        + _vector16(extensions)
    )
    handshake = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16" + struct.pack("!H", min(version, 0x0301)) + _vector16(handshake)


def read_answer(record: bytes, offered: int) -> dict[str, Any]:
    """Tell what the first record of an answer means; `offered` is the version asked for."""
    evidence = {"bytes": base64.b64encode(record[:256]).decode()}
    if not record:
        return {"answer": "closed"}
    if record[0] == 21 and len(record) >= 7:
        return {"answer": "alert", "alert": record[6], **evidence}
    if record[0] == 22 and len(record) >= 11 and record[5] == 2:
        chosen = _chosen(record)
        answer = "accepted" if chosen == offered else "other-version"
        return {"answer": answer, "version": f"0x{chosen:04x}", **evidence}
    return {"answer": "not-tls", **evidence}


def _chosen(record: bytes) -> int:
    """Return the version of a ServerHello: its own field, or the supported_versions extension."""
    legacy = int.from_bytes(record[9:11], "big")
    at = 11 + 32
    at += 1 + (record[at] if len(record) > at else 0) + 3 + 2
    while at + 4 <= len(record):
        kind, size = struct.unpack_from("!HH", record, at)
        if kind == 43 and size == 2 and at + 6 <= len(record):
            return int.from_bytes(record[at + 4 : at + 6], "big")
        at += 4 + size
    return legacy


def _first_record(connection: socket.socket) -> bytes:
    taken = b""
    while len(taken) < 5 or len(taken) < 5 + int.from_bytes(taken[3:5], "big"):
        chunk = connection.recv(4096)
        if not chunk or len(taken) > 1 << 15:
            break
        taken += chunk
        if taken[0] not in (21, 22):
            break
    return taken


def _words(values: tuple[int, ...]) -> bytes:
    return b"".join(struct.pack("!H", value) for value in values)


def _vector16(data: bytes) -> bytes:
    return struct.pack("!H", len(data)) + data


def _extension(kind: int, data: bytes) -> bytes:
    return struct.pack("!H", kind) + _vector16(data)


def _is_name(host: str) -> bool:
    return ":" not in host and not host.replace(".", "").isdigit()
