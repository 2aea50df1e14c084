"""
Certificates made at run time: an authority, and a server certificate that it vouches for.

The authority's key is never written: it signs one certificate and is gone. The wrong certificates
are for proofs that a client refuses them.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFE = timedelta(days=7)
LOOPBACK: tuple[x509.GeneralName, ...] = (
    x509.IPAddress(IPv4Address("127.0.0.1")),
    x509.DNSName("localhost"),
)


class CertificateKind(StrEnum):
    """How a server's certificate stands to what a client expects."""

    SOUND = "sound"
    EXPIRED = "expired"
    WRONG_NAME = "wrong-name"
    SELF_SIGNED = "self-signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """The files that a TLS server and its client need."""

    ca_file: Path
    certificate_file: Path
    key_file: Path


def make_certificates(folder: Path, kind: CertificateKind = CertificateKind.SOUND) -> Certificates:
    """Write an authority's certificate, a server's for loopback and its key (mode 0600)."""
    now = datetime.now(UTC)
    begin, end = now - timedelta(hours=1), now + LIFE
    authority_key, server_key = _key(), _key()
    authority_name = _name("Reference EHR authority")
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key(), begin, end)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    if kind is CertificateKind.EXPIRED:
        begin, end = now - 2 * LIFE, now - LIFE
    wrong = kind is CertificateKind.WRONG_NAME
    names = (x509.DNSName("elsewhere.example"),) if wrong else LOOPBACK
    itself = kind is CertificateKind.SELF_SIGNED
    issuer_key = server_key if itself else authority_key
    server_name = _name("Reference EHR")
    issuer_name = server_name if itself else authority_name
    server = (
        _builder(server_name, issuer_name, server_key.public_key(), begin, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_listed(names)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .sign(issuer_key, hashes.SHA256())
    )
    files = Certificates(
        ca_file=folder / "ca.pem",
        certificate_file=folder / "server.pem",
        key_file=folder / "server.key",
    )
    files.ca_file.write_bytes(authority.public_bytes(Encoding.PEM))
    files.certificate_file.write_bytes(server.public_bytes(Encoding.PEM))
    secret = server_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write_secret(files.key_file, secret)
    return files


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _listed(names: Sequence[x509.GeneralName]) -> list[x509.GeneralName]:
    return list(names)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    begin: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _write_secret(path: Path, secret: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
