"""The command line that repeats a request, with credentials and patient values as names."""

import shlex
from collections.abc import Mapping

from conformance.evidence.exchange import Request


def curl_line(request: Request, credential_headers: Mapping[str, str]) -> str:
    """
    Return the curl command of a request.

    `credential_headers` maps a credential's name to its header line with a shell variable in the
    value's place (`Authorization: Bearer $BEARER_DEFAULT`).
    """
    parts = ["curl", "-i"]
    if request.method not in ("GET", "POST") or (request.method == "POST" and not request.body):
        parts += ["-X", request.method]
    for name, value in request.headers.items():
        parts += ["-H", shlex.quote(f"{name}: {value}")]
    if line := credential_headers.get(request.credential, ""):
        parts += ["-H", f'"{line}"']
    if request.body is not None:
        parts += ["--data", shlex.quote(request.shown_body)]
    parts.append(shlex.quote(request.shown_url or request.url))
    return " ".join(parts)
