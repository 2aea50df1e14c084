"""The lines of a transcript and its manifest, as they are read back: nothing else is let in."""

from typing import Any

import msgspec


class _Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every line holds: its number, and the hash of the line before."""

    n: int
    prev: str


class HeaderLine(_Line, frozen=True, kw_only=True, tag_field="kind", tag="header"):
    """The first line."""

    format: int


class FailureForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why no usable answer came; see `conformance.evidence.exchange.Failure`."""

    kind: str
    detail: str


class RequestLine(_Line, frozen=True, kw_only=True, tag_field="kind", tag="request"):
    """
    One attempt at a request and its answer.

    `body` and `content` are digests of blobs. Only a `final` attempt is an answer.
    """

    key: str
    at: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str | None
    credential: str
    epoch: int
    occurrence: int
    attempt: int
    final: bool
    status: int | None
    response: tuple[tuple[str, str], ...]
    content: str | None
    failure: FailureForm | None
    ms: int

    @property
    def blobs(self) -> tuple[str, ...]:
        """The digests of the bodies that the line names."""
        return tuple(digest for digest in (self.body, self.content) if digest is not None)


class ProbeLine(_Line, frozen=True, kw_only=True, tag_field="kind", tag="probe"):
    """A question below HTTP and what was observed."""

    name: str
    observed: dict[str, Any]


class DrawLine(_Line, frozen=True, kw_only=True, tag_field="kind", tag="draw"):
    """A value that a live run drew."""

    name: str
    value: Any


class MintLine(_Line, frozen=True, kw_only=True, tag_field="kind", tag="mint"):
    """A credential of our own making, by its alias."""

    name: str
    alias: str


class WitnessLine(_Line, frozen=True, kw_only=True, tag_field="kind", tag="witness"):
    """What was seen of credentials."""

    name: str
    seen: Any


class IncomingLine(_Line, frozen=True, kw_only=True, tag_field="kind", tag="request-in"):
    """A request that came in to us; method and URL are empty when none came."""

    name: str
    method: str
    url: str


class SealLine(_Line, frozen=True, kw_only=True, tag_field="kind", tag="seal"):
    """The last line of a finished run: the digest of its manifest."""

    manifest: str


Line = (
    HeaderLine
    | RequestLine
    | ProbeLine
    | DrawLine
    | MintLine
    | WitnessLine
    | IncomingLine
    | SealLine
)


class Tool(msgspec.Struct, frozen=True):
    """The program that wrote a transcript."""

    name: str
    version: str


class Asked(msgspec.Struct, frozen=True):
    """What the run was to be judged by."""

    require: str
    baseline: list[str] | None


class Part(msgspec.Struct, frozen=True):
    """The part of the suites that was selected."""

    suites: list[str]
    keyword: str | None


class Manifest(msgspec.Struct, frozen=True):
    """What the manifest of any run holds; `selected` are ids of checks."""

    tool: Tool
    target: dict[str, Any]
    run: Asked
    started: str
    ended: str | None = None
    selection: Part | None = None
    selected: list[str] | None = None
    interrupted: bool = False
    root: str | None = None
    exchanges: int | None = None
