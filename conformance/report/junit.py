"""
JUnit XML of a results document, for build servers.

One suite for each area. FAIL is a failure, ERROR an error, SKIP and N/A are skipped, WARN passes
and says what it met in properties. Build servers show an empty or all-skipped file as green, so a
run in which no check came to an answer carries an error of its own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from conformance.report.causes import row_label
from conformance.report.document import entries, number, part, text, words
from conformance.report.escape import folded, visible
from conformance.report.page import by_area

_LONGEST = 4000
_ANSWERED = frozenset({"PASS", "WARN", "FAIL", "ERROR"})
_FINDING_PARTS = ("expected", "actual", "path", "curl")


def render_junit(document: Mapping[str, Any]) -> bytes:
    """Return the document as JUnit XML in UTF-8; well-formed whatever a server put into it."""
    root = ET.Element("testsuites", name=_shown(text(part(document, "tool"), "name")))
    for area, checks in by_area(document).items():
        _add_suite(root, area, checks, document)
    if not any(text(check, "outcome") in _ANSWERED for check in entries(document, "checks")):
        _add_suite(root, "verdict", [_nothing()], document)
    # Checks run side by side: the run has a duration, a check and a suite have none of their own.
    root.set("time", _seconds(part(document, "transcript")))
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ET.indent(root, " ")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _nothing() -> Mapping[str, Any]:
    return {
        "id": "verdict.run.something-was-shown",
        "function": "verdict.run.something-was-shown",
        "outcome": "ERROR",
        "code": "harness",
        "message": "No check came to an answer: nothing is shown, and nothing is met.",
    }


def _add_suite(
    root: ET.Element, area: str, checks: list[Mapping[str, Any]], document: Mapping[str, Any]
) -> None:
    outcomes = [text(check, "outcome") for check in checks]
    transcript = part(document, "transcript")
    suite = ET.SubElement(
        root,
        "testsuite",
        name=_shown(area or "checks"),
        tests=str(len(checks)),
        failures=str(outcomes.count("FAIL")),
        errors=str(sum(_kind(outcome) == "error" for outcome in outcomes)),
        skipped=str(sum(_kind(outcome) == "skipped" for outcome in outcomes)),
        time="0",
    )
    if text(transcript, "started"):
        suite.set("timestamp", _shown(text(transcript, "started")))
    _add_properties(suite, _verdict_properties(document))
    for check in checks:
        _add_case(suite, check)


def _kind(outcome: str) -> str:
    """Return what a build server calls the outcome; an unknown one is never green."""
    kinds = {"PASS": "", "WARN": "", "FAIL": "failure", "SKIP": "skipped", "N/A": "skipped"}
    return kinds.get(outcome, "error")


def _add_case(suite: ET.Element, check: Mapping[str, Any]) -> None:
    function, row = text(check, "function"), row_label(check)
    module, _, name = function.rpartition(".")
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_shown(module or text(check, "area")),
        name=_shown(f"{name}[{row}]" if row else name),
        time="0",
    )
    outcome, code, message = (text(check, name) for name in ("outcome", "code", "message"))
    _add_properties(case, _case_properties(check))
    kind = _kind(outcome)
    if not kind:
        return
    reason = ": ".join(filter(None, [code or outcome, message]))
    inner = ET.SubElement(case, kind, type=_shown(code or outcome), message=_shown(reason))
    if kind != "skipped":
        inner.text = "\n".join(_lines(check))


def _lines(check: Mapping[str, Any]) -> list[str]:
    lines = [_shown(folded(check.get("title"))), _shown(folded(check.get("citation")))]
    for finding in entries(check, "findings"):
        lines.append("")
        head = f"{text(finding, 'level')} {text(finding, 'code')}: {text(finding, 'message')}"
        lines.append(_shown(head))
        lines += [
            f"  {name}: {_shown(text(finding, name))}"
            for name in _FINDING_PARTS
            if text(finding, name)
        ]
        if number(finding, "exchange"):
            lines.append(f"  exchange: {number(finding, 'exchange')}")
    return [line for line in lines if line] if len(lines) == 2 else lines


def _case_properties(check: Mapping[str, Any]) -> list[tuple[str, str]]:
    said = [("outcome", text(check, "outcome"))]
    said += [("requirement", id_) for id_ in words(check, "requirements")]
    if check.get("confirmed") is not None:
        said.append(("confirmed", str(check.get("confirmed")).lower()))
    said += [("witness", name) for name in words(check, "witnesses")]
    if text(check, "outcome") == "WARN":
        said.append(("code", text(check, "code")))
        said += [
            (f"{text(finding, 'level')} {text(finding, 'code')}", text(finding, "message"))
            for finding in entries(check, "findings")
        ]
    return said


def _verdict_properties(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    verdict = part(document, "verdict")
    names = ("class", "rule", "qualifier", "headline", "rule_set", "exit", "exit_reason")
    said = [(f"verdict.{name}", text(verdict, name)) for name in names]
    said.append(("verdict.partial", str(verdict.get("partial") is True).lower()))
    said.append(("verdict.us_core", text(part(verdict, "edition"), "us_core")))
    said.append(("target.url", text(part(document, "target"), "url")))
    said.append(("transcript.root", text(part(document, "transcript"), "root")))
    said += [
        (f"gate.{text(gate, 'id')}", text(gate, "state")) for gate in entries(verdict, "gates")
    ]
    return said


def _add_properties(holder: ET.Element, said: list[tuple[str, str]]) -> None:
    properties = ET.SubElement(holder, "properties")
    for name, value in said:
        ET.SubElement(properties, "property", name=_shown(name), value=_shown(value))


def _seconds(transcript: Mapping[str, Any]) -> str:
    """Return how long the run took, "0" where that is not recorded."""
    try:
        started = datetime.fromisoformat(text(transcript, "started"))
        ended = datetime.fromisoformat(text(transcript, "ended"))
        return f"{max((ended - started).total_seconds(), 0):.3f}"
    except (ValueError, TypeError):
        return "0"


def _shown(value: str) -> str:
    return visible(value, limit=_LONGEST)
