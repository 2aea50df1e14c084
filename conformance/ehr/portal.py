"""A record system without an API: whatever is asked, a login page answers."""

from functools import cache

from jinja2 import Environment
from starlette.types import Receive, Scope, Send

from conformance.ehr.server import read_body

PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ title }}: sign in</title></head>
<body>
<h1>{{ title }}</h1>
<form method="post" action="/login">
<p><label>User name <input name="user"></label></p>
<p><label>Password <input name="password" type="password"></label></p>
<p><button>Sign in</button></p>
</form>
</body>
</html>
"""


@cache
def login_page(title: str) -> bytes:
    """Return the portal's one page."""
    return Environment(autoescape=True).from_string(PAGE).render(title=title).encode()


class Portal:
    """Answer every path and method with 200 and the login page, as an ASGI application."""

    def __init__(self, title: str) -> None:
        self.page = login_page(title)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request over ASGI."""
        if scope["type"] != "http":
            raise RuntimeError("this application speaks HTTP only")
        await read_body(receive)
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(self.page)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        body = b"" if scope["method"] == "HEAD" else self.page
        await send({"type": "http.response.body", "body": body})
