"""Assemble the results document: a pure function of transcript, catalogue and rulebook."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from conformance.catalogue.load import load_catalogue
from conformance.checks.context import RULE_SET
from conformance.core.outcomes import CheckResult, Outcome
from conformance.fhir.pool import Pool
from conformance.fhir.settle import Settled
from conformance.plugin.session import Session, rulebook_facts
from conformance.target.model import Target
from conformance.verdict.judge import judge

SCHEMA = 1


def results_document(session: Session) -> dict[str, Any]:
    """
    Return the results of a run with its verdict, plain JSON values only.

    The shape is that of `conformance/report/results.schema.json`.
    """
    catalogue = load_catalogue()
    manifest = session.manifest
    run = manifest["run"]
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": manifest["tool"],
        "catalogue": {
            "version": catalogue.version,
            "sha256": catalogue.sha256,
            "rule_set": RULE_SET,
        },
        "rulebook": dict(rulebook_facts(session.context)),
        "transcript": {
            "root": manifest.get("root"),
            "exchanges": _exchanges(session),
            "complete": manifest.get("root") is not None,
            "started": manifest["started"],
            "ended": manifest.get("ended"),
        },
        "run": {
            "selection": manifest.get("selection"),
            "require": run["require"],
            "baseline": run["baseline"],
            "interrupted": bool(manifest.get("interrupted")),
        },
        "target": _target(session),
        "checks": [check_form(result) for result in session.results],
        "looked": _looked(session.context.pool),
        "limits": _limits(session),
    }
    document["verdict"] = judge(document, catalogue)
    return document


def check_form(result: CheckResult) -> dict[str, Any]:
    """Return a check's result as results.json holds it."""
    return {
        "id": result.id,
        "function": result.function,
        "area": result.area,
        "title": result.title,
        "citation": result.citation,
        "row": result.row,
        "outcome": str(result.outcome),
        "code": result.code,
        "message": result.message,
        "confirmed": result.confirmed,
        "requirements": list(result.requirements),
        "findings": [{**asdict(f), "level": str(f.level)} for f in result.findings],
        "exchanges": list(result.exchanges),
        "witnesses": list(result.witnesses),
    }


def _exchanges(session: Session) -> int:
    if session.transcript is not None:
        return len(session.transcript.lines)
    return session.writer.count if session.writer else 0


def _target(session: Session) -> dict[str, Any]:
    settled, target = session.context.settled, session.target
    given = settled.addresses[0].url if settled.addresses else settled.base
    hint = ""
    if settled.found and settled.base != given:
        hint = f"No API answered at {given}; it was found at {settled.base}."
    shown = {
        type_: len(harvest.samples)
        for type_, harvest in session.context.pool.gathered().items()
        if harvest.samples
    }
    return {
        "url": target.url,
        "base": settled.base,
        "kind": str(target.kind) if target.kind else None,
        "access": str(target.access),
        "credentials": [
            f"{persona.credential.kind}:{persona.name}"
            for persona in target.personas.values()
            if persona.credential is not None
        ]
        + [
            f"{persona.role}:{persona.name}"
            for persona in target.personas.values()
            if persona.role is not None
        ],
        "addresses": [asdict(address) for address in settled.addresses],
        "hint": hint,
        "reachable": settled.reachable,
        "fhir_api": settled.found,
        "fhir_version": settled.fhir_version,
        "software": settled.software,
        "types_declared": settled.types,
        "types_shown": shown,
        "us_core": {
            "edition": settled.edition,
            "from": settled.edition_from,
            "declared": list(settled.declared),
        },
    }


def _looked(pool: Pool) -> list[dict[str, Any]]:
    return [
        {"what": look.what, "how": look.how, "found": look.found, "exchange": look.exchange}
        for harvest in pool.gathered().values()
        for look in harvest.looks
    ]


def _limits(session: Session) -> list[str]:
    limits = []
    for type_, harvest in session.context.pool.gathered().items():
        cut = sum(look.cut for look in harvest.looks)
        if cut:
            limits.append(f"{type_}: {cut} searches had more pages than were taken for samples.")
    if not session.target.patients:
        limits.append("No patient was named; the first ones that the server lists were looked at.")
    if session.target.persona is None:
        limits.append(_anonymous(session.target))
    limits += _unjudged(session.context.profiles.unjudged())
    return limits + _other_edition(session.context.settled) + _unfinished(session.results)


_LEFT = {
    "definition": "definitions that are not at hand",
    "invariant": "rules that cannot be evaluated",
    "slice": "slices that nothing at hand tells apart",
    "value-set": "value sets that cannot be expanded offline",
}


def _unjudged(left: Mapping[str, int]) -> list[str]:
    """Say what the profiles ask and validation left open."""
    parts = [f"{count} {_LEFT.get(what, what)}" for what, count in left.items()]
    return [f"Not checked in the data: {', '.join(parts)}."] if parts else []


def _anonymous(target: Target) -> str:
    """Say what was seen without a credential for plain requests."""
    if any(persona.role is not None for persona in target.personas.values()):
        return (
            "Personas with a role play launches and exports only. No credential was given for "
            "plain reads and searches, so that of those only what is open to anybody was seen."
        )
    return "No credential was given; only what is open to anybody was seen."


def _other_edition(settled: Settled) -> list[str]:
    """Say that the server names other editions than the one that it was judged by."""
    if not settled.declared or settled.edition in settled.declared:
        return []
    named = f"The server names US Core {', '.join(settled.declared)}"
    if settled.edition_from == "rule-set":
        return [f"{named}, which this version cannot judge by; it was judged by {settled.edition}."]
    return [f"{named}; it was judged by {settled.edition}, as was asked for."]


def _unfinished(results: Iterable[CheckResult]) -> list[str]:
    cut = sum(r.outcome is Outcome.SKIP and r.code == "bounded" for r in results)
    return [f"{cut} checks were cut short by a bound of this run."] if cut else []
