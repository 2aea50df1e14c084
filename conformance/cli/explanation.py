"""Put together what is known about an id: for `conformance explain`."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from conformance.catalogue.load import load_catalogue
from conformance.catalogue.model import Gate, GateKind, Requirement
from conformance.cli.codes import CodeUse, finding_codes
from conformance.cli.shipped import (
    ShippedCheck,
    checks_by_requirement,
    current_rules,
    shipped_checks,
)
from conformance.report.wording import CODES

Part = tuple[str, list[str]]

OUTCOME_CODES = {
    **CODES,
    "absent": "A specification fixes where this must be found, and it is not there.",
    "flaky": "Asked once more, the server answered rightly; the first answer is noted.",
    "no-answer": "The server answers other requests before and after, and this one not at all.",
    "not-applicable": "The requirement does not bind this server.",
}
WITNESS = (
    "A witness: what was seen of a credential is recorded, the credential is not. Judging a run"
    " again repeats what was seen then."
)
_NEAR = 4
_ROWS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A title, and what is told below it under headings."""

    title: str
    parts: tuple[Part, ...]


def explanation(name: str) -> Explanation | None:
    """Return what is known about a name, None when nothing is called that."""
    catalogue = load_catalogue()
    if name in catalogue.gates:
        return _gate(catalogue.gates[name])
    for id_ in (name, f"g10#{name}", f"g10#{name.upper()}"):
        if id_ in catalogue.requirements:
            return _requirement(catalogue.requirements[id_])
    check = shipped_checks().get(name.partition("[")[0])
    if check is not None:
        return _check(check)
    if name in OUTCOME_CODES:
        return Explanation(title=f"{name}, a code of outcomes", parts=_told(OUTCOME_CODES[name]))
    beginning = name.rstrip(".*") + "."
    uses = [u for c, u in finding_codes().items() if c == name or c.startswith(beginning)]
    return _codes(name, uses) if uses else None


def near(name: str) -> list[str]:
    """Return the names most like one that is not known: first those that hold it, then the rest."""
    catalogue = load_catalogue()
    known = [
        *catalogue.gates,
        *catalogue.requirements,
        *shipped_checks(),
        *finding_codes(),
        *OUTCOME_CODES,
    ]
    word = name.lower().replace("_", "-")
    holding = [id_ for id_ in known if len(word) > 2 and word in id_.lower()]
    by_form = {id_.lower(): id_ for id_ in known}
    alike = [by_form[form] for form in difflib.get_close_matches(word[:100], by_form, n=_NEAR)]
    return list(dict.fromkeys([*holding, *alike]))[:_NEAR]


def _told(*lines: str) -> tuple[Part, ...]:
    return (("What it means", list(lines)),)


def _gate(gate: Gate) -> Explanation:
    rules = current_rules().thresholds
    decides = [
        f"It is one of the gates that decide the class: {gate.title[:1].lower()}{gate.title[1:]}."
    ]
    if gate.kind is GateKind.HARD:
        decides.append("One confirmed contradiction of it decides against certified-EHR level.")
    else:
        decides.append(
            f"Shares decide it: contradicted above {rules.failed_rows:.0%} of failed rows, or where"
            f" a required type with data has nothing that works; shown from"
            f" {rules.executed_rows:.0%} of rows tried."
            + (" These shares are a proposal." if rules.proposal else "")
        )
    if gate.authorization:
        decides.append("It is about authorization, so a declared open sandbox is spared it.")
    words = gate.words
    return Explanation(
        title=f"{gate.id}, a gate ({gate.kind})",
        parts=(
            ("What it decides", decides),
            ("Decided by", [line for id_ in gate.requirements for line in _named(id_)]),
            (
                "How it may come out",
                [
                    f"Shown: the system {words.shown}.",
                    f"Contradicted: the system {words.contradicted}.",
                    f"Absent: the system {words.absent}.",
                    "Not observed: it could not be seen, which says nothing against the system.",
                ],
            ),
            ("To decide it", [words.needs]),
            ("To mend it", [words.mend]),
        ),
    )


