"""pytest's hooks for a run: run ahead, turn results into reports, end with a verdict."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from conformance.checks.execute import Check
from conformance.core.errors import HarnessError
from conformance.core.outcomes import CheckResult, Outcome
from conformance.plugin.ahead import RunAhead
from conformance.plugin.finish import finish
from conformance.plugin.rows import check_of, place
from conformance.plugin.selection import selection
from conformance.plugin.session import Session
from conformance.plugin.stream import Stream
from conformance.report.escape import visible

RESULT: pytest.StashKey[CheckResult] = pytest.StashKey()
_LONGEST = 2000
_LETTERS = {
    Outcome.PASS: ("passed", ".", "PASS"),
    Outcome.WARN: ("passed", "W", "WARN"),
    Outcome.FAIL: ("failed", "F", "FAIL"),
    Outcome.SKIP: ("skipped", "s", "SKIP"),
    Outcome.NOT_APPLICABLE: ("skipped", "-", "N/A"),
    Outcome.ERROR: ("failed", "E", "ERROR"),
}


class CheckFailedError(AssertionError):
    """A check came out FAIL; an assertion error, so that other reporters call it a failure."""


class CheckBrokenError(Exception):
    """A check came out ERROR; not an assertion error, so that other reporters call it broken."""


class RunHooks:
    """The hooks of one run."""

    def __init__(self, config: pytest.Config, session: Session) -> None:
        self._config = config
        self._session = session
        self._ahead = RunAhead(session.context, session.threads)
        self._stream = Stream(config.option.target_stream)
        self._collected: list[Check] = []
        self._checks: list[Check] = []
        self._document: dict[str, Any] | None = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> Generator[None, None, None]:
        """Note what is selected; in replay, select what the recorded run had selected."""
        self._collected = [check for item in items if (check := check_of(item))]
        result = yield
        chosen = self._session.selected
        if chosen is not None:
            dropped = [i for i in items if (c := check_of(i)) is None or c.id not in chosen]
            config.hook.pytest_deselected(items=dropped)
            items[:] = [item for item in items if item not in dropped]
        # What raises the epoch or ends a token must find that nothing runs beside it.
        items.sort(key=place)
        self._checks = [check for item in items if (check := check_of(item))]
        self._note_part(self._checks)
        if self._session.writer is not None:
            self._session.writer.write_manifest()
        return result

    def _note_part(self, kept: list[Check]) -> None:
        """Note which part of the suites has its results, unless it is the whole of them."""
        session, ids = self._session, [check.id for check in kept]
        if session.writer is None and session.selected == frozenset(ids):
            return
        part = selection(self._collected, kept, self._config.option.keyword or "")
        noted = {"selection": part, "selected": None if part is None else ids}
        if session.writer is not None:
            session.writer.manifest |= noted
        else:
            session.manifest = {**session.manifest, **noted}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Start running ahead; pytest's own loop then waits for one result after the other."""
        if session.testsfailed and not session.config.option.continue_on_collection_errors:
            return  # pytest ends the session at once.
        settled = self._session.context.settled
        self._stream.tell(
            "start",
            checks=len(self._checks),
            base=settled.base,
            fhir=settled.found,
            edition=settled.edition,
            edition_from=settled.edition_from,
            folder=str(self._session.folder),
        )
        self._ahead.start(self._checks)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Report a check's result as pytest understands it."""
        check = check_of(pyfuncitem)
        if check is None:
            return None
        result = self._ahead.result(check)
        pyfuncitem.stash[RESULT] = result
        self._session.results.append(result)
        told = {"conformance-outcome": str(result.outcome), "conformance-code": result.code or ""}
        for name, value in told.items():
            if value:
                pyfuncitem.user_properties.append((name, value))
                self._label(pyfuncitem, name, value)
        self._stream.tell(
            "check", id=result.id, outcome=str(result.outcome), code=result.code or ""
        )
        if result.outcome is Outcome.FAIL:
            raise CheckFailedError(_told(result))
        if result.outcome is Outcome.ERROR:
            raise CheckBrokenError(_told(result))
        if result.outcome in (Outcome.SKIP, Outcome.NOT_APPLICABLE):
            pytest.skip(visible(f"{result.code}: {result.message}"))
        return True

    def _label(self, item: pytest.Item, name: str, value: str) -> None:
        """Let Allure show what passed and failed do not tell: WARN, and why."""
        if self._config.pluginmanager.hasplugin("allure_pytest"):
            item.add_marker(pytest.mark.allure_label(value, label_type=name))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show a failed check's findings in place of a traceback of ours, before others look."""
        report = yield
        result = item.stash.get(RESULT, None)
        if result is not None and call.excinfo is not None and report.failed:
            report.longrepr = _told(result)
        return report

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Name the outcomes by our words and letters."""
        if report.when != "call":
            return None
        outcome = dict(report.user_properties).get("conformance-outcome")
        return _LETTERS[Outcome(str(outcome))] if outcome else None

    def pytest_keyboard_interrupt(self) -> None:
        """Note that a person ended the run."""
        self._session.interrupted = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Seal the transcript, write results and reports, and never end green on nothing."""
        del exitstatus
        finished = {result.id for result in self._session.results}
        kept = [check for check in self._checks if check.id in finished]
        self._session.cut = self._session.interrupted or len(kept) < len(self._checks)
        if self._session.cut:
            self._note_part(kept)
        try:
            with _undisturbed():
                # A person who stops a run does not wait for answers that nobody will look at.
                self._ahead.stop(wait=not self._session.interrupted)
                self._document = finish(self._session, kept)
        except HarnessError as error:
            pytest.exit(str(error), returncode=pytest.ExitCode.INTERNAL_ERROR)
        self._stream.tell(
            "end", exit=self._document["verdict"]["exit"], folder=str(self._session.folder)
        )
        shown = {Outcome.PASS, Outcome.WARN, Outcome.FAIL}
        if not any(result.outcome in shown for result in self._session.results):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the verdict line as the command line does."""
        if self._document is not None:
            from conformance.report.terminal import verdict_line

            terminalreporter.section("conformance")
            report = str(self._session.folder / "report.html")
            terminalreporter.write_line(verdict_line(self._document, report=report))

    def pytest_unconfigure(self) -> None:
        """Close connections."""
        for listener in self._session.listeners:
            listener.stop()
        if self._session.sender is not None:
            self._session.sender.close()


@contextmanager
def _undisturbed() -> Generator[None, None, None]:
    """Let no further Ctrl-C leave the files of a run half written."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _told(result: CheckResult) -> str:
    """Return a result with its findings in words; a server's part in them cannot act."""
    lines = [f"{result.outcome} {result.id}: {result.message}"]
    for finding in result.findings:
        lines.append(f"  {finding.level} {finding.code}: {finding.message}")
        if finding.expected or finding.actual:
            lines.append(f"    expected {finding.expected or '-'}, got {finding.actual or '-'}")
        if finding.curl:
            lines.append(f"    {finding.curl}")
    return "\n".join(visible(line, limit=_LONGEST) for line in lines)
