"""The reference EHR with single pages of its login replaced by those of a server gone wrong."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.utils import formatdate
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from conformance.ehr.authorization.demo import REDIRECT_URI, demo
from conformance.ehr.personas import build_app
from conformance.ehr.serve import Served, serving
from conformance.ehr.target_file import write_target_file

TOKEN = "token-of-the-login-tests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is answered in place of a page."""

    body: str = ""
    status: int = 200
    media_type: str = "text/html"
    location: str = ""


Pages = Mapping[tuple[str, str], Page]
"""Pages by method and path."""


@contextmanager
def serving_pages(
    folder: Path,
    pages: Pages,
    *,
    clock: Callable[[], float] | None = None,
    redirect_uri: str = REDIRECT_URI,
) -> Iterator[tuple[Served, Path]]:
    """
    Serve the certified persona with some pages replaced; give the target file as well.

    With `clock` the server tells that time in every answer, and judges by it.
    """
    registry = demo(redirect_uris=(redirect_uri,))
    if clock is not None:
        registry = replace(registry, setup=replace(registry.setup, now=clock))
    app = build_app("certified", token=TOKEN, authorization=registry.setup)
    app = _dated(_replaced(app, pages), clock) if clock else _replaced(app, pages)
    with serving(tls=None, token=TOKEN, app=app, registry=registry) as served:
        yield served, write_target_file(folder, served)


def _replaced(app: ASGIApp, pages: Pages) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        page = pages.get((scope.get("method", ""), scope.get("path", "")))
        if page is None:
            await app(scope, receive, send)
            return
        while (await receive()).get("more_body"):
            pass
        headers = [(b"content-type", page.media_type.encode())]
        if page.location:
            headers.append((b"location", page.location.encode()))
        await send({"type": "http.response.start", "status": page.status, "headers": headers})
        await send({"type": "http.response.body", "body": page.body.encode()})

    return answer


def _dated(app: ASGIApp, clock: Callable[[], float]) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = (b"date", formatdate(clock(), usegmt=True).encode())
                message = {**message, "headers": [*message["headers"], date]}
            await send(message)

        await app(scope, receive, dated)

    return answer
