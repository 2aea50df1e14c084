"""
A group export, step by step: kick-off, status, files, delete.

Bulk Data Access 2.0, Bulk Data Export Operation Request Flow. Every step is recorded under the
export's name; files are streamed and never held in memory.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from conformance.evidence.exchange import Evidence, Request
from conformance.evidence.response import UNSAFE, Response
from conformance.fhir.redirects import followed, unsafe
from conformance.fhir.waiting import PATIENCE, goes_on, passed_between, pause_after

KICK_OFF = {"Accept": "application/fhir+json", "Prefer": "respond-async"}
NDJSON = "application/fhir+ndjson"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """
    One output file: what the manifest says of it, and the recorded answer to its request.

    `number` counts the files from 1. `type` is "" and `count` None where the manifest names none.
    """

    number: int
    type: str
    url: str
    count: int | None
    response: Response


@dataclass(slots=True, kw_only=True)
class Export:
    """
    An export as far as it came.

    `polls` are the answers of the status URL in order. `cut` is True when our patience ended it.
    `renew` brings another token when the one at hand has run out.
    """

    name: str
    evidence: Evidence
    credential: str
    kick_off: Response
    renew: Callable[[], str] | None = None
    polls: list[Response] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    cut: bool = False

    @property
    def location(self) -> str:
        """The status URL as the server wrote it, "" where it gave none."""
        return self.kick_off.exchange.header("content-location").strip()

    @property
    def status_url(self) -> str:
        """The absolute status URL, "" where the kick-off gave none."""
        try:
            url = urljoin(self.kick_off.request.url, self.location) if self.location else ""
        except ValueError:
            return ""
        return url if is_absolute(url) else ""

    @property
    def accepted(self) -> bool:
        """Whether the kick-off was answered as it has to be."""
        return self.kick_off.status == 202 and bool(self.status_url)

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
        """Whether files need a token; a manifest that does not say is taken to mean so."""
        return bool(
            self.manifest and self.manifest.resource.get("requiresAccessToken") is not False
        )

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
    renew: Callable[[], str] | None = None,
) -> Export:
    """Ask for an export of a Group; `credential` is an alias or "" for none. The epoch rises."""
    url = f"{base}/Group/{group}/$export"
    if parameters:
        url += f"?{urlencode(parameters)}"
    request = _step(name, "kick-off", "GET", url, credential, {**KICK_OFF, **(headers or {})})
    response = Response(request=request, exchange=evidence.ask(request))
    evidence.epoch += 1
    return Export(
        name=name, evidence=evidence, credential=credential, kick_off=response, renew=renew
    )


def wait(export: Export) -> None:
    """Ask for the status, waiting between as `Retry-After` says, until the export has ended."""
    waited, number = 0.0, 0
    while True:
        number += 1
        response = ask(export, f"status-{number}", export.status_url)
        export.polls.append(response)
        if not goes_on(response):
            return
        pause = pause_after(response, number)
        spent = max(waited, passed_between(export.kick_off, response))
        if spent + pause > PATIENCE:
            export.cut = True
            return
        waited += pause
        export.evidence.pause(pause)


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
    """
    Ask for a URL of an export; by default with the export's own credential.

    A token that was good before and is so no more has run out; it is renewed once for a step.
    """
    own = export.credential if credential is None else credential
    response = _ask(export, step, url, method, own, accept, stream)
    was_good = any(poll.status in (200, 202) for poll in export.polls)
    if credential is None and response.status == 401 and was_good and export.renew:
        export.credential = export.renew()
        response = _ask(export, f"{step}-again", url, method, export.credential, accept, stream)
    return response


def download(export: Export) -> None:
    """Stream every output file, with the token only where the manifest asks for it."""
    assert export.manifest is not None
    for number, item in enumerate(export.output, start=1):
        url, type_, count = item.get("url"), item.get("type"), item.get("count")
        if not isinstance(url, str) or not url:
            continue
        absolute = _joined(export.manifest.exchange.url, url)
        export.files.append(
            File(
                number=number,
                type=type_ if isinstance(type_, str) else "",
                url=absolute,
                count=count if type(count) is int else None,
                response=ask(
                    export,
                    f"file-{number}",
                    absolute,
                    credential=None if export.guarded else "",
                    accept=NDJSON,
                    stream=True,
                ),
            )
        )


def is_absolute(url: object) -> bool:
    """Tell whether a URL is an absolute http(s) one."""
    parts = _parts(url)
    return parts[0] in ("http", "https") and bool(parts[1])


def _ask(
    export: Export, step: str, url: str, method: str, credential: str, accept: str, stream: bool
) -> Response:
    headers = {"Accept": accept}
    request = _step(export.name, step, method, url, credential, headers, stream=stream)

    def hop(before: Request, target: str, number: int) -> Request:
        """Ask elsewhere; a token stays with the origin that it was meant for."""
        stays = _parts(before.url) == _parts(target)
        return replace(
            before,
            url=target,
            shown_url=target,
            step=f"{request.step}-hop-{number}",
            credential=before.credential if stays else "",
        )

    response = followed(export.evidence, request, hop)
    if problem := UNSAFE.get(response.parsed.problem):
        response = replace(response, exchange=unsafe(response.exchange, problem))
    return response


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


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def _parts(url: object) -> tuple[str, str]:
    """Return scheme and authority of a URL, both "" for what is none."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
    except ValueError:
        return "", ""
    return (parts.scheme, parts.netloc) if parts else ("", "")
