"""An answer as FHIR: its JSON, parsed within bounds, and nothing assumed of its shape."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conformance.evidence.exchange import Exchange, Request

DEPTH = 64
"""JSON nested deeper than this is not parsed."""

_OPEN, _CLOSE = b"[{", b"]}"


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """
    A body as JSON.

    `problem` is "" or `empty`, `not-json`, `too-deep` or `not-object`; `value` is `{}` then.
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
    except (ValueError, RecursionError):
        return Parsed(value={}, problem="not-json")
    if not isinstance(value, dict):
        return Parsed(value={}, problem="not-object")
    return Parsed(value=value)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _too_deep(content: bytes) -> bool:
    """
    Tell whether brackets nest deeper than DEPTH outside of strings.

    Most bodies hold too few brackets to need the walk.
    """
    if content.count(b"{") + content.count(b"[") <= DEPTH:
        return False
    depth, at = 0, 0
    quoted = False
    for byte in content:
        if quoted:
            if at:
                at = 0
            elif byte == 0x5C:
                at = 1
            elif byte == 0x22:
                quoted = False
        elif byte == 0x22:
            quoted = True
        elif byte in _OPEN:
            depth += 1
            if depth > DEPTH:
                return True
        elif byte in _CLOSE:
            depth -= 1
    return False
