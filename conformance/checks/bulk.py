"""What a check can ask of bulk data: the export, requests of its own, and the API beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conformance.checks.exported import Line, Membership, content, membership
from conformance.checks.exports import Exports
from conformance.checks.fhir import Fhir
from conformance.checks.record import current
from conformance.checks.reply import Reply
from conformance.checks.smart import Smart
from conformance.core.elements import walk
from conformance.core.errors import Skipped
from conformance.evidence.exchange import Evidence
from conformance.evidence.response import Response
from conformance.fhir import bulk
from conformance.fhir.bulk import Export, File

COMPARED = "Condition"
"""The type by which an export and the API are compared where there is any."""

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """An export that was ended at once: the answer to that, and its status afterwards."""

    delete: Response
    after: Response


class Bulk(Exports):
    """Questions to the export of one Group, and to the API that serves the same data."""

    def __init__(self, fhir: Fhir, smart: Smart, evidence: Evidence) -> None:
        super().__init__(fhir, smart, evidence)
        self._ended: dict[int, Cancelled] = {}

    # --- requests of a check's own --------------------------------------------------------------

    def cancelled(self) -> Cancelled:
        """Begin an export and end it at once, for all checks about that."""
        self.require_accepted()
        attempt = current().occurrence
        with self._lock:
            if attempt not in self._ended:
                export = self.begin("cancelled")
                if not export.accepted:
                    raise Skipped(
                        "prerequisite-failed", "A second export is not accepted after the first."
                    )
                delete = bulk.ask(export, "delete", export.status_url, method="DELETE")
                after = bulk.ask(export, "after", export.status_url)
                self._ended[attempt] = Cancelled(delete=delete, after=after)
            return self._ended[attempt]

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
        step = f"{step}{self._again}"
        return self.reply(bulk.ask(export, step, url, method=method, credential=credential))

    def fetch(self, export: Export, file: File, name: str, *, credential: str) -> Reply:
        """Ask for a file once more, with another credential or "" for none."""
        step = f"file-{file.number}:{name}"
        reply = self.reply(
            bulk.ask(export, step, file.url, credential=credential, accept=bulk.NDJSON, stream=True)
        )
        return self._fhir.refusal(reply, lambda: self.reply(file.response))

    def other_token(self) -> str:
        """Return the token of another client, a patient's; ends the check where there is none."""
        return self._smart.token_of(self._smart.standalone())

    # --- the Group ------------------------------------------------------------------------------

    def statement(self) -> Reply:
        """Return the answer with the CapabilityStatement; ends the check where none is served."""
        return self._fhir.statement()

    def group(self) -> Reply:
        """Read the Group that is exported, as the persona that exports."""
        token = self._smart.backend_token(self.party(), purpose="group")
        return self._fhir.get(f"Group/{self.party().group}", credential=token)

    def membership(self) -> Membership:
        """Return the members that the Group lists; ends the check where that is not to be had."""
        reply = self.group()
        if reply.status != 200 or reply.response.resource_type != "Group":
            self.no_data("The Group cannot be read, so its members are not known.")
        found = membership(reply.resource)
        if not found.whole:
            self.no_data("The Group does not list all of its members as patients.")
        return found

    # --- the API beside the export --------------------------------------------------------------

    def compared_types(self, export: Export) -> tuple[str, ...]:
        """
        Return the exported type by which export and API are compared.

        Where it is not COMPARED but the type with most resources, COMPARED itself comes first.
        """
        counts: dict[str, int] = {}
        for line in self.resources(export):
            counts[line.type] = counts.get(line.type, 0) + 1
        if COMPARED in counts:
            return (COMPARED,)
        searched = {
            first.type: counts.get(first.type, 0)
            for first in self._fhir.rulebook.first_searches
            if not first.fixed
        }
        most = max(sorted(searched), key=lambda name: searched[name], default=COMPARED)
        if not searched.get(most):
            self.no_data("No resource of a type that can be searched for is exported.")
        return (COMPARED, most)

    def read_again(self, limit: int) -> Iterator[tuple[Line, Reply]]:
        """Read the first exported resources of the compared type by their ids."""
        export = self.require_files()
        type_ = self.compared_types(export)[-1]
        number = 0
        for line in self.resources(export, type_):
            if _ID.fullmatch(line.id):
                number += 1
                yield line, self._seen(f"{type_}/{line.id}")
            if number == limit:
                return

    def search_again(self, type_: str, patient: str) -> Iterator[Reply]:
        """Search for a patient's resources of a type, all pages; another answer ends the check."""
        first = self._seen(type_, {"patient": patient})
        for page in self._fhir.pages(first):
            if page.status != 200 or not page.is_bundle:
                self.prerequisite_failed(
                    f"A search of {type_} by patient goes wrong",
                    "fhir-api.searches.return-only-matches",
                )
            yield page

    def content(self, resource: dict[str, Any]) -> dict[str, Any]:
        """Return what has to be the same in an export and in the API."""
        return content(resource, self._fhir.base)

    def is_newer(self, export: Export, resource: dict[str, Any]) -> bool:
        """Tell whether a resource changed after the instant that the export shows."""
        manifest = export.manifest.resource if export.manifest else {}
        changed = _instant(next(walk(resource, "meta.lastUpdated"), None))
        shown = _instant(manifest.get("transactionTime"))
        return changed is not None and shown is not None and changed > shown

    def _seen(self, path: str, parameters: dict[str, str] | None = None) -> Reply:
        """Ask as the persona that exports, or with the run's own credential if that is refused."""
        token = self._smart.backend_token(self.party(), purpose="parity")
        reply = self._fhir.get(path, parameters or {}, credential=token)
        if reply.status in (401, 403):
            reply = self._fhir.get(path, parameters or {})
            reply.require_authorized()
        return reply


def _instant(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
