"""What the HTML page says, worked out before any markup: the template only lays it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from conformance.report.causes import Cause, causes
from conformance.report.document import entries, number, part, text, words
from conformance.report.escape import folded
from conformance.report.gates import GateRow, gate_rows, state_counts
from conformance.report.tallies import StepGroup, Unlooked, outcome_counts, step_groups, unlooked
from conformance.report.wording import GATE_STATES, TIERS

_TONES = {"certified-EHR-level": "certified", "EMR-level": "emr"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One of the six dimensions; `evidence` holds what is known by tier, the firmest tier first."""

    title: str
    question: str
    evidence: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step towards certified-EHR level; `unblocks` is how many checks it lets go ahead."""

    step: str
    gate: str
    state: str
    unblocks: int

    @property
    def checks(self) -> str:
        """How many checks it lets go ahead, in words."""
        return "1 check" if self.unblocks == 1 else f"{self.unblocks} checks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything the template shows; `verdict` and the other mappings are parts of the document."""

    tone: str
    klass: str
    qualifier: str
    headline: str
    meaning: str
    warnings: tuple[str, ...]
    verdict: Mapping[str, Any]
    target: Mapping[str, Any]
    tool: Mapping[str, Any]
    catalogue: Mapping[str, Any]
    rulebook: Mapping[str, Any]
    transcript: Mapping[str, Any]
    run: Mapping[str, Any]
    started: str
    ended: str
    gates: tuple[GateRow, ...]
    states: Mapping[str, int]
    dimensions: tuple[Dimension, ...]
    distance: tuple[Step, ...]
    causes: tuple[Cause, ...]
    steps: tuple[StepGroup, ...]
    unlooked: tuple[Unlooked, ...]
    counts: Mapping[str, int]
    looked: tuple[Mapping[str, Any], ...]
    limits: tuple[str, ...]
    checks: tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...]
    """Checks by area, in the order of the document."""


def page_of(document: Mapping[str, Any]) -> Page:
    """Work out the page of a results document."""
    verdict = part(document, "verdict")
    transcript = part(document, "transcript")
    gates = gate_rows(document)
    klass = text(verdict, "class") or "undetermined"
    return Page(
        tone=_TONES.get(klass, "undetermined"),
        klass=klass,
        qualifier=folded(verdict.get("qualifier")),
        headline=folded(verdict.get("headline")),
        meaning=folded(verdict.get("meaning")),
        warnings=tuple(warnings(document)),
        verdict=verdict,
        target=part(document, "target"),
        tool=part(document, "tool"),
        catalogue=part(document, "catalogue"),
        rulebook=part(document, "rulebook"),
        transcript=transcript,
        run=part(document, "run"),
        started=instant(text(transcript, "started")),
        ended=instant(text(transcript, "ended")),
        gates=tuple(gates),
        states=state_counts(gates),
        dimensions=tuple(_dimension(item) for item in entries(verdict, "dimensions")),
        distance=tuple(distance(document)),
        causes=tuple(causes(document)),
        steps=tuple(step_groups(document)),
        unlooked=tuple(unlooked(document)),
        counts=outcome_counts(document),
        looked=tuple(entries(document, "looked")),
        limits=tuple(words(document, "limits")),
        checks=tuple((area, tuple(checks)) for area, checks in by_area(document).items()),
    )


def warnings(document: Mapping[str, Any]) -> list[str]:
    """Return what makes the verdict weaker than that of a whole run, a sentence each."""
    run, transcript = part(document, "run"), part(document, "transcript")
    found = []
    if part(document, "verdict").get("partial") is True or run.get("selection"):
        found.append(f"The verdict speaks for a part alone: {_selected(part(run, 'selection'))}.")
    if run.get("interrupted") is True:
        found.append("The run was interrupted: what had been recorded until then was judged.")
    if transcript.get("complete") is False:
        found.append(
            "The transcript is incomplete: nothing vouches for what may be missing at its end."
        )
    return found + _other_edition(part(part(document, "target"), "us_core"))


def _other_edition(us_core: Mapping[str, Any]) -> list[str]:
    """Say that the server names editions which could not be judged by, and none was chosen."""
    edition, declared = text(us_core, "edition"), words(us_core, "declared")
    if not declared or edition in declared or text(us_core, "from") != "rule-set":
        return []
    named = f"The server names US Core {', '.join(declared)}, which this version cannot judge by"
    return [f"{named}; it was judged by US Core {edition}, which the rule set requires."]


def _selected(selection: Mapping[str, Any]) -> str:
    suites, keyword = words(selection, "suites"), text(selection, "keyword")
    said = [f"suites {', '.join(suites)}"] if suites else []
    said += [f"checks that match {keyword}"] if keyword else []
    return "; ".join(said) or "not all checks were run"


def distance(document: Mapping[str, Any]) -> list[Step]:
    """Return the steps towards certified-EHR level, those that unblock most first."""
    titles = {gate.id: gate.title for gate in gate_rows(document)}
    steps = [
        Step(
            step=folded(step.get("step")),
            gate=titles.get(text(step, "gate"), text(step, "gate")),
            state=GATE_STATES.get(text(step, "state"), (text(step, "state"), ""))[0].lower(),
            unblocks=number(step, "unblocks"),
        )
        for step in entries(part(document, "verdict"), "distance")
    ]
    return sorted(steps, key=lambda step: -step.unblocks)


def by_area(document: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the checks by area, areas and checks in the order of the document."""
    areas: dict[str, list[Mapping[str, Any]]] = {}
    for check in entries(document, "checks"):
        areas.setdefault(text(check, "area"), []).append(check)
    return areas


def instant(written: str) -> str:
    """Return an RFC 3339 instant as a person writes it, in UTC; anything else as it stands."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return written
    if moment.tzinfo is None:
        return written
    moment = moment.astimezone(UTC)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment:%Y, %H:%M:%S} UTC"


# Not strftime's %B: that one depends on the reader's locale, and a report must not.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _dimension(item: Mapping[str, Any]) -> Dimension:
    said: dict[str, list[str]] = {}
    for note in entries(item, "evidence"):
        tier = text(note, "tier")
        said.setdefault(tier if tier in TIERS else "Not observed", []).append(text(note, "text"))
    return Dimension(
        title=folded(item.get("title")) or text(item, "id"),
        question=folded(item.get("question")),
        evidence=tuple((tier, tuple(said[tier])) for tier in TIERS if tier in said),
    )
