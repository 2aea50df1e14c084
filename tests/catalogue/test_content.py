"""The shipped catalogue holds what the rules ask for."""

import re
from pathlib import Path

import pytest

from conformance.catalogue import Catalogue, GateKind, Means, load_catalogue

PLANNED = Path(__file__).with_name("planned.txt")

STEPS = {
    "APP-REG": range(1, 3),
    "SEC-CNN": range(1, 2),
    "AUT-PAT": range(1, 38),
    "PAR": range(1, 2),
    "AUT-SYS": range(1, 11),
    "TOK-INTRO": range(1, 2),
    "SH-PAT": range(1, 6),
    "DAT-PAT": (*range(1, 16), 17, 18),
    "API-DOC": range(1, 4),
}

GATES = {
    "r4-json": ("fhir#r4-json", "fhir#capabilities"),
    "tls": ("tls#1.2-or-later", "tls#certificate"),
    "access-refused": ("us-core#refuses-unauthorized",),
    "isolation": ("smart#isolation",),
    "smart-discovery": (
        "smart#configuration-served",
        "smart#configuration-members",
        "smart#s256",
    ),
    "standalone-launch": ("smart#standalone-launch",),
    "ehr-launch": ("smart#ehr-launch",),
    "bad-requests-refused": (
        "smart#pkce-refused",
        "smart#audience-refused",
        "smart#bad-token-requests-refused",
    ),
    "refresh": ("smart#refresh",),
    "introspection": ("smart#introspection",),
    "backend-export": ("smart#backend-services", "bulk#group-export"),
    "searches": ("us-core#search-shall",),
    "profiles": ("us-core#profile-conformance",),
    "references": ("us-core#references-resolve",),
    "provenance": ("us-core#provenance-revinclude",),
}
AUTHORIZATION = {
    "access-refused",
    "isolation",
    "smart-discovery",
    "standalone-launch",
    "ehr-launch",
    "bad-requests-refused",
    "refresh",
    "introspection",
    "backend-export",
}
BREADTH = {"searches", "profiles", "references", "provenance"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_all_77_steps_of_the_procedure_are_there(catalogue: Catalogue) -> None:
    expected = {f"g10#{area}-{number}" for area, numbers in STEPS.items() for number in numbers}
    assert len(expected) == 77
    assert {step.id for step in catalogue.steps} == expected
    assert "g10#170.404-b-2" in catalogue.requirements


def test_nine_steps_bind_under_smart_1_alone(catalogue: Catalogue) -> None:
    old = {step.id for step in catalogue.steps if step.smart == ("1",)}
    assert old == {f"g10#AUT-PAT-{n}" for n in (5, 6, 7, 8, 9, 13, 15, 16, 19)}
    assert sum(step.binds("6.1.0", "2") for step in catalogue.steps) == 68


def test_every_step_names_a_paragraph_of_the_rule(catalogue: Catalogue) -> None:
    form = re.compile(r"170\.315\(g\)\(10\)(\([ivx]+\))(\([A-Z]\))?(\(\d\))?(\([ivx]+\))?")
    for step in catalogue.steps:
        if step.id == "g10#API-DOC-3":
            assert step.paragraph == "170.404(b)(2)"
        else:
            assert form.fullmatch(step.paragraph), step.id


def test_an_attested_step_says_why_no_client_can_test_it(catalogue: Catalogue) -> None:
    attested = {step.id for step in catalogue.steps if step.testable is Means.ATTESTATION}
    reasons = {
        entry.id
        for entry in catalogue.requirements.values()
        if entry.untested and entry.untested.reason == "attestation"
    }
    assert attested == reasons


def test_the_gates_and_their_deciding_requirements(catalogue: Catalogue) -> None:
    rule_set = catalogue.rule_sets["onc-2026"]
    assert {name: catalogue.gates[name].requirements for name in rule_set.gates} == GATES
    assert set(catalogue.gates) == set(GATES)
    authorization = {gate.id for gate in catalogue.gates.values() if gate.authorization}
    breadth = {gate.id for gate in catalogue.gates.values() if gate.kind is GateKind.BREADTH}
    assert authorization == AUTHORIZATION
    assert breadth == BREADTH


def test_the_rule_set_knows_current_and_expired_editions(catalogue: Catalogue) -> None:
    editions = catalogue.rule_sets["onc-2026"].editions
    current = {name for name, edition in editions.items() if edition.current}
    expired = set(editions) - current
    assert current == {"6.1.0", "7.0.0", "8.0.0"}
    assert expired == {"3.1.1", "4.0.0", "5.0.1"}
    assert {editions[name].smart for name in current} == {"2"}
    assert {editions[name].smart for name in expired} == {"1"}


def test_an_edition_that_is_not_known_is_not_current(catalogue: Catalogue) -> None:
    edition = catalogue.rule_sets["onc-2026"].edition("99.0.0")
    assert not edition.current
    assert edition.us_core == "99.0.0"


def test_every_dimension_has_requirements(catalogue: Catalogue) -> None:
    spoken = {name for entry in catalogue.requirements.values() for name in entry.dimensions}
    assert {dimension.id for dimension in catalogue.dimensions} - spoken == {"integration"}


def test_titles_are_short_facts_and_texts_are_sentences(catalogue: Catalogue) -> None:
    for entry in catalogue.requirements.values():
        assert len(entry.title) <= 80, entry.id
        assert not entry.title.endswith("."), entry.id
        assert entry.text.endswith("."), entry.id
        assert entry.text.count(". ") <= 2, entry.id


def test_what_is_planned_only_falls(catalogue: Catalogue) -> None:
    planned = sum(
        entry.untested is not None and entry.untested.reason == "planned"
        for entry in catalogue.requirements.values()
    )
    kept = int(PLANNED.read_text())
    assert planned <= kept, "a requirement lost its check, or a new one came without any"
    assert planned == kept, f"lower the number in {PLANNED.name} to {planned}"
