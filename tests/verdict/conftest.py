"""Build small results documents that show every gate, to spoil them one thing at a time."""

from collections.abc import Callable
from typing import Any

import pytest

from conformance.catalogue import Catalogue, GateKind, load_catalogue
from conformance.verdict import judge

Check = dict[str, Any]
Checks = list[Check]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def check() -> Callable[..., Check]:
    """Make one check of a results document; `row` makes it a row of its function."""

    def make(
        requirement: str,
        outcome: str = "PASS",
        *,
        code: str | None = None,
        confirmed: bool | None = None,
        row: dict[str, Any] | None = None,
        function: str = "",
        findings: tuple[str, ...] = (),
        message: str = "",
    ) -> Check:
        name = function or f"area.module.{requirement.replace('#', '-').replace('.', '-').lower()}"
        row = row or {}
        label = "+".join(str(part) for part in row.values())
        return {
            "id": f"{name}[{label}]" if row else name,
            "function": name,
            "area": "area",
            "title": f"A fact about {requirement}.",
            "citation": "Somewhere.",
            "row": row,
            "outcome": outcome,
            "code": code,
            "message": message,
            "confirmed": confirmed,
            "requirements": [requirement],
            "findings": [_finding(level) for level in findings],
            "exchanges": [1],
        }

    return make


def _finding(level: str) -> dict[str, Any]:
    return {
        "code": "some.code",
        "level": level,
        "message": "Something differs.",
        "expected": "",
        "actual": "",
        "path": "",
        "exchange": 1,
        "curl": "",
    }


@pytest.fixture
def sound(catalogue: Catalogue, check: Callable[..., Check]) -> Checks:
    """Return the checks of a server at which every gate of the default edition is shown."""
    rule_set = catalogue.rule_sets["onc-2026"]
    types = rule_set.edition("6.1.0").search_types
    found: Checks = []
    for name in rule_set.gates:
        gate = catalogue.gates[name]
        for requirement in gate.requirements:
            if gate.kind is GateKind.BREADTH:
                rows = [{"type": kind, "parameters": ["patient"]} for kind in types]
                found += [check(requirement, row=row) for row in rows]
            else:
                found.append(check(requirement))
    return found


@pytest.fixture
def document() -> Callable[..., dict[str, Any]]:
    """Make a results document; the arguments fill in or replace members of its parts."""

    def make(
        checks: Checks,
        *,
        target: dict[str, Any] | None = None,
        run: dict[str, Any] | None = None,
        complete: bool = True,
    ) -> dict[str, Any]:
        return {
            "schema": 1,
            "tool": {"name": "ehr-conformance", "version": "0.1.0"},
            "catalogue": {"version": "2026.1", "sha256": "0" * 64, "rule_set": "onc-2026"},
            "rulebook": {
                "package": "hl7.fhir.us.core",
                "version": "6.1.0",
                "sha256": "0" * 64,
            },
            "transcript": {
                "root": "0" * 64 if complete else None,
                "exchanges": 2,
                "complete": complete,
                "started": "2026-11-24T08:00:00Z",
                "ended": "2026-11-24T08:01:00Z" if complete else None,
            },
            "run": {
                "selection": None,
                "require": "certified-ehr-level",
                "baseline": None,
                "interrupted": False,
                **(run or {}),
            },
            "target": {
                "url": "https://host/fhir",
                "base": "https://host/fhir",
                "kind": None,
                "access": "protected",
                "credentials": ["bearer:default"],
                "addresses": [
                    {
                        "url": "https://host/fhir",
                        "answer": "capability-statement",
                        "exchange": 1,
                    }
                ],
                "hint": "",
                "reachable": True,
                "fhir_api": True,
                "fhir_version": "4.0.1",
                "software": "Example 1.0",
                "types_declared": ["Patient", "Condition", "Observation"],
                "types_shown": {"Patient": 3, "Condition": 4},
                "us_core": {"edition": "6.1.0", "from": "metadata", "declared": ["6.1.0"]},
                **(target or {}),
            },
            "checks": checks,
            "looked": [{"what": "Patient", "how": "GET Patient?_id=…", "found": 3, "exchange": 1}],
            "limits": [],
        }

    return make


@pytest.fixture
def verdict(
    catalogue: Catalogue, document: Callable[..., dict[str, Any]]
) -> Callable[..., dict[str, Any]]:
    """Judge checks; the further arguments are those of `document`."""

    def make(checks: Checks, **parts: Any) -> dict[str, Any]:
        return judge(document(checks, **parts), catalogue)

    return make


@pytest.fixture
def spoil() -> Callable[..., Checks]:
    """Change the outcome of the checks of one requirement, of all types or of one."""

    def make(
        checks: Checks,
        requirement: str,
        outcome: str,
        *,
        code: str | None = None,
        confirmed: bool | None = None,
        only: str = "",
    ) -> Checks:
        return [
            {**found, "outcome": outcome, "code": code, "confirmed": confirmed}
            if requirement in found["requirements"]
            and (not only or found["row"].get("type") == only)
            else found
            for found in checks
        ]

    return make