def _requirement(entry: Requirement) -> Explanation:
    place = entry.citation
    cited = [", ".join(filter(None, [place.document, place.version, place.section])), place.url]
    checks = checks_by_requirement().get(entry.id, [])
    parts: list[Part] = [
        ("What it asks", [f"{entry.title}.", entry.text]),
        ("Where it stands", [*filter(None, [*cited, entry.paragraph])]),
        ("Why it matters", _weight(entry)),
    ]
    if entry.shown_by:
        parts.append(("Shown through", [line for id_ in entry.shown_by for line in _named(id_)]))
    if checks:
        parts.append((f"Checks ({entry.coverage} coverage)", [_check_line(id_) for id_ in checks]))
    if entry.untested is not None:
        parts.append((f"No check: {entry.untested.reason}", [entry.untested.detail]))
    kind = "a step of the (g)(10) procedure" if entry.step else "a requirement"
    return Explanation(title=f"{entry.id}, {kind} ({entry.level})", parts=tuple(parts))


def _weight(entry: Requirement) -> list[str]:
    catalogue = load_catalogue()
    gates = [g for g in catalogue.gates.values() if entry.id in g.requirements]
    lines = [f"It decides the gate {gate.id}: {gate.title}." for gate in gates]
    steps = [step.id for step in catalogue.steps if entry.id in step.shown_by]
    if steps:
        lines.append(f"It speaks for steps of the (g)(10) procedure: {', '.join(steps)}.")
    if not gates and not entry.step:
        lines.append("It decides no gate; a departure from it is counted and reported.")
    asked = [d.question for d in catalogue.dimensions if d.id in entry.dimensions]
    return [*lines, *asked]


def _check(check: ShippedCheck) -> Explanation:
    catalogue = load_catalogue()
    declared = check.declaration
    gates = [
        g for g in catalogue.gates.values() if set(declared.requirements) & set(g.requirements)
    ]
    weight = [f"It decides the gate {gate.id}: {gate.title}." for gate in gates]
    parts: list[Part] = [
        ("What it shows", [declared.title]),
        ("Where it stands", [declared.citation]),
        ("Why it matters", weight or ["It decides no gate; a departure is counted and reported."]),
        ("Requirements", [line for id_ in declared.requirements for line in _named(id_)]),
    ]
    if check.rows:
        more = f" and {len(check.rows) - _ROWS} more" if len(check.rows) > _ROWS else ""
        parts.append((f"Rows ({len(check.rows)})", [", ".join(check.rows[:_ROWS]) + more]))
    if declared.witness:
        parts.append(("What it rests on", [WITNESS]))
    noted = [use for use in finding_codes().values() if check.id in use.checks]
    if noted:
        parts.append(("What it may note", [_code_line(use) for use in noted]))
    word = check.name.removeprefix("test_")
    alone = f"conformance run URL --suite {check.area} -k {word}"
    parts.append(("To run it alone", [alone]))
    return Explanation(title=f"{check.id}, a check ({declared.level})", parts=tuple(parts))


def _codes(name: str, uses: Iterable[CodeUse]) -> Explanation:
    parts: list[Part] = []
    for use in uses:
        lines = list(use.sentences) or ["The answer has another status than the check asks for."]
        if use.shared:
            lines.append("Any check that reads an answer may note it.")
        lines += [_check_line(id_) for id_ in use.checks]
        parts.append((use.code, lines))
    kind = "a finding code" if len(parts) == 1 else "finding codes"
    return Explanation(title=f"{name}, {kind}", parts=tuple(parts))


def _named(id_: str) -> list[str]:
    return [f"{id_}: {load_catalogue().requirements[id_].title}."]


def _check_line(id_: str) -> str:
    check = shipped_checks()[id_]
    rows = f" ({len(check.rows)} rows)" if check.rows else ""
    return f"{id_}{rows}: {check.declaration.title}"


def _code_line(use: CodeUse) -> str:
    return f"{use.code}: {use.sentences[0]}" if use.sentences else use.code
