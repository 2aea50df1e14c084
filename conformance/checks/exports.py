"""One group export that many checks look at, and what each of them needs of it."""

import threading
from collections.abc import Iterator, Mapping, Sequence

from conformance.checks.exported import Line
from conformance.checks.fhir import Fhir
from conformance.checks.record import current
from conformance.checks.reply import Reply
from conformance.checks.smart import Smart
from conformance.checks.stops import Stops
from conformance.core.errors import Errored, Skipped
from conformance.evidence.aliases import HIDDEN
from conformance.evidence.exchange import Evidence, Exchange
from conformance.evidence.response import UNSAFE, Response, parse
from conformance.fhir import bulk
from conformance.fhir.bulk import Export, File
from conformance.smart.party import Party
from conformance.transport.hosts import origin

KICKED_OFF = "portability.export.is-accepted"
COMPLETED = "portability.export.comes-to-an-end"
SERVED = "portability.export-content.files-are-served"


class Exports(Stops):
    """The export of one Group, by a backend service."""

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
                if export.accepted:
                    bulk.wait(export)
                    if export.manifest is not None and not export.manifest.parsed.problem:
                        bulk.download(export)
                self._done[attempt] = export
            self._refuse_a_dead_token(self._done[attempt])
            return self._done[attempt]

    def _refuse_a_dead_token(self, export: Export) -> None:
        """End the check where a token that is given was refused: it may be no good any more."""
        party = self.party()
        refused = 403 if export.kick_off.status == 403 else 401
        answers = [export.kick_off, export.manifest, *(file.response for file in export.files)]
        if party.token and any(answer and answer.status == refused for answer in answers):
            raise Skipped(
                "no-credentials",
                f"The token that is given for {party.name} is refused (status {refused}): it has "
                "run out, or it is for something else.",
            )

    def begin(
        self,
        name: str,
        *,
        parameters: Sequence[tuple[str, str]] = (),
        credential: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Export:
        """Kick off an export under a name of its own; `credential` "" sends none."""
        party = self.party()
        tokens = 0

        def token() -> str:
            nonlocal tokens
            tokens += 1
            return self._smart.backend_token(party, purpose=f"{name}:{tokens}")

        return bulk.kick_off(
            self._evidence,
            self._fhir.base,
            party.group,
            f"{name}{self._again}",
            token() if credential is None else credential,
            parameters=parameters,
            headers=headers,
            renew=token,
        )

    # --- how far it came ------------------------------------------------------------------------

    def require_accepted(self) -> Export:
        """Return the export; ends the check where its kick-off was not accepted."""
        export = self.export()
        if not export.accepted:
            self.prerequisite_failed("No export was accepted", KICKED_OFF)
        self.reply(export.kick_off)
        return export

    def require_manifest(self) -> tuple[Export, Reply]:
        """Return the export and its manifest; ends the check where it did not come to an end."""
        export = self.require_accepted()
        if export.cut:
            self.bounded("The export took longer than this run waits.")
        if export.manifest is None or export.manifest.parsed.problem:
            self.prerequisite_failed("The export did not come to an end", COMPLETED)
        return export, self.reply(export.manifest)

    def require_files(self) -> Export:
        """Return the export with its files; ends the check where one cannot be had."""
        export, _ = self.require_manifest()
        if not export.files:
            self.no_data("The export names no files.")
        for file in export.files:
            self.within_bounds(export, file)
            failure = file.response.exchange.failure
            unusable = failure is not None and failure.kind == "bad-url"
            if unusable or self.reply(file.response).status != 200:
                self.prerequisite_failed("A file is not served", SERVED)
        return export

    def within_bounds(self, export: Export, file: File) -> None:
        """End the check where a bound of ours, and not the server, keeps a file away."""
        failure = file.response.exchange.failure
        if failure is not None and failure.kind == "foreign-host":
            raise Skipped("foreign-host", "Files are on another host; allow it under [hosts].")
        if failure is not None and failure.kind == "unsafe-response":
            raise Errored("unsafe-response", f"A file cannot be read: {failure.detail}.")
        if export.guarded and file.response.status in (401, 403) and not self._at_home(file.url):
            raise Skipped(
                "foreign-host", "Files on another host need the token, which goes to its own only."
            )

    # --- what is in it --------------------------------------------------------------------------

    def lines(self, file: File) -> Iterator[Line]:
        """Yield a file's resources line by line; a line that is none ends the check."""
        for line in self.written(file):
            if not line.type:
                self.prerequisite_failed("A file holds other lines than resources", SERVED)
            yield line

    def written(self, file: File) -> Iterator[Line]:
        """Yield whatever is in a file line by line; what cannot be read safely ends the check."""
        for line in self.poured(file.response.exchange):
            if line.problem in UNSAFE.values():
                raise Errored(
                    "unsafe-response", f"Line {line.number} cannot be read: {line.problem}."
                )
            yield line

    def poured(self, exchange: Exchange) -> Iterator[Line]:
        """Yield the lines of any streamed body, empty ones left out."""
        for number, raw in enumerate(self._evidence.lines(exchange), start=1):
            if raw == HIDDEN:
                raise Errored("unsafe-response", f"Line {number} hides a credential of this run.")
            if raw.strip():
                parsed = parse(raw)
                problem = UNSAFE.get(parsed.problem, parsed.problem)
                yield Line(number=number, resource=parsed.value, problem=problem, digest=hash(raw))

    def resources(self, export: Export, *types: str) -> Iterator[Line]:
        """Yield the resources of all files, or of the types named, that have an id."""
        for file in export.files:
            if not types or file.type in (*types, ""):
                for line in self.lines(file):
                    if line.id and (not types or line.type in types):
                        yield line

    # --- words ----------------------------------------------------------------------------------

    def reply(self, response: Response) -> Reply:
        """Return an answer of an export in the words of a check."""
        return self._fhir.wrap(response)

    @property
    def _again(self) -> str:
        return f"#{current().occurrence}" if current().occurrence else ""

    def _at_home(self, url: str) -> bool:
        try:
            return origin(url) == origin(self._fhir.base)
        except ValueError:
            return False
