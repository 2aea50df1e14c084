"""A server whose every answer holds what was shown to it, and a registry of awkward secrets."""

import itertools
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote_plus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from conformance.ehr.authorization.demo import Demo, demo
from conformance.ehr.server import read_body
from tests.support.canary import dressed

SECRET = frozenset(
    {"password", "code", "code_verifier", "client_assertion", "client_secret", "refresh_token"}
    | {"token", "access_token"}
)
"""The parameters that hold credentials."""


def awkward_registry() -> Demo:
    """Return the demo's registry, all of whose secrets hold what has to be escaped somewhere."""
    made = demo()
    numbers = itertools.count(1)

    def mint(kind: str) -> str:
        plain = secrets.token_urlsafe(18)
        if kind in ("code", "access", "refresh"):
            return f"{kind}~/{next(numbers)}+{plain}.=="
        return f"+{plain}/{next(numbers)}=" if kind == "session" else plain

    users = tuple(
        replace(user, password=f"{secrets.token_urlsafe(6)} \"ü&%41<\\/'+;{user.username}")
        for user in made.setup.users
    )
    clients = tuple(
        replace(client, secret=f"se&c'ret%2F<+:{secrets.token_urlsafe(9)}")
        if client.secret
        else client
        for client in made.setup.clients
    )
    key = f'operator"\\&%25<{secrets.token_urlsafe(9)}+/='
    setup = replace(made.setup, users=users, clients=clients, mint=mint, operator_key=key)
    return replace(made, setup=setup)


@dataclass(slots=True)
class EchoingWire:
    """
    An application before another one whose answers hold the credentials of their requests.

    They stand in headers, in pages as hidden text and in JSON as a member of its own, errors
    included. The answers of the token endpoint hold what they give a second time, dressed.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and add to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = await read_body(receive)
        shown = [*_shown(scope, body)]
        begun: Message = {}
        content = b""

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def told(message: Message) -> None:
            nonlocal begun, content
            if message["type"] == "http.response.start":
                begun = message
                return
            content += message.get("body", b"")
            if not message.get("more_body", False):
                headers = dict(begun.get("headers", ()))
                grown = _grown(content, headers.get(b"content-type", b""), shown)
                headers_out = [
                    (name, value) for name, value in begun["headers"] if name != b"content-length"
                ]
                headers_out += [*_headers(shown)]
                if scope["method"] != "HEAD" and begun["status"] not in (204, 304):
                    headers_out.append((b"content-length", str(len(grown)).encode()))
                await send({**begun, "headers": headers_out})
                await send({"type": "http.response.body", "body": grown, "more_body": False})

        await self.app(scope, again, told)


def _shown(scope: Scope, body: bytes) -> Iterator[str]:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    yield from filter(None, [headers.get("authorization", "").partition(" ")[2]])
    for part in filter(None, headers.get("cookie", "").split("; ")):
        yield part.partition("=")[2]
    pairs = parse_qsl(scope["query_string"].decode("latin-1"))
    if "form" in headers.get("content-type", ""):
        pairs += parse_qsl(body.decode(errors="replace"))
    yield from (value for name, value in pairs if name in SECRET and len(value) > 8)


def _headers(shown: list[str]) -> Iterator[tuple[bytes, bytes]]:
    for number, secret in enumerate(shown):
        for dress in ("raw", "base64-1", "hexadecimal", "percent"):
            value = dressed(secret)[dress].encode()
            yield f"x-echo-{number}-{dress}".encode(), value.replace(b"\n", b"")


def _grown(content: bytes, media_type: bytes, shown: list[str]) -> bytes:
    if b"html" in media_type:
        texts = "".join(f"<p>{form}</p>" for secret in shown for form in _forms(secret))
        return content.replace(b"</body>", f"{texts}</body>".encode())
    if b"json" not in media_type or b"ndjson" in media_type:
        return content
    try:
        document = json.loads(content)
    except ValueError:
        return content
    if not isinstance(document, dict) or document.get("resourceType") == "Bundle":
        return content
    given = [value for name, value in document.items() if name in SECRET and isinstance(value, str)]
    echo = [form for secret in (*shown, *given) for form in _forms(secret)]
    if "error" in document:
        document["error_description"] = " ".join(echo)
    return json.dumps({**document, "_echo": echo}).encode()


def _forms(secret: str) -> list[str]:
    """Return a secret's dresses, but for the one that costs the whole body."""
    return [quote_plus(secret), *(f for name, f in dressed(secret).items() if name != "gzip")]
