"""Say what came of a run: its verdict, or why there is none and what was kept."""

import re
import signal

from conformance.cli.guard import REPORT, debugging
from conformance.cli.screen import Screen, path_shown
from conformance.report.document import number, part
from conformance.report.terminal import print_verdict, verdict_line
from conformance.run.follow import Conclusion

_KIND = re.compile(r"^(?:INTERNALERROR> )?([\w.]+(?:Error|Exception|Exit))\b", re.MULTILINE)
_REFUSAL = re.compile(r"^ERROR: (?!usage)(.+)$", re.MULTILINE)


def conclude(screen: Screen, conclusion: Conclusion) -> None:
    """Print the end of a run; the last line is the verdict's wherever there is one."""
    if conclusion.document is None:
        _without_verdict(screen, conclusion)
        return
    report = path_shown(conclusion.folder / "report.html")
    if conclusion.interrupted:
        seen = number(part(conclusion.document, "transcript"), "exchanges")
        done = len(conclusion.document.get("checks") or ())
        screen.say(f"Interrupted: {done} checks were done, and {seen} exchanges are kept.")
        screen.say(f"`conformance judge {path_shown(conclusion.folder)}` reads them again.")
    elif not screen.quiet:
        print_verdict(conclusion.document, screen.out, report=report)
        return
    screen.result(verdict_line(conclusion.document, report=report))


def _without_verdict(screen: Screen, conclusion: Conclusion) -> None:
    kept = (conclusion.folder / "transcript" / "manifest.json").is_file()
    folder = path_shown(conclusion.folder)
    what = (
        f"What was recorded is in {folder}; `conformance judge {folder}` reads it."
        if kept
        else "Nothing was recorded."
    )
    if conclusion.interrupted:
        screen.complain("Interrupted before there was a verdict.", what)
    else:
        why = _last_words(conclusion.status, conclusion.errors)
        screen.complain("The run broke before it could write its results.", what, [why, REPORT])
    if debugging():
        for line in conclusion.errors.splitlines():
            screen.note(line)


def _last_words(status: int, errors: str) -> str:
    """Return how the child ended, by kind only: the text of an exception may quote a secret."""
    if status < 0:
        return f"It was ended by {signal.Signals(-status).name}."
    kinds, refusals = _KIND.findall(errors), _REFUSAL.findall(errors)
    if refusals:
        return f"pytest would not start: {refusals[-1]}"
    said = f" by {kinds[-1]}" if kinds else ""
    return f"It ended with status {status}{said}."
