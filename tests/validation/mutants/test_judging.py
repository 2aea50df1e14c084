"""A proof that cannot fail proves nothing: a blind validator and a jumpy one are both seen."""

import json
from collections.abc import Sequence

import pytest

from conformance.validation.issue import Issue
from tests.support.mutants.judging import Judge
from tests.support.mutants.library import CORE, Example
from tests.support.mutants.mutant import Given, Mutant, adding

PATIENT = Example(CORE, "patient", json.dumps({"resourceType": "Patient", "gender": "male"}))


class Finding:
    """Finds always the same once the resource is broken, and nothing before."""

    def __init__(self, *found: tuple[str, str]) -> None:
        self._found = found

    def validate(
        self, resource: object, profiles: Sequence[str] = (), *, claims: bool = True
    ) -> list[Issue]:
        """Return what it always finds."""
        broken = isinstance(resource, dict) and "zz" in resource
        return [
            Issue(code=code, level="error", path=path, message="") for code, path in self._found
        ] * broken


def _fault(*found: tuple[str, str], code: str = "structure.unknown-element") -> str:
    mutant = Mutant(
        kind="unknown element",
        rule="",
        change="",
        example=PATIENT,
        edit=adding((), zz=1),
        code=code,
        path="Patient.zz",
        companions=Given({"invariant.ele-1": "may come along"}),
    )
    return Judge(judge=Finding(*found)).fault(mutant)


EXPECTED = ("structure.unknown-element", "Patient.zz")


def test_what_is_found_as_stated_is_caught() -> None:
    """Alone or with a companion."""
    assert _fault(EXPECTED) == ""
    assert _fault(EXPECTED, ("invariant.ele-1", "Patient")) == ""


@pytest.mark.parametrize(
    "found",
    [
        [],
        [("structure.type", "Patient.zz")],
        [("structure.unknown-element", "Patient")],
        [EXPECTED, ("value.format", "Patient.gender")],
        [EXPECTED, ("structure.unknown-element", "Patient.gender")],
    ],
    ids=["nothing", "another code", "another path", "a stranger too", "elsewhere too"],
)
def test_anything_else_is_missed(found: list[tuple[str, str]]) -> None:
    """Also where something else is found beside it."""
    assert _fault(*found)


def test_a_legal_change_must_bring_nothing() -> None:
    """Whatever is found then is one too many."""
    assert _fault(code="") == ""
    assert _fault(EXPECTED, code="")
