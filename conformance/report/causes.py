"""Gather findings by their cause: one fault shows in many rows and is one thing to mend."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.core.outcomes import GRAVITY
from conformance.report.document import entries, number, text, words
from conformance.report.escape import folded

_LEVELS = ("SHALL", "SHOULD", "TOLERATED")
_OUTCOMES = tuple(str(outcome) for outcome in GRAVITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One finding in one row of a check."""

    check: str
    row: str
    message: str
    expected: str
    actual: str
    path: str
    exchange: int
    curl: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """
    All findings with one code in one check function.

    `rows` counts the checks they come from; `confirmed` how many of these failed once more when
    asked again, None where that question does not arise.
    """

    code: str
    function: str
    level: str
    outcome: str
    title: str
    citation: str
    requirements: tuple[str, ...]
    rows: int
    confirmed: int | None
    occurrences: tuple[Occurrence, ...]


def causes(document: Mapping[str, Any]) -> list[Cause]:
    """Return the causes, gravest first, then those that show in most rows."""
    groups: dict[tuple[str, str], list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = {}
    for check in entries(document, "checks"):
        for finding in _findings(check):
            key = (text(finding, "code"), text(check, "function"))
            groups.setdefault(key, []).append((check, finding))
    found = [_cause(code, function, pairs) for (code, function), pairs in groups.items()]
    return sorted(found, key=_weight)


def row_label(check: Mapping[str, Any]) -> str:
    """Return what stands in the brackets of a check's id, empty for a check without rows."""
    label = text(check, "id").removeprefix(text(check, "function"))
    return label[1:-1] if label.startswith("[") and label.endswith("]") else label


def _findings(check: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return a check's findings; a FAIL that ended without one still has its code and message."""
    noted = entries(check, "findings")
    if noted or text(check, "outcome") != "FAIL":
        return noted
    seen = check.get("exchanges")
    last = seen[-1] if isinstance(seen, list) and seen else 0
    return [
        {
            "code": text(check, "code"),
            "level": "SHALL",
            "message": text(check, "message"),
            "exchange": last,
        }
    ]


def _cause(
    code: str, function: str, pairs: list[tuple[Mapping[str, Any], Mapping[str, Any]]]
) -> Cause:
    first = pairs[0][0]
    checks = {text(check, "id"): check for check, _ in pairs}
    failed = [check for check in checks.values() if text(check, "outcome") == "FAIL"]
    outcomes = {text(check, "outcome") for check in checks.values()}
    levels = {text(finding, "level") for _, finding in pairs}
    level = next((level for level in _LEVELS if level in levels), "")
    return Cause(
        code=code,
        function=function,
        level=level,
        outcome=next((outcome for outcome in _OUTCOMES if outcome in outcomes), ""),
        title=folded(first.get("title")),
        citation=folded(first.get("citation")),
        requirements=tuple(words(first, "requirements")),
        rows=len(checks),
        confirmed=_confirmed(failed) if failed and level == "SHALL" else None,
        occurrences=tuple(_occurrence(check, finding) for check, finding in pairs),
    )


def _confirmed(failed: list[Mapping[str, Any]]) -> int:
    return sum(check.get("confirmed") is True for check in failed)


def _occurrence(check: Mapping[str, Any], finding: Mapping[str, Any]) -> Occurrence:
    return Occurrence(
        check=text(check, "id"),
        row=row_label(check),
        message=text(finding, "message"),
        expected=text(finding, "expected"),
        actual=text(finding, "actual"),
        path=text(finding, "path"),
        exchange=number(finding, "exchange"),
        curl=text(finding, "curl"),
    )


def _weight(cause: Cause) -> tuple[int, int, int, str, str]:
    outcome = _OUTCOMES.index(cause.outcome) if cause.outcome in _OUTCOMES else len(_OUTCOMES)
    level = _LEVELS.index(cause.level) if cause.level in _LEVELS else len(_LEVELS)
    return (level, outcome, -cause.rows, cause.code, cause.function)
