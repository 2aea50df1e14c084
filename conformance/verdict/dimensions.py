"""Gather the evidence for the six dimensions; they explain, the gates decide."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from conformance.core.outcomes import Outcome
from conformance.verdict.gates import GateResult, State
from conformance.verdict.reading import FULFILLED, SETTLED, Results
from conformance.verdict.why import number


class Tier(StrEnum):
    """How a piece of evidence came to be known."""

    SHOWN = "Shown"
    DECLARED = "Declared"
    ATTESTED = "Attested"
    NOT_OBSERVED = "Not observed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of evidence with its tier."""

    tier: Tier
    text: str


@dataclass(frozen=True, slots=True)
class View:
    """What the evidence is drawn from."""

    results: Results
    gates: Mapping[str, GateResult]


def dimensions(results: Results, gates: Iterable[GateResult]) -> list[dict[str, Any]]:
    """Return the six dimensions in the catalogue's order, each with its evidence."""
    view = View(results, {found.gate.id: found for found in gates})
    return [
        {
            "id": dimension.id,
            "title": dimension.title,
            "question": dimension.question,
            "evidence": [
                {"tier": evidence.tier.value, "text": evidence.text}
                for evidence in (*_SOURCES[dimension.id](view), *_tally(view, dimension.id))
            ],
        }
        for dimension in results.catalogue.dimensions
    ]


def _scope_of_data(view: View) -> Iterable[Evidence]:
    required = view.results.edition.search_types
    seen = view.results.with_data
    found = [f"{name} {seen[name]}" for name in required if name in seen]
    if found:
        text = f"Data seen of {len(found)} of {len(required)} record types: {', '.join(found)}."
        yield Evidence(Tier.SHOWN, text)
    else:
        yield Evidence(Tier.NOT_OBSERVED, "No data of a record were seen.")
    declared = view.results.declared.intersection(required)
    if declared:
        text = f"Names {len(declared)} of {len(required)} record types in its own description."
        yield Evidence(Tier.DECLARED, text)
    yield Evidence(Tier.NOT_OBSERVED, "Whether the data span years and several places of care.")


def _data_sharing(view: View) -> Iterable[Evidence]:
    yield from _by_gate(view, "standalone-launch", "backend-export", "provenance")


def _interoperability(view: View) -> Iterable[Evidence]:
    version = view.results.target.get("fhir_version")
    if version == view.results.rule_set.fhir:
        yield Evidence(Tier.DECLARED, f"Says that it speaks FHIR {version}.")
    elif isinstance(version, str) and version:
        wanted = view.results.rule_set.fhir
        yield Evidence(Tier.DECLARED, f"Says that it speaks a FHIR version other than {wanted}.")
    core = view.results.target.get("us_core")
    named = core.get("declared") if isinstance(core, Mapping) else None
    if isinstance(named, list):
        known = [name for name in view.results.rule_set.editions if name in named]
        if known:
            yield Evidence(Tier.DECLARED, f"Names US Core {', '.join(known)}.")
    yield from _by_gate(view, "r4-json", "searches", "profiles", "references", "smart-discovery")


def _intended_users(view: View) -> Iterable[Evidence]:
    for gate, users in (
        ("standalone-launch", "Patients"),
        ("ehr-launch", "Clinicians"),
        ("backend-export", "Other systems"),
    ):
        yield from _by_gate(view, gate, before=f"{users}: ")


def _integration(view: View) -> Iterable[Evidence]:
    for topic, types in view.results.rule_set.integration_types.items():
        name = topic.capitalize()
        with_data = [kind for kind in types if kind in view.results.with_data]
        declared = [kind for kind in types if kind in view.results.declared]
        if with_data:
            yield Evidence(Tier.SHOWN, f"{name}: data seen as {', '.join(with_data)}.")
        elif declared:
            yield Evidence(Tier.DECLARED, f"{name}: names {', '.join(declared)}.")
        else:
            yield Evidence(Tier.NOT_OBSERVED, f"{name}: nothing was seen.")


def _compliance(view: View) -> Iterable[Evidence]:
    if view.results.target.get("kind") == "ehr":
        yield Evidence(Tier.ATTESTED, "The target file names it a record system.")
    if view.results.target.get("access") == "open-sandbox":
        yield Evidence(Tier.ATTESTED, "The target file names it an open sandbox without real data.")
    yield from _by_gate(
        view,
        "tls",
        "access-refused",
        "isolation",
        "bad-requests-refused",
        "refresh",
        "introspection",
    )


_SOURCES: Mapping[str, Callable[[View], Iterable[Evidence]]] = {
    "scope-of-data": _scope_of_data,
    "data-sharing": _data_sharing,
    "interoperability": _interoperability,
    "intended-users": _intended_users,
    "integration": _integration,
    "compliance": _compliance,
}


def _by_gate(view: View, *names: str, before: str = "") -> Iterable[Evidence]:
    for name in names:
        found = view.gates.get(name)
        if found is None:
            continue
        words = found.gate.words
        if found.state is State.UNOBSERVED:
            yield Evidence(Tier.NOT_OBSERVED, f"{before}{found.gate.title}.")
            continue
        clause = {
            State.SHOWN: words.shown,
            State.CONTRADICTED: words.contradicted,
            State.ABSENT: words.absent,
        }[found.state]
        yield Evidence(Tier.SHOWN, f"{before}It {clause}.")


def _tally(view: View, dimension: str) -> Iterable[Evidence]:
    met = failed = open_ = 0
    for requirement in view.results.catalogue.requirements.values():
        if dimension not in requirement.dimensions or requirement.source == "g10":
            continue
        if not view.results.binds(requirement.id):
            continue
        outcomes = {check.outcome for check in view.results.answers(requirement.id)}
        if Outcome.FAIL in outcomes:
            failed += 1
        elif outcomes & FULFILLED and outcomes <= SETTLED:
            met += 1
        else:
            open_ += 1
    if met or failed:
        text = f"Requirements that speak for this: {met} met, {failed} not met."
        yield Evidence(Tier.SHOWN, text)
    if open_:
        text = (
            f"{number(open_, 'requirement')} that would speak for this could not be judged in full."
        )
        yield Evidence(Tier.NOT_OBSERVED, text)
