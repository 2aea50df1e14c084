"""
Steps of a flow: asked once each, under their own names.

A plain request is looked up in a transcript by what it asks. A step of a flow is looked up by its
name, since codes, states and assertions differ in every run. Credentials appear as aliases only:
the recorder puts their values in just before a request leaves, and takes new ones out of an answer
before anything is written.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urljoin, urlsplit

from conformance.evidence.exchange import Evidence, Request, Yield
from conformance.evidence.response import Response

_ALIAS = re.compile("«[^»]*»")
_REDIRECT = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A named flow over some evidence; `name` is `standalone:patient-a` or the like."""

    evidence: Evidence
    name: str

    def ask(
        self,
        step: str,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        fields: Sequence[tuple[str, str]] | None = None,
        yields: Sequence[Yield] = (),
    ) -> Response:
        """Send one step; `fields` make a form body. Redirects are not followed."""
        request = Request(
            method=method,
            url=url,
            headers={"Accept": "application/json", **(headers or {})},
            step=f"{self.name}/{step}",
            fields=None if fields is None else tuple(fields),
            yields=tuple(yields),
            shown_url=url,
        )
        return Response(request=request, exchange=self.evidence.ask(request))

    def draw(self, name: str, candidate: str) -> str:
        """Draw a value that is spent in this flow and no credential (state, nonce)."""
        drawn: str = self.evidence.draw(f"{self.name}/{name}", candidate)
        return drawn


def redirect_of(response: Response) -> str:
    """Return the absolute URL that an answer redirects to, "" for any other answer."""
    if response.status not in _REDIRECT:
        return ""
    location = response.exchange.header("location")
    try:
        return urljoin(response.exchange.url, location) if location else ""
    except ValueError:
        return ""


def with_query(url: str, parameters: Sequence[tuple[str, str]]) -> str:
    """Return a URL with parameters added to its own (RFC 6749 3.1); aliases stay whole."""
    # No parser: an alias holds a number sign, which would begin a fragment.
    joint = "&" if "?" in url else "?"
    query = urlencode(parameters, errors="surrogatepass")
    for alias in {found for _, value in parameters for found in _ALIAS.findall(value)}:
        query = query.replace(quote_plus(alias), alias)
    return f"{url}{joint}{query}"


def query_of(url: str) -> dict[str, str]:
    """Return the parameters of a URL's query, the first of each name; aliases stay whole."""
    found: dict[str, str] = {}
    # An alias holds a number sign, which would begin a fragment.
    safe = _ALIAS.sub(lambda alias: quote(alias[0], safe=""), url)
    try:
        query = urlsplit(safe).query
    except ValueError:
        return {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found.setdefault(name, value)
    return found
