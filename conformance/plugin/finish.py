"""End a run: seal the transcript, then write results.json, report.html and junit.xml."""

import json
from datetime import UTC, datetime
from typing import Any

from conformance.core.errors import HarnessError
from conformance.evidence.transcript import write_beside
from conformance.plugin.document import results_document
from conformance.plugin.session import Session
from conformance.report.html import render_html
from conformance.report.junit import render_junit
from conformance.report.validate import validate_results


def finish(session: Session) -> dict[str, Any]:
    """
    Write what a run leaves behind and return its results document.

    Each file replaces an older one only when it is whole. Raises HarnessError when the document
    does not fit its own schema: such a verdict must not be shown.
    """
    if session.writer is not None:
        ended = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        session.writer.seal(ended=ended, judged_at=ended, interrupted=session.interrupted)
        session.manifest = session.writer.manifest
    document = results_document(session)
    problems = validate_results(document)
    if problems:
        raise HarnessError(
            f"The results do not fit their schema ({problems[0]}).",
            "This is a fault of ehr-conformance; please report it.",
        )
    text = json.dumps(document, indent=1, ensure_ascii=True) + "\n"
    clean = session.aliases.scrub
    write_beside(session.folder / "results.json", clean(text.encode()))
    write_beside(session.folder / "report.html", clean(_bytes(render_html(document))))
    write_beside(session.folder / "junit.xml", clean(render_junit(document)))
    return document


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "xmlcharrefreplace")
