"""An answer as recorded, and its JSON, parsed within bounds and nothing assumed of its shape."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conformance.evidence.exchange import Exchange, Request

GATEWAY = frozenset({502, 503, 504})
"""Statuses by which something before the server says that it does not answer."""

DEPTH = 64
"""JSON nested deeper than this is not parsed."""

UNSAFE = {
    "too-deep": "the body nests deeper than is read",
    "too-long-number": "the body holds a number longer than is read",
}
"""Problems that say nothing about the server: the body passes a bound of ours."""

_STRING = re.compile(rb'"(?>[^"\\]+|\\.)*+"?', re.DOTALL)
_OPEN = b"[{"
_OTHERS = bytes(set(range(256)) - set(b"[]{}"))


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """
    A body as JSON.

    `problem` is "" or `empty`, `not-json`, `not-object` or one of UNSAFE; `value` is `{}` then.
    """

    value: dict[str, Any]
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Response:
    """A request and its recorded answer. `hops` are the exchanges of redirects before it."""

    request: Request
    exchange: Exchange
    hops: tuple[Exchange, ...] = ()

    @property
    def status(self) -> int | None:
        """The HTTP status, None where no answer came."""
        return self.exchange.status

    @property
    def media_type(self) -> str:
        """The content type without parameters, in lower case."""
        return self.exchange.header("content-type").partition(";")[0].strip().lower()

    @cached_property
    def parsed(self) -> Parsed:
        """The body as a JSON object."""
        return parse(self.exchange.content)

    @property
    def resource(self) -> dict[str, Any]:
        """The body's JSON object, `{}` when it is none."""
        return self.parsed.value

    @property
    def resource_type(self) -> str:
        """The body's resourceType, "" when it is none."""
        name = self.resource.get("resourceType")
        return name if isinstance(name, str) else ""


def parse(content: bytes) -> Parsed:
    """Parse a body; never raises."""
    if not content.strip():
        return Parsed(value={}, problem="empty")
    if _too_deep(content):
        return Parsed(value={}, problem="too-deep")
    try:
        value = json.loads(content, parse_constant=_refuse)
    except (json.JSONDecodeError, UnicodeDecodeError, _NotJsonError):
        return Parsed(value={}, problem="not-json")
    except ValueError:
        # What is left is Python's own limit for the digits of an integer.
        return Parsed(value={}, problem="too-long-number")
    if not isinstance(value, dict):
        return Parsed(value={}, problem="not-object")
    return Parsed(value=value)


class _NotJsonError(ValueError):
    """JSON has no such constant."""


def _refuse(constant: str) -> None:
    raise _NotJsonError(constant)


def _too_deep(content: bytes) -> bool:
    """
    Tell whether brackets nest deeper than DEPTH outside of strings.

    Most bodies hold too few brackets to need the walk, which goes over brackets only.
    """
    if content.count(b"{") + content.count(b"[") <= DEPTH:
        return False
    depth = 0
    for bracket in _STRING.sub(b"", content).translate(None, _OTHERS):
        depth += 1 if bracket in _OPEN else -1
        if depth > DEPTH:
            return True
    return False
