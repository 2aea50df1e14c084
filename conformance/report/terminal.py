"""
The verdict on a terminal: what it is, why, what comes next, and where to read on.

Everything goes through `rich.text.Text`, never through console markup, and every server string is
made visible first: no sequence of a server reaches the terminal. Colour is decoration; each state
stands there as a word.
"""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from conformance.report.document import number, part, text
from conformance.report.escape import folded, visible
from conformance.report.gates import GateRow, gate_rows, state_counts
from conformance.report.page import distance, warnings
from conformance.report.tallies import outcome_counts
from conformance.report.wording import GATE_STATES

_WIDEST = 100
_LONGEST = 800
_NEXT_STEPS = 5
_STYLES = {
    "certified-EHR-level": "bold green",
    "EMR-level": "bold yellow",
    "shown": "green",
    "contradicted": "bold red",
    "absent": "bold yellow",
    "unobserved": "",
    "FAIL": "bold red",
    "ERROR": "bold yellow",
    "WARN": "yellow",
}


def print_verdict(document: Mapping[str, Any], console: Console, *, report: str = "") -> None:
    """
    Print the verdict to `console`, ending with `verdict_line`.

    `report` is the path of the page to read on, as a person may type it; empty for none.
    """
    page = _Printer(console)
    verdict = part(document, "verdict")
    page.line()
    page.line((_klass(verdict), _STYLES.get(text(verdict, "class"), "bold")))
    page.paragraph(folded(verdict.get("headline")))
    for sentence in (*warnings(document), text(part(document, "target"), "hint")):
        page.paragraph(sentence)
    page.heading("What it means")
    page.paragraph(folded(verdict.get("meaning")))
    _print_gates(page, gate_rows(document))
    _print_counts(page, document)
    _print_distance(page, document)
    page.line()
    page.whole(verdict_line(document, report=report))


def verdict_line(document: Mapping[str, Any], *, report: str = "") -> str:
    """Return the one line that closes a run: class, report, exit code and its reason."""
    verdict = part(document, "verdict")
    reason = folded(verdict.get("exit_reason")).rstrip(".") or "no reason given"
    where = f"report {visible(report)}, " if report else ""
    why = visible(reason, limit=_LONGEST)
    ending = f"exit {visible(verdict.get('exit'))} ({why}); this is no certification."
    return f"{visible(_klass(verdict), limit=_LONGEST)}: {where}{ending}"


def _klass(verdict: Mapping[str, Any]) -> str:
    named = text(verdict, "class") or "undetermined"
    if folded(verdict.get("qualifier")):
        named += f", {folded(verdict.get('qualifier'))}"
    if verdict.get("partial") is True:
        named += ", a part only"
    return f"{named} (rule {text(verdict, 'rule') or 'none'})"


def _print_gates(page: "_Printer", gates: list[GateRow]) -> None:
    counts = state_counts(gates)
    said = ", ".join(f"{counts[state]} {GATE_STATES[state][0].lower()}" for state in GATE_STATES)
    page.heading(f"Gates: {said}")
    for state in ("contradicted", "absent"):
        for gate in gates:
            if gate.state == state:
                page.entry(gate.word, _STYLES[state], [gate.title, gate.why])
    for why, titles in _unobserved(gates).items():
        page.entry(GATE_STATES["unobserved"][0], "", [titles, why])
    shown = [gate.title for gate in gates if gate.state == "shown"]
    if shown:
        page.entry(GATE_STATES["shown"][0], _STYLES["shown"], ["; ".join(shown)])


def _unobserved(gates: list[GateRow]) -> dict[str, str]:
    """Return reason and titles: many gates wait for the same thing, and what to do stands below."""
    waiting: dict[str, list[str]] = {}
    for gate in gates:
        if gate.state == "unobserved":
            waiting.setdefault(gate.why, []).append(gate.title)
    return {why: "; ".join(titles) for why, titles in waiting.items()}


def _print_counts(page: "_Printer", document: Mapping[str, Any]) -> None:
    verdict = part(document, "verdict")
    procedure, deviations = part(verdict, "procedure"), part(verdict, "deviations")
    page.heading("Counts")
    counted: list[tuple[str, str]] = [("Checks:", "")]
    for outcome, count in outcome_counts(document).items():
        counted.append((f" {count} {outcome}", _STYLES.get(outcome, "") if count else ""))
    page.line(("  ", ""), *counted)
    page.paragraph(
        f"Departures: {number(deviations, 'SHALL')} SHALL, {number(deviations, 'SHOULD')} SHOULD."
    )
    steps, bind, testable, shown, blocked = (
        number(procedure, name) for name in ("steps", "bind", "testable", "shown", "blocked")
    )
    page.paragraph(
        f"(g)(10) procedure: {shown} of {steps} steps shown; {bind} bind, {testable} a client can"
        f" test, {blocked} blocked."
    )


def _print_distance(page: "_Printer", document: Mapping[str, Any]) -> None:
    steps = distance(document)
    if not steps:
        return
    page.heading("Distance: what to do next")
    for place, step in enumerate(steps[:_NEXT_STEPS], 1):
        state = f"{step.state}; unblocks {step.checks}" if step.unblocks else step.state
        page.entry(f"{place}.", "", [f"{step.gate} ({state})", step.step], indent=5)
    if len(steps) > _NEXT_STEPS:
        page.paragraph(f"{len(steps) - _NEXT_STEPS} more in the report.")


class _Printer:
    """Lay text out on one console, so that no call can forget to make it visible."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = min(console.width, _WIDEST)

    def line(self, *pieces: tuple[str, str]) -> None:
        """Print one line of styled pieces."""
        self._put(Text.assemble(*((self._safe(said), style) for said, style in pieces)))

    def heading(self, said: str) -> None:
        """Print an empty line and a heading."""
        self.line()
        self.line((said, "bold"))

    def paragraph(self, said: str) -> None:
        """Print indented prose; nothing for an empty string."""
        if said:
            self.entry("", "", [said], indent=2)

    def entry(self, word: str, style: str, told: list[str], *, indent: int = 15) -> None:
        """Print `word` before the first line of what is told about it."""
        lead = Text("  " if word else "").append(self._safe(word), style)
        body = Text("\n".join(self._safe(said) for said in told if said))
        width = max(self._width - indent, 20)
        for line in body.wrap(self._console, width, overflow="fold"):
            lead.pad_right(indent - lead.cell_len)
            line.rstrip()
            self._put(lead + line)
            lead = Text()

    def whole(self, said: str) -> None:
        """Print one line without breaking it: it is read by people and by `grep`."""
        self._put(Text(self._safe(said, limit=None)))

    def _put(self, line: Text) -> None:
        self._console.print(line, soft_wrap=True, highlight=False)

    def _safe(self, said: str, *, limit: int | None = _LONGEST) -> str:
        """Return what this console can write: escapes, not errors, where it is not UTF-8."""
        shown = visible(said, limit=limit)
        encoding = self._console.encoding
        return shown.encode(encoding, "backslashreplace").decode(encoding)
