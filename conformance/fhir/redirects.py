"""Follow the redirects of a GET, within bounds, each hop a request of its own."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urljoin

from conformance.evidence.exchange import Evidence, Exchange, Failure, Request
from conformance.evidence.response import Response

REDIRECTS = 5
CIRCLE = "redirects in a circle"
_REDIRECT = frozenset({301, 302, 303, 307, 308})


def followed(
    evidence: Evidence, request: Request, following: Callable[[Request, str, int], Request]
) -> Response:
    """
    Send a request and follow where it leads, if it is a GET.

    `following` makes the request of a hop from the one before, its URL and its number from 1. A
    circle, or more hops than are followed, is no answer.
    """
    exchange = evidence.ask(request)
    hops: list[Exchange] = []
    current, seen = request, {request.url}
    while exchange.status in _REDIRECT and request.method == "GET":
        target = _target(exchange, current.url)
        if not target:
            break
        if target in seen or len(hops) == REDIRECTS:
            detail = CIRCLE if target in seen else "too many redirects"
            exchange = unsafe(exchange, detail)
            break
        seen.add(target)
        hops.append(exchange)
        current = following(current, target, len(hops))
        exchange = evidence.ask(current)
    return Response(request=request, exchange=exchange, hops=tuple(hops))


def unsafe(exchange: Exchange, detail: str) -> Exchange:
    """Return an exchange as one without a usable answer."""
    return replace(exchange, status=None, failure=Failure(kind="unsafe-response", detail=detail))


def _target(exchange: Exchange, url: str) -> str:
    """Return where a redirect leads, "" when it does not say."""
    location = exchange.header("location")
    try:
        return urljoin(url, location) if location else ""
    except ValueError:
        return ""
