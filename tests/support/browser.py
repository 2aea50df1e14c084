"""A browser in front of an application that runs in this process: cookies, forms, redirects."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest

ORIGIN = "https://ehr.example"
FORM = "application/x-www-form-urlencoded"

App = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; header names are lower case, a repeated one is joined by newlines."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return self.headers["location"]

    @property
    def returned(self) -> dict[str, str]:
        """The parameters with which a redirect leads back to the application."""
        assert not self.location.startswith(ORIGIN), self.location
        return {name: values[0] for name, values in parse_qs(urlsplit(self.location).query).items()}


@dataclass(slots=True)
class Page:
    """The one form of a page: its address, its hidden fields, its ticked and offered scopes."""

    action: str = ""
    hidden: dict[str, str] = field(default_factory=dict)
    ticked: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    patients: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.page.action = given["action"]
        elif tag == "input" and given["type"] == "hidden":
            self.page.hidden[given["name"]] = given["value"]
        elif tag == "input" and given.get("name") == "scope":
            self.page.offered.append(given["value"])
            self.page.ticked += [given["value"]] if "checked" in given else []
        elif tag == "input" and given.get("name") == "patient":
            self.page.patients.append(given["value"])


def read_page(answer: Answer) -> Page:
    """Return the form of a page."""
    reader = _Reader()
    reader.feed(answer.text)
    return reader.page


class Browser:
    """A browser in front of an application that runs in this process, with its cookies."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.cookies: dict[str, str] = {}

    def ask(
        self,
        url: str,
        method: str = "GET",
        *,
        form: Mapping[str, str] | list[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Send one request; the application must never really wait."""
        parts = urlsplit(urljoin(ORIGIN, url))
        pairs = {"host": parts.netloc, **(headers or {})}
        if self.cookies:
            pairs["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            method, body = "POST", urlencode(form).encode()
            pairs.setdefault("content-type", FORM)
        scope = {
            "type": "http",
            "scheme": parts.scheme,
            "method": method,
            "path": parts.path,
            "query_string": parts.query.encode(),
            "headers": [(n.lower().encode(), v.encode()) for n, v in pairs.items()],
            "server": ("127.0.0.1", 443),
        }
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def take(message: Any) -> None:
            sent.append(message)

        with pytest.raises(StopIteration):
            self.app(scope, receive, take).send(None)
        start, *parts_sent = sent
        received: dict[str, str] = {}
        for raw_name, raw_value in start["headers"]:
            name, value = raw_name.decode(), raw_value.decode()
            received[name] = f"{received[name]}\n{value}" if name in received else value
        self._keep(received.get("set-cookie", ""))
        content = b"".join(part.get("body", b"") for part in parts_sent)
        return Answer(status=start["status"], headers=received, body=content)

    def _keep(self, set_cookies: str) -> None:
        for line in filter(None, set_cookies.split("\n")):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value

    def follow(self, answer: Answer) -> Answer:
        """Follow redirects for as long as they stay at the EHR."""
        while answer.status == 303 and answer.location.startswith(ORIGIN):
            answer = self.ask(answer.location)
        return answer

    def submit(self, page: Answer, **fields: Any) -> Answer:
        """Fill the form of a page and send it, then follow."""
        form = read_page(page)
        pairs = [*form.hidden.items()]
        for name, value in fields.items():
            pairs += [(name, each) for each in ([value] if isinstance(value, str) else value)]
        return self.follow(self.ask(form.action, form=pairs))
