"""
A group export, step by step: kick-off, status, files, delete.

Bulk Data Access 2.0, Asynchronous Bulk Data Request. Every step is recorded under the export's
name; files are streamed and never held in memory.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from conformance.evidence.exchange import Evidence, Request
from conformance.evidence.response import Response

KICK_OFF = {"Accept": "application/fhir+json", "Prefer": "respond-async"}
PATIENCE = 600.0
"""Seconds in all that an export may ask to be waited for; then it is our bound that cuts it."""
POLLS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One output file: what the manifest says of it, and the recorded answer to its request."""

    type: str
    url: str
    count: int | None
    response: Response


@dataclass(slots=True, kw_only=True)
class Export:
    """
    An export as far as it came.

    `polls` are the answers of the status URL in order. `cut` is True when our patience ended it.
    """

    name: str
    evidence: Evidence
    credential: str
    kick_off: Response
    polls: list[Response] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    cut: bool = False

    @property
    def status_url(self) -> str:
        """The absolute status URL, "" where the kick-off gave none."""
        location = self.kick_off.exchange.header("content-location").strip()
        try:
            return urljoin(self.kick_off.request.url, location) if location else ""
        except ValueError:
            return ""

    @property
    def manifest(self) -> Response | None:
        """The answer that ended the waiting with status 200, None where none did."""
        last = self.polls[-1] if self.polls else None
        return last if last is not None and last.status == 200 else None

    @property
    def output(self) -> list[dict[str, Any]]:
        """The manifest's output items that are objects."""
        items = self.manifest.resource.get("output") if self.manifest else None
        return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []

    @property
    def guarded(self) -> bool:
        """Whether the manifest says that files need a token."""
        return bool(self.manifest and self.manifest.resource.get("requiresAccessToken") is True)

    def lines(self, file: File) -> Iterator[bytes]:
        """Yield a file's lines."""
        return self.evidence.lines(file.response.exchange)


def kick_off(
    evidence: Evidence,
    base: str,
    group: str,
    name: str,
    credential: str,
    *,
    parameters: Sequence[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Export:
    """Ask for an export of a Group; `credential` is an alias or "" for none. The epoch rises."""
    url = f"{base}/Group/{group}/$export"
    if parameters:
        url += f"?{urlencode(parameters)}"
    request = _step(name, "kick-off", "GET", url, credential, {**KICK_OFF, **(headers or {})})
    response = Response(request=request, exchange=evidence.ask(request))
    evidence.epoch += 1
    return Export(name=name, evidence=evidence, credential=credential, kick_off=response)


def wait(export: Export) -> None:
    """Ask for the status, waiting between as `Retry-After` says, until it is not 202 any more."""
    waited = 0.0
    for number in range(1, POLLS + 1):
        response = ask(export, f"status-{number}", export.status_url)
        export.polls.append(response)
        if response.status != 202:
            return
        pause = _retry_after(response, number)
        if waited + pause > PATIENCE:
            break
        waited += pause
        export.evidence.pause(pause)
    export.cut = True


def ask(
    export: Export,
    step: str,
    url: str,
    *,
    method: str = "GET",
    credential: str | None = None,
    accept: str = "application/json",
    stream: bool = False,
) -> Response:
    """Ask for a URL of an export; by default with the export's own credential."""
    own = export.credential if credential is None else credential
    request = _step(export.name, step, method, url, own, {"Accept": accept}, stream=stream)
    return Response(request=request, exchange=export.evidence.ask(request))


def download(export: Export) -> None:
    """Stream every output file, with the token only where the manifest asks for it."""
    for number, item in enumerate(export.output, start=1):
        url, type_ = item.get("url"), item.get("type")
        if not isinstance(url, str) or not isinstance(type_, str):
            continue
        count = item.get("count")
        export.files.append(
            File(
                type=type_,
                url=url,
                count=count if isinstance(count, int) else None,
                response=ask(
                    export,
                    f"file-{number}",
                    url,
                    credential=export.credential if export.guarded else "",
                    accept="application/fhir+ndjson",
                    stream=True,
                ),
            )
        )


def is_absolute(url: object) -> bool:
    """Tell whether a URL is an absolute http(s) one."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
    except ValueError:
        return False
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.netloc)


def _step(
    name: str,
    step: str,
    method: str,
    url: str,
    credential: str,
    headers: Mapping[str, str],
    *,
    stream: bool = False,
) -> Request:
    return Request(
        method=method,
        url=url,
        headers=headers,
        credential=credential,
        step=f"{name}/{step}",
        shown_url=url,
        stream=stream,
    )


def _retry_after(response: Response, number: int) -> float:
    """Return the seconds to wait: what the server says, else 1, 2, 4 and so on to 30."""
    value = response.exchange.header("retry-after").strip()
    if value.isascii() and value.isdigit() and len(value) < 6:
        return float(value)
    return float(min(2 ** (number - 1), 30))
