"""What a check can ask of bulk data: one group export that many checks look at."""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from conformance.checks.fhir import Fhir
from conformance.checks.record import current
from conformance.checks.reply import Reply
from conformance.checks.smart import Smart
from conformance.core.errors import Errored, NotApplicable, Skipped
from conformance.evidence.exchange import Evidence
from conformance.evidence.response import Response
from conformance.fhir import bulk
from conformance.fhir.bulk import Export, File
from conformance.smart.party import Party

KICKED_OFF = "portability.export.is-accepted"
COMPLETED = "portability.export.comes-to-an-end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a file: its number from 1, and its JSON object, None when it is none."""

    number: int
    resource: dict[str, Any] | None


class Bulk:
    """Questions to the export of one Group, by a backend service."""

    def __init__(self, fhir: Fhir, smart: Smart, evidence: Evidence) -> None:
        self._fhir = fhir
        self._smart = smart
        self._evidence = evidence
        self._done: dict[int, Export] = {}
        self._lock = threading.RLock()

    def party(self) -> Party:
        """Return the persona that exports; ends the check without one, or without its Group."""
        party = self._smart.party("system")
        if not party.group:
            raise Skipped("not-configured", "The target file names no group to export.")
        return party

    def export(self) -> Export:
        """Return the export with all its files, run once for all checks."""
        attempt = current().occurrence
        with self._lock:
            if attempt not in self._done:
                export = self.begin("export")
                if export.kick_off.status == 202 and export.status_url:
                    bulk.wait(export)
                    bulk.download(export)
                self._done[attempt] = export
            return self._done[attempt]

    def begin(
        self,
        name: str,
        *,
        parameters: Sequence[tuple[str, str]] = (),
        credential: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Export:
        """Kick off an export of the running check's own; `credential` "" sends none."""
        party = self.party()
        token = self._smart.backend_token(party) if credential is None else credential
        again = f"#{current().occurrence}" if current().occurrence else ""
        return bulk.kick_off(
            self._evidence,
            self._fhir.base,
            party.group,
            f"{name}{again}",
            token,
            parameters=parameters,
            headers=headers,
        )

    def require_manifest(self) -> Export:
        """Return the export with its manifest; ends the check where it did not come to an end."""
        export = self.export()
        if export.kick_off.status != 202 or not export.status_url:
            raise _prerequisite(KICKED_OFF)
        if export.cut:
            raise Skipped("bounded", "The export took longer than this run waits.")
        if export.manifest is None or export.manifest.parsed.problem:
            raise _prerequisite(COMPLETED)
        return export

    def require_files(self) -> Export:
        """Return the export with its files; ends the check where a file cannot be had."""
        export = self.require_manifest()
        if not export.files:
            raise Skipped("no-data", "The export names no files.")
        for file in export.files:
            failure = file.response.exchange.failure
            if failure is not None and failure.kind == "foreign-host":
                raise Skipped("foreign-host", "Files are on another host; allow it under [hosts].")
            if failure is not None and failure.kind == "unsafe-response":
                raise Errored("unsafe-response", f"A file cannot be read: {failure.detail}.")
            if file.response.status != 200:
                raise _prerequisite("portability.export-content.files-are-served")
        return export

    def lines(self, export: Export, file: File) -> Iterator[Line]:
        """Yield a file's lines, empty ones left out."""
        for number, raw in enumerate(export.lines(file), start=1):
            if raw.strip():
                yield Line(number=number, resource=_object(raw))

    def wait(self, export: Export) -> None:
        """Wait for an export of the running check's own to end."""
        bulk.wait(export)

    def ask(
        self,
        export: Export,
        step: str,
        url: str,
        *,
        method: str = "GET",
        credential: str | None = None,
    ) -> Reply:
        """Ask for a URL of an export under a step's name; `credential` "" sends none."""
        return self.reply(bulk.ask(export, step, url, method=method, credential=credential))

    def reply(self, response: Response) -> Reply:
        """Return an answer of an export in the words of a check."""
        return self._fhir.wrap(response)

    def not_applicable(self, reason: str) -> NoReturn:
        """End the check: the requirement does not bind this server."""
        raise NotApplicable("not-applicable", reason)

    def no_data(self, reason: str) -> NoReturn:
        """End the check: there is nothing that could show it."""
        raise Skipped("no-data", reason)


def _prerequisite(check: str) -> Skipped:
    return Skipped("prerequisite-failed", f"The export did not get that far ({check}).")


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
