"""What went over a server's wire: both directions, and every credential in it by its kind."""

import base64
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Kinds = dict[str, set[str]]

_MANAGING = {"/auth/introspect": "introspection", "/auth/revoke": "revocation"}
_TOKENS = {"access_token": "access token", "refresh_token": "refresh token", "id_token": "id token"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A request and its answer, credentials included."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: str
    status: int
    answered: tuple[tuple[str, str], ...]
    content: bytes

    def header(self, name: str) -> str:
        """Return a request header, "" where there is none."""
        return dict(self.headers).get(name, "")

    @property
    def fields(self) -> dict[str, str]:
        """The parameters of the query and of the form."""
        pairs = parse_qsl(self.query, keep_blank_values=True)
        if "form" in self.header("content-type"):
            pairs += parse_qsl(self.body, keep_blank_values=True)
        return dict(pairs)

    @property
    def document(self) -> dict[str, Any]:
        """The JSON object that came back, {} for anything else."""
        try:
            document = json.loads(self.content)
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}


@dataclass(slots=True)
class Wire:
    """An application before another one that keeps what passes between it and its clients."""

    app: ASGIApp
    passed: list[Passed] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and keep it with its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body, status, content = b"", 0, b""
        answered: list[tuple[bytes, bytes]] = []

        async def heard() -> Message:
            nonlocal body
            message = await receive()
            body += message.get("body", b"")
            return message

        async def told(message: Message) -> None:
            nonlocal status, content
            if message["type"] == "http.response.start":
                status = message["status"]
                answered.extend(message.get("headers", ()))
            content += message.get("body", b"")
            await send(message)

        await self.app(scope, heard, told)
        self.passed.append(
            Passed(
                method=scope["method"],
                path=scope["path"],
                query=scope["query_string"].decode("latin-1"),
                headers=_text(scope["headers"]),
                body=body.decode(errors="replace"),
                status=status,
                answered=_text(answered),
                content=content,
            )
        )


def _text(headers: Any) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)


def credentials(passed: list[Passed]) -> Kinds:
    """Return every credential that was sent or given, by kind and way."""
    found: Kinds = defaultdict(set)
    launched: dict[str, str] = {}
    for one in passed:
        for kind, value in (*_shown(one), *_given(one, launched)):
            if value:
                found[kind].add(value)
    # PKCE's challenges are public, and one check shows one as a verifier.
    challenges = {one.fields.get("code_challenge", "") for one in passed}
    found["verifier"] -= challenges
    return dict(found)


def _shown(one: Passed) -> Iterator[tuple[str, str]]:
    """Yield what the client showed."""
    fields = one.fields
    scheme, _, value = one.header("authorization").partition(" ")
    if scheme == "Basic":
        yield "basic", value
        yield "client secret", unquote_plus(base64.b64decode(value).decode().partition(":")[2])
    elif value:
        yield "operator key" if one.path == "/ehr/launch" else "bearer", value
    for part in one.header("cookie").split("; "):
        yield "cookie sent back", part.partition("=")[2]
    yield "password", fields.get("password", "")
    yield "token in a query", fields.get("access_token", "")
    yield _MANAGING.get(one.path, ""), fields.get("token", "") if one.path in _MANAGING else ""
    if one.path == "/auth/token":
        yield "code redeemed", fields.get("code", "")
        yield "verifier", fields.get("code_verifier", "")
        yield "assertion", fields.get("client_assertion", "")
        yield "client secret", fields.get("client_secret", "")
        yield "refresh token shown", fields.get("refresh_token", "")


def _given(one: Passed, launched: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what the server gave; `launched` holds for states and codes how they began."""
    fields = one.fields
    if one.path == "/auth/authorize" and "state" in fields:
        launched[fields["state"]] = "EHR launch" if "launch" in fields else "standalone"
    for name, value in one.answered:
        if name.lower() == "set-cookie":
            yield "cookie", value.partition(";")[0].partition("=")[2]
        if name.lower() == "location":
            told = dict(parse_qsl(urlsplit(value).query))
            if "code" in told:
                launched[told["code"]] = launched.get(told.get("state", ""), "another state")
                yield "code", told["code"]
    if one.path == "/auth/token":
        ways = {
            "authorization_code": launched.get(fields.get("code", ""), ""),
            "refresh_token": "refresh",
            "client_credentials": "backend",
        }
        way = ways.get(fields.get("grant_type", ""), "")
        for member, kind in _TOKENS.items():
            yield f"{kind} ({way})", one.document.get(member, "")
