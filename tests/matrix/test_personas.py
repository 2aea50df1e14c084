"""The lesser personas come out as documented, and nobody is blamed for what was not given."""

from collections import Counter
from functools import cache

import pytest

from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.personas import build_app
from tests.support.in_process import TOKEN, open_run
from tests.support.matrix import LOUD, opened, plain_checks

Loud = dict[tuple[str, str, str | None], int]

CLINIC: Loud = {
    ("patient-access.discovery.configuration-is-served", "FAIL", "absent"): 1,
    ("fhir-api.provenance.comes-along", "FAIL", "provenance.ignored"): 6,
    (
        "fhir-api.capabilities.declare-every-required-profile",
        "WARN",
        "capabilities.required-profiles",
    ): 1,
    # It declares what a chart of one practice needs, and no guide.
    ("fhir-api.declarations.name-the-guide", "WARN", "declarations.guide"): 1,
    ("fhir-api.declarations.name-every-required-type", "WARN", "declarations.types"): 1,
    (
        "fhir-api.declarations.declare-the-recommended-parameters",
        "WARN",
        "declarations.recommended-parameters",
    ): 2,
    ("fhir-api.declarations.declare-provenance", "WARN", "declarations.rev-includes"): 6,
}
CLOSED: Loud = {("fhir-api.capabilities.are-served-to-anybody", "FAIL", "absent"): 1}


@cache
def results_of(persona: str) -> tuple[CheckResult, ...]:
    """Return the results of every check on a persona."""
    return tuple(opened(persona).run(plain_checks()).values())


@pytest.mark.parametrize(("persona", "expected"), [("clinic", CLINIC), ("closed", CLOSED)])
def test_a_lesser_persona_fails_where_it_is_lesser(persona: str, expected: Loud) -> None:
    """What fails, warns and errs is exactly what the persona lacks."""
    results = results_of(persona)
    loud = Counter((r.function, str(r.outcome), r.code) for r in results if r.outcome in LOUD)
    assert dict(loud) == expected
    assert all(r.confirmed for r in results if r.outcome is Outcome.FAIL)


@pytest.mark.parametrize(
    ("persona", "reasons"),
    [("clinic", {"no-data", "prerequisite-failed"}), ("closed", {"prerequisite-failed"})],
)
def test_what_could_not_be_shown_says_why(persona: str, reasons: set[str]) -> None:
    """Nothing is skipped but for want of data or because another check failed."""
    results = results_of(persona)
    assert {r.code for r in results if r.outcome is Outcome.SKIP} == reasons


def test_the_portal_shows_nothing_but_its_tls() -> None:
    """Where no API is, nothing of it passes."""
    passed = {r.area for r in results_of("closed") if r.outcome is Outcome.PASS}
    assert passed == {"security"}


def test_without_a_credential_nobody_is_blamed() -> None:
    """A protected server that was not given a credential passes what is open, and fails nothing."""
    run = open_run(build_app("certified", token=TOKEN), token=None)
    results = run.run(plain_checks()).values()
    assert not {r.id: r.code for r in results if r.outcome in LOUD}
    assert {r.code for r in results if r.outcome is Outcome.SKIP} == {"no-credentials"}
    passed = {r.function.rpartition(".")[0] for r in results if r.outcome is Outcome.PASS}
    assert passed == {
        "fhir-api.bad-requests",
        "fhir-api.capabilities",
        "fhir-api.declarations",
        "fhir-api.declared",
        "fhir-api.errors",
        "patient-access.discovery",
        "security.tls",
    }
    # What is open is the metadata: no refused search is taken for one that finds nothing.
    found = {r.function for r in results if r.outcome is Outcome.PASS}
    assert not {name for name in found if name.endswith("-finds-nothing")}
