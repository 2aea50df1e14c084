"""Check the file of certificate authorities before a run relies on it."""

import ssl
from pathlib import Path

from conformance.core.errors import UsageError
from conformance.target.files import NotRead, read_small
from conformance.target.wording import shown

LARGEST = 16 * 1024 * 1024
_HINT = "It must hold at least one certificate in PEM form (-----BEGIN CERTIFICATE-----)."


def refuse_without_certificate(path: Path, where: str) -> None:
    """Raise `UsageError` unless the file at `path` holds a certificate; `where` named it."""
    start = f"The CA file {shown(str(path))}, named by {where},"
    try:
        read_small(path, LARGEST)
    except NotRead as problem:
        raise UsageError(f"{start} {problem}.", _HINT) from None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=path)
    except (ssl.SSLError, OSError, ValueError):
        raise UsageError(f"{start} holds no certificate.", _HINT) from None
    # A file of revocation lists alone loads without complaint.
    if context.cert_store_stats()["x509"] == 0:
        raise UsageError(f"{start} holds no certificate.", _HINT)
