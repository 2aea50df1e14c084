"""Walk through an authorization server's pages as a browser would, by the form recipe."""

from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urljoin, urlsplit, urlunsplit

from conformance.evidence.exchange import Incoming, Yield
from conformance.evidence.response import Response
from conformance.smart.flow import Flow, query_of, redirect_of, with_query
from conformance.smart.login.recipe import Recipe, StuckError, fill

PAGES = 16
"""No login takes more pages and redirects than this."""

_OUTCOMES = {
    "foreign-host": "foreign-host",
    "unsafe-response": "unsafe-response",
    "timeout": "timeout",
}
_HTML = {"Accept": "text/html,application/xhtml+xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Where the walk ended: the parameters at the redirect URI, credentials as aliases."""

    parameters: dict[str, str]
    exchange: int


@dataclass(slots=True)
class Walk:
    """One walk from the authorization request to the redirect URI; `last` is its last answer."""

    flow: Flow
    recipe: Recipe
    redirect_uri: str
    last: Response | None = None
    _cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    _count: int = 0
    _logins: int = 0

    def go(self, method: str, url: str, fields: list[tuple[str, str]] | None = None) -> Arrival:
        """
        Start at a URL and end at the redirect URI.

        Raises StuckError with one sentence naming what stopped it.
        """
        for _ in range(PAGES):
            response = self._load(method, url, fields)
            target = redirect_of(response)
            if target:
                if self._arrived(target):
                    come = partial(Incoming, method="GET", url=target)
                    arrived = self.flow.evidence.receive(f"{self.flow.name}/redirect", come, {})
                    return Arrival(
                        parameters=query_of(arrived.url), exchange=response.exchange.number
                    )
                method, url, fields = "GET", target, None
                continue
            failure = response.exchange.failure
            if failure is not None:
                raise StuckError(
                    f"A page of the login cannot be had: {failure.detail}.",
                    _OUTCOMES.get(failure.kind, "network"),
                )
            page = response.exchange.content.decode("utf-8", "replace")
            if response.status is None or (response.status >= 400 and "<form" not in page):
                raise StuckError(
                    f"The authorization server answers with status {response.status}.", "refused"
                )
            filled = fill(page, self.recipe, logins=self._logins)
            self._logins += filled.kind == "login"
            target = _target(response.exchange.url, filled.action)
            if filled.method == "post":
                method, url, fields = "POST", target, list(filled.fields)
            else:
                bare = urlunsplit((*urlsplit(target)[:3], "", ""))
                method, url, fields = "GET", with_query(bare, filled.fields), None
        raise StuckError(f"After {PAGES} pages the login has not come back to the redirect URI.")

    def _load(self, method: str, url: str, fields: list[tuple[str, str]] | None) -> Response:
        self._count += 1
        headers = dict(_HTML)
        host = urlsplit(url).netloc
        if held := self._cookies.get(host):
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in held.items())
        response = self.flow.ask(
            f"page-{self._count}",
            method,
            url,
            headers=headers,
            fields=fields,
            yields=(
                Yield("cookie", "", f"cookie:{self.flow.name}"),
                Yield("location", "code", f"code:{self.flow.name}"),
            ),
        )
        self.last = response
        for name, value in response.exchange.headers:
            if name == "set-cookie":
                pair = value.partition(";")[0]
                key, _, held_value = pair.partition("=")
                self._cookies.setdefault(host, {})[key.strip()] = held_value.strip()
        return response

    def _arrived(self, target: str) -> bool:
        wanted, found = urlsplit(self.redirect_uri), urlsplit(target)
        return (wanted.scheme, wanted.netloc, wanted.path) == (
            found.scheme,
            found.netloc,
            found.path,
        )


def _target(page: str, action: str) -> str:
    """Return where a form on a page goes."""
    try:
        return urljoin(page, action or page)
    except ValueError:
        raise StuckError("A form of the login goes to an address that is none.") from None
