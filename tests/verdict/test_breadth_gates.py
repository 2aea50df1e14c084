"""Each state of the gates that shares of many rows decide."""

from collections.abc import Callable
from typing import Any

import pytest

from conformance.catalogue import Catalogue, GateKind, load_catalogue

Check = dict[str, Any]
Checks = list[Check]
Verdict = Callable[..., dict[str, Any]]

BREADTH = [gate for gate in load_catalogue().gates.values() if gate.kind is GateKind.BREADTH]
SEARCH = "us-core#search-shall"


def gate(verdict: dict[str, Any], name: str = "searches") -> dict[str, Any]:
    """Return one gate of a verdict."""
    found: dict[str, Any] = next(entry for entry in verdict["gates"] if entry["id"] == name)
    return found


@pytest.fixture
def rows(catalogue: Catalogue, check: Callable[..., Check]) -> Callable[..., Checks]:
    """Make 40 search rows over the required types, the last ones with outcomes of their own."""

    def make(*last: tuple[str, str | None, bool | None], total: int = 40) -> Checks:
        types = catalogue.rule_sets["onc-2026"].edition("6.1.0").search_types
        outcomes = [("PASS", None, None)] * (total - len(last)) + list(last)
        return [
            check(
                SEARCH,
                outcome,
                code=code,
                confirmed=confirmed,
                row={"type": types[number % len(types)], "parameters": [f"p{number}"]},
            )
            for number, (outcome, code, confirmed) in enumerate(outcomes)
        ]

    return make


FAIL = ("FAIL", "search.false-match", True)
DOUBT = ("FAIL", "search.false-match", False)
MISSING = ("FAIL", "absent", True)
NO_DATA = ("SKIP", "no-data", None)
BROKEN = ("ERROR", "timeout", None)
UNBOUND = ("N/A", None, None)


@pytest.mark.parametrize(
    ("last", "state"),
    [
        ([], "shown"),
        ([FAIL] * 2, "shown"),  # 5 % exactly
        ([FAIL] * 3, "contradicted"),
        ([MISSING] * 3, "absent"),
        ([MISSING, MISSING, FAIL], "contradicted"),
        ([DOUBT] * 2, "shown"),
        ([DOUBT] * 3, "unobserved"),
        ([FAIL, DOUBT, DOUBT], "unobserved"),
        ([NO_DATA] * 8, "shown"),  # 80 % exactly
        ([NO_DATA] * 9, "unobserved"),
        ([BROKEN] * 9, "unobserved"),
        ([UNBOUND] * 9, "shown"),
        ([FAIL, FAIL, NO_DATA], "contradicted"),  # 2 of 39 is more than 5 %
    ],
)
def test_shares_of_rows_set_the_state(
    last: list[tuple[str, str | None, bool | None]],
    state: str,
    rows: Callable[..., Checks],
    verdict: Verdict,
) -> None:
    assert gate(verdict(rows(*last)))["state"] == state


def test_the_counts_are_those_of_rows_not_of_checks(
    rows: Callable[..., Checks], check: Callable[..., Check], verdict: Verdict
) -> None:
    checks = rows(FAIL, NO_DATA, UNBOUND)
    again = [
        check(SEARCH, "PASS", row=found["row"], function="fhir-api.searches.again")
        for found in checks
        if found["outcome"] != "N/A"
    ]
    counted = gate(verdict(checks + again))["rows"]
    assert (counted["total"], counted["executed"], counted["failed"]) == (39, 39, 1)


def test_a_doubt_on_a_row_outlasts_its_other_checks(
    rows: Callable[..., Checks], check: Callable[..., Check], verdict: Verdict
) -> None:
    checks = rows()
    doubts = [
        check(SEARCH, "FAIL", code="x.y", row=found["row"], function="fhir-api.searches.again")
        for found in checks[:3]
    ]
    assert gate(verdict(checks + doubts))["state"] == "unobserved"


@pytest.mark.parametrize(
    ("outcome", "code", "confirmed", "state"),
    [
        ("SKIP", "no-data", None, "shown"),
        ("WARN", "x.y", None, "shown"),
        ("FAIL", "x.y", True, "contradicted"),
        ("FAIL", "x.y", False, "unobserved"),
    ],
)
def test_the_only_row_of_a_type_works_when_no_check_of_it_fails(
    outcome: str,
    code: str,
    confirmed: bool | None,
    state: str,
    sound: Checks,
    check: Callable[..., Check],
    verdict: Verdict,
) -> None:
    more = [
        check(SEARCH, row={"type": "Patient", "parameters": [f"p{number}"]}) for number in range(20)
    ]
    second = check(
        SEARCH,
        outcome,
        code=code,
        confirmed=confirmed,
        row={"type": "Coverage", "parameters": ["patient"]},
        function="fhir-api.searches.again",
    )
    found = verdict([*sound, *more, second], target={"types_shown": {"Coverage": 1}})
    assert gate(found)["state"] == state


