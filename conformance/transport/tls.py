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
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from conformance.transport.sender import trust

VERSIONS = {"1.0": 0x0301, "1.1": 0x0302, "1.2": 0x0303, "1.3": 0x0304}

_ALERT, _HANDSHAKE, _SERVER_HELLO = 21, 22, 2
_OLD_SUITES = (0xC013, 0xC014, 0xC009, 0xC00A, 0x002F, 0x0035, 0x000A, 0x0033, 0x0039)
_SUITES_12 = (
    *(0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xCCAA),  # ephemeral keys, GCM and ChaCha20
    *(0xC0AC, 0xC0AD, 0x009E, 0x009F, 0xC09E, 0xC09F),  # CCM, and finite-field keys
    *(0xC023, 0xC024, 0xC027, 0xC028, 0x0067, 0x006B),  # CBC with SHA-2
    *(0x009C, 0x009D, 0x003C, 0x003D),  # keys sent by RSA
    *_OLD_SUITES,
)
"""What clients in the field speak with TLS 1.2: a server that wants one of them is current."""
_SUITES_13 = (0x1301, 0x1302, 0x1303)
_GROUPS = (0x001D, 0x0017, 0x0018, 0x0019)
_SIGNATURES = (0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0203, 0x0201)


class TlsProbes:
    """
    The probes of one target, by name: `tls:1.0` to `tls:1.3`, and `certificate`.

    Observations are plain JSON. `answer` of a version is `accepted`, `other-version`, `alert`,
    `closed`, `not-tls`, `no-answer` or `unreachable`; `bytes` is the base64 of the answer's start,
    the evidence itself. `answer` of the certificate is `accepted`, `refused` with a reason,
    `no-handshake`, `no-answer` or `unreachable`. Each probe takes `timeout` seconds at most, and as
    long for connecting.
    """

    def __init__(self, url: str, *, ca_file: Path | None = None, timeout: float = 10.0) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or 443
        self._ca_file = ca_file
        self._timeout = timeout

    def __call__(self, name: str) -> Mapping[str, Any]:
        """
        Run a probe; never raises for what a server or the network does.

        A second word in the name tells repetitions of a probe apart.
        """
        wanted = name.partition(" ")[0]
        if wanted == "certificate":
            return self._certificate()
        return self._version(wanted.removeprefix("tls:"))

    def _version(self, version: str) -> Mapping[str, Any]:
        offered = VERSIONS[version]
        try:
            hello = client_hello(offered, self._host, os.urandom(32), os.urandom(32))
            connection = socket.create_connection((self._host, self._port), self._timeout)
        except ConnectionResetError:
            return {"offered": version, "answer": "closed"}
        except (OSError, UnicodeError):
            return {"offered": version, "answer": "unreachable"}
        with connection:
            try:
                connection.sendall(hello)
                data = _answer(connection, time.monotonic() + self._timeout)
            except TimeoutError:
                return {"offered": version, "answer": "no-answer"}
            except OSError:
                return {"offered": version, "answer": "closed"}
        return {"offered": version, **read_answer(data, offered)}

    def _certificate(self) -> Mapping[str, Any]:
        context = trust(self._ca_file)
        try:
            connection = socket.create_connection((self._host, self._port), self._timeout)
        except ConnectionResetError:
            return {"answer": "no-handshake"}
        except (OSError, UnicodeError):
            return {"answer": "unreachable"}
        with connection:
            try:
                # A socket's time-out bounds a handshake as a whole, not each read of it.
                with context.wrap_socket(connection, server_hostname=self._host) as tls:
                    return {"answer": "accepted", "version": tls.version() or ""}
            except ssl.SSLCertVerificationError as error:
                return {"answer": "refused", "reason": error.verify_message or "not verified"}
            except TimeoutError:
                return {"answer": "no-answer"}
            except (OSError, ValueError):
                return {"answer": "no-handshake"}


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


def read_answer(data: bytes, offered: int) -> dict[str, Any]:
    """Tell what the start of an answer means; `offered` is the version asked for."""
    evidence = {"bytes": base64.b64encode(data[:256]).decode()}
    if not data:
        return {"answer": "closed"}
    if data[0] == _ALERT and len(data) >= 7:
        return {"answer": "alert", "alert": data[6], **evidence}
    message = _message(data)
    if len(message) >= 38 and message[0] == _SERVER_HELLO:
        chosen = _chosen(message)
        answer = "accepted" if chosen == offered else "other-version"
        return {"answer": answer, "version": f"0x{chosen:04x}", **evidence}
    return {"answer": "not-tls", **evidence}


def _chosen(message: bytes) -> int:
    """Return the version of a ServerHello: its own field, or the supported_versions extension."""
    legacy = int.from_bytes(message[4:6], "big")
    at = 6 + 32
    at += 1 + (message[at] if len(message) > at else 0) + 3 + 2
    while at + 4 <= len(message):
        kind, size = struct.unpack_from("!HH", message, at)
        if kind == 43 and size == 2 and at + 6 <= len(message):
            return int.from_bytes(message[at + 4 : at + 6], "big")
        at += 4 + size
    return legacy


def _message(data: bytes) -> bytes:
    """Join the handshake records at the start of an answer; a message may be spread over many."""
    message = b""
    while len(data) >= 5 and data[0] == _HANDSHAKE:
        size = int.from_bytes(data[3:5], "big")
        message, data = message + data[5 : 5 + size], data[5 + size :]
    return message


def _whole(data: bytes) -> bool:
    """Tell whether enough of an answer is there to read it."""
    if not data or data[0] not in (_ALERT, _HANDSHAKE):
        return bool(data)
    if data[0] == _ALERT:
        return len(data) >= 7
    message = _message(data)
    return len(message) >= 4 and len(message) >= 4 + int.from_bytes(message[1:4], "big")


def _answer(connection: socket.socket, deadline: float) -> bytes:
    """Return the start of what a server answers; raises TimeoutError."""
    data = b""
    while not _whole(data) and len(data) < 1 << 15:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        chunk = connection.recv(4096)
        if not chunk:
            break
        data += chunk
    return data


def _words(values: tuple[int, ...]) -> bytes:
    return b"".join(struct.pack("!H", value) for value in values)


def _vector16(data: bytes) -> bytes:
    return struct.pack("!H", len(data)) + data


def _extension(kind: int, data: bytes) -> bytes:
    return struct.pack("!H", kind) + _vector16(data)


def _is_name(host: str) -> bool:
    return ":" not in host and not host.replace(".", "").isdigit()
