"""End a run: seal the transcript, then write results.json, report.html and junit.xml."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from conformance.checks.execute import Check, run_check
from conformance.core.errors import HarnessError
from conformance.evidence.transcript import write_beside
from conformance.plugin.document import results_document
from conformance.plugin.session import Session, replayed
from conformance.report.html import render_html
from conformance.report.junit import render_junit
from conformance.report.validate import validate_results


def finish(session: Session, checks: Sequence[Check]) -> dict[str, Any]:
    """
    Write what a run leaves behind and return its results document.

    `checks` are those that have a result. Each file replaces an older one only when it is whole.
    Raises HarnessError when the document does not fit its own schema: such a verdict must not be
    shown.
    """
    judged = session
    if session.writer is not None:
        ended = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        session.writer.seal(ended=ended, judged_at=ended, interrupted=session.interrupted)
        session.manifest = session.writer.manifest
        if session.cut:
            # Checks that were cut off have left traces in the pool; the transcript has the truth.
            judged = replayed(session.folder)
            judged.results.extend(run_check(check, judged.context) for check in checks)
    document = results_document(judged)
    problems = validate_results(document)
    if problems:
        raise HarnessError(
            f"The results do not fit their schema ({problems[0]}).",
            "This is a fault of ehr-conformance; please report it.",
        )
    text = json.dumps(document, indent=1, ensure_ascii=True) + "\n"
    _write(session, "results.json", text.encode())
    _write(session, "report.html", _bytes(render_html(document)))
    _write(session, "junit.xml", render_junit(document))
    return document


def _write(session: Session, name: str, data: bytes) -> None:
    """Write a file; what it is made of holds no credential any more, and this makes sure."""
    try:
        write_beside(session.folder / name, session.aliases.scrub(data))
    except OSError as error:
        raise HarnessError(
            f"{session.folder / name} cannot be written ({error.strerror}).",
            "The transcript is whole; `conformance judge` writes the results of it again.",
        ) from None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "xmlcharrefreplace")
