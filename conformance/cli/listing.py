"""`conformance list`: what there is to check, to require and to decide by."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer

from conformance.cli.epilog import epilog
from conformance.cli.guard import guarded

EPILOG = epilog("conformance list gates", "conformance list checks --json | jq -r '.[].id'")


@guarded
def list_(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="checks, requirements or gates.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
) -> None:
    """List the checks, the requirements or the gates; `explain` tells about each."""
    from conformance.cli.screen import Screen
    from conformance.core.errors import UsageError
    from conformance.target.suggest import did_you_mean
    from conformance.target.wording import shown

    if what not in _LISTS:
        hint = did_you_mean(what, _LISTS) or "There are checks, requirements and gates."
        raise UsageError(f"There is no list of {shown(what)}.", hint)
    screen = Screen()
    entries = _LISTS[what]()
    if as_json:
        screen.raw(json.dumps(entries, indent=1))
        return
    for entry in entries:
        screen.result(_first(entry), "bold")
        screen.tell(entry["title"], indent=4)
    screen.note(f"{len(entries)} {what}; `conformance explain ID` tells about one.")


def _first(entry: Mapping[str, Any]) -> str:
    facts = [str(entry["level"])] if "level" in entry else []
    if "rows" in entry:
        facts += [f"{entry['rows']} rows"] if entry["rows"] else []
        facts += ["rests on a witness"] if entry["witness"] else []
    elif "untested" in entry:
        count = len(entry["checks"])
        facts.append(entry["untested"] or f"{count} check{'s' * (count != 1)}")
    else:
        facts.append(entry["kind"])
    return f"{entry['id']}  ({', '.join(facts)})"


def _checks() -> list[dict[str, Any]]:
    from conformance.cli.shipped import shipped_checks

    return [
        {
            "id": check.id,
            "suite": check.area,
            "level": str(check.declaration.level),
            "title": check.declaration.title,
            "citation": check.declaration.citation,
            "requirements": list(check.declaration.requirements),
            "rows": len(check.rows),
            "witness": check.declaration.witness,
        }
        for check in shipped_checks().values()
    ]


def _requirements() -> list[dict[str, Any]]:
    from conformance.catalogue.load import load_catalogue
    from conformance.catalogue.trace import trace
    from conformance.cli.shipped import checks_by_requirement

    catalogue = load_catalogue()
    return [
        {
            "id": row.requirement,
            "level": row.level,
            "title": row.title,
            "paragraph": row.paragraph,
            "coverage": row.coverage,
            "checks": list(row.checks),
            "untested": row.untested,
        }
        for row in trace(catalogue, checks_by_requirement()).rows
    ]


def _gates() -> list[dict[str, Any]]:
    from conformance.catalogue.load import load_catalogue
    from conformance.cli.shipped import current_rules

    catalogue = load_catalogue()
    return [
        {
            "id": gate.id,
            "kind": str(gate.kind),
            "authorization": gate.authorization,
            "title": gate.title,
            "requirements": list(gate.requirements),
        }
        for gate in (catalogue.gates[name] for name in current_rules().gates)
    ]


_LISTS: Mapping[str, Callable[[], Sequence[Mapping[str, Any]]]] = {
    "checks": _checks,
    "requirements": _requirements,
    "gates": _gates,
}
