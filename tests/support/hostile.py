"""A server whose every text tries to act on whoever shows it."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

SIGNS = ("\x1b]0;owned", "\x1b[41m", "\x07", "\u202eowned", "\x9b")
"""What must not come out as it stands."""
TEXT = "".join(SIGNS) + "[bold red]owned[/][link=javascript:owned]x[/link]<script>owned()</script>"


def hostile_app() -> ASGIApp:
    """Return an application that answers everything with a CapabilityStatement full of it."""
    statement = {
        "resourceType": "CapabilityStatement",
        "status": TEXT,
        "date": TEXT,
        "kind": TEXT,
        "fhirVersion": TEXT,
        "format": [TEXT],
        "software": {"name": TEXT, "version": TEXT},
        "instantiates": [f"http://hl7.org/fhir/us/core/{TEXT}|6.1.0"],
        "rest": [{"mode": TEXT, "resource": [{"type": "Patient"}, {"type": "Condition"}]}],
    }
    return _always(200, {"content-type": "application/fhir+json"}, statement)


def _always(status: int, headers: Mapping[str, str], body: Mapping[str, Any]) -> ASGIApp:
    content = json.dumps(body).encode()
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": content})

    return answer