def test_the_checks_named_are_those_that_decided(
    rows: Callable[..., Checks], verdict: Verdict
) -> None:
    shown = rows(NO_DATA, UNBOUND)
    executed = [found["id"] for found in shown if found["outcome"] == "PASS"]
    assert gate(verdict(shown))["checks"] == executed
    still_open = rows(*[NO_DATA] * 20)
    skipped = [found["id"] for found in still_open if found["outcome"] == "SKIP"]
    assert gate(verdict(still_open))["checks"] == skipped


def test_a_row_fails_when_one_of_its_checks_fails(
    rows: Callable[..., Checks], check: Callable[..., Check], verdict: Verdict
) -> None:
    checks = rows()
    again = [
        check(
            SEARCH,
            "FAIL",
            code="search.missing-match",
            confirmed=True,
            row=found["row"],
            function="fhir-api.searches.again",
        )
        for found in checks[:3]
    ]
    found = gate(verdict(checks + again))
    assert found["state"] == "contradicted"
    assert found["rows"]["failed"] == 3
    assert found["checks"] == [entry["id"] for entry in again]


@pytest.mark.parametrize(
    ("outcome", "code", "confirmed", "with_data", "state"),
    [
        ("FAIL", "search.status", True, True, "contradicted"),
        ("FAIL", "absent", True, True, "absent"),
        ("FAIL", "search.status", False, True, "unobserved"),
        ("FAIL", "search.status", True, False, "unobserved"),
        ("SKIP", "no-data", None, True, "unobserved"),
        ("SKIP", "no-data", None, False, "unobserved"),
        ("WARN", "x.y", None, True, "shown"),
    ],
)
def test_a_required_type_without_a_working_search(
    outcome: str,
    code: str,
    confirmed: bool | None,
    with_data: bool,
    state: str,
    sound: Checks,
    spoil: Callable[..., Checks],
    check: Callable[..., Check],
    verdict: Verdict,
) -> None:
    """One type of many rows is below five per cent, yet it must not be broken or unseen."""
    more = [
        check(SEARCH, row={"type": "Patient", "parameters": [f"p{number}"]}) for number in range(20)
    ]
    checks = spoil(sound, SEARCH, outcome, code=code, confirmed=confirmed, only="Coverage") + more
    found = gate(verdict(checks, target={"types_shown": {"Coverage": 2} if with_data else {}}))
    assert found["state"] == state
    if state != "shown":
        assert found["rows"]["types_missing"] == ["Coverage"]
        assert "Coverage" in found["why"]


@pytest.mark.parametrize("breadth", BREADTH, ids=lambda gate: gate.id)
def test_a_gate_without_rows_is_open(breadth: Any, sound: Checks, verdict: Verdict) -> None:
    checks = [
        check for check in sound if not set(breadth.requirements) & set(check["requirements"])
    ]
    found = gate(verdict(checks), breadth.id)
    assert found["state"] == "unobserved"
    assert found["rows"]["total"] == 0


def test_rows_that_do_not_bind_show_nothing(rows: Callable[..., Checks], verdict: Verdict) -> None:
    found = gate(verdict(rows(*[UNBOUND] * 40)))
    assert found["state"] == "unobserved"
    assert found["rows"]["total"] == 0


def test_the_required_types_are_those_of_the_edition(
    rows: Callable[..., Checks], verdict: Verdict
) -> None:
    found = gate(verdict(rows(), target={"us_core": {"edition": "3.1.1"}}))
    assert "Coverage" not in found["rows"]["types_required"]
    assert "Coverage" in gate(verdict(rows()))["rows"]["types_required"]


def test_the_thresholds_are_printed_as_a_proposal(
    rows: Callable[..., Checks], verdict: Verdict
) -> None:
    why = gate(verdict(rows(FAIL, FAIL, FAIL)))["why"]
    assert "5%" in why
    assert "80%" in why
    assert "proposal" in why


def test_rows_by_profile_are_told_apart(check: Callable[..., Check], verdict: Verdict) -> None:
    checks = [
        check("us-core#profile-conformance", row={"type": "Observation", "profile": name})
        for name in ("us-core-bmi", "us-core-body-height")
    ]
    assert gate(verdict(checks), "profiles")["rows"]["total"] == 2


def test_a_row_that_is_a_type_alone_is_one_row_for_all_functions(
    check: Callable[..., Check], verdict: Verdict
) -> None:
    checks = [
        check("us-core#provenance-revinclude", row={"type": kind}, function=f"a.b.{name}")
        for kind in ("Goal", "Patient")
        for name in ("one", "two")
    ]
    assert gate(verdict(checks), "provenance")["rows"]["total"] == 2
