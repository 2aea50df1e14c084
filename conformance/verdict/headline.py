"""Put the verdict into one sentence, and say what it means to someone who wants to connect."""

from collections.abc import Mapping, Sequence

from conformance.verdict.decide import Decision
from conformance.verdict.gates import GateResult
from conformance.verdict.reading import Results
from conformance.verdict.why import number

_PART = "Only a part of the checks was run, so this speaks for that part alone: "

_MEANING: Mapping[int, str] = {
    1: "Nothing can be said about connecting to it. Check the address, and whether a record system "
    "is behind it.",
    2: "It may serve claims and coverage to apps, but it is not the record a clinician writes. The "
    "two classes do not fit it.",
    3: "Another system cannot get data out of it by a standard interface. Expect files, paper or a "
    "private agreement with its maker.",
    4: "What its open sandbox shows falls short of what a certified system does. Expect to "
    "program around the points named.",
    5: "Its data interface does what could be tried here. Whether it protects data and lets apps "
    "sign in can be judged only on a protected system.",
    6: "It can serve as a chart, and some data may be read by agreement with its operator. An app "
    "or another system cannot rely on all that a certified system offers; the points named are "
    "what to expect trouble with.",
    7: "An app or another system can connect to it in the way that certified systems offer. "
    "Whether it is certified is a listing, not a behaviour, and is looked up by its CHPL id.",
    8: "An app can connect to it in the way that certified systems offered under an earlier "
    "edition. Newer data and finer permissions are not to be expected.",
    9: "Nothing seen so far stands against connecting to it as to a certified system, but not all "
    "that matters was seen. The distance below says what would decide it.",
}


def headline(results: Results, decision: Decision) -> str:
    """Return the verdict in a sentence that needs no knowledge of FHIR."""
    sentence = _sentence(results, decision)
    if results.partial:
        return _PART + sentence[:1].lower() + sentence[1:]
    return sentence


def meaning(decision: Decision) -> str:
    """Return what the class means to someone who wants to integrate with the system."""
    if decision.rule == 9 and not decision.shown:
        return "Nothing that decides was seen. The distance below says what would decide it."
    return _MEANING[decision.rule]


def _sentence(results: Results, decision: Decision) -> str:
    shown, total = decision.shown, number(len(decision.gates), "point")
    if decision.rule == 1:
        if decision.qualifier == "unreachable":
            return "The system could not be reached, so nothing can be said about it."
        return "Nothing found at this address says that a health-record system is behind it."
    if decision.rule == 2:
        return "This is an insurer's data interface, not a health-record system."
    if decision.rule == 3:
        return (
            "The system behaves at EMR level: it keeps records, "
            "but offers no standard interface to them."
        )
    if decision.rule in (4, 6):
        return f"The system behaves at EMR level: it {_clauses(decision.decisive)}."
    if decision.rule == 5:
        return (
            f"This open sandbox shows {shown} of {total} that do not depend on signing in; "
            "signing in cannot be judged here."
        )
    if decision.rule == 7:
        return (
            f"The system behaves at certified-EHR level: all {total} that decide were shown"
            f"{_short_of(results)}."
        )
    if decision.rule == 8:
        return (
            f"The system behaves at certified-EHR level, but of an expired edition "
            f"(US Core {results.edition.us_core}): all {total} that decide were shown"
            f"{_short_of(results)}."
        )
    if not shown:
        return f"None of the {total} that decide could be shown, and none was contradicted."
    return (
        f"Nothing stands against certified-EHR level so far: {shown} of {total} that decide "
        "were shown, none was contradicted."
    )


def _short_of(results: Results) -> str:
    count = results.broken_requirements
    return f", though {number(count, 'check')} found a requirement unmet" if count else ""


def _clauses(decisive: Sequence[GateResult]) -> str:
    # What endangers patients' data is said first.
    ordered = sorted(decisive, key=lambda found: found.gate.id != "access-refused")
    clauses = [
        found.gate.words.absent if found.state.value == "absent" else found.gate.words.contradicted
        for found in ordered
    ]
    named = clauses[:3]
    if len(clauses) > 3:
        named = [*clauses[:2], f"falls short in {len(clauses) - 2} more points"]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])}, and {named[-1]}"
