"""A token in place of a login: used by what needs a token only, and by nothing about a launch."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.defects import DEFECTS, Defect
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.server import Server
from conformance.smart.party import Party
from tests.support.given import TYPES, WIDE, Fetched, open_given_run
from tests.support.in_process import all_checks, is_flow

ISOLATION = "patient-access.isolation."
TOKEN_ONLY = {
    f"{ISOLATION}{name}"
    for name in (
        "the-other-patient-is-not-read",
        "reads-by-id-are-refused",
        "searches-by-patient-are-empty-or-refused",
        "searches-by-post-are-empty-or-refused",
        "searches-by-id-are-empty-or-refused",
        "searches-without-a-patient-show-the-own-one-only",
        "the-other-compartment-is-closed",
        "includes-bring-nothing-of-another",
        "reverse-includes-bring-nothing-of-another",
        "references-lead-to-nothing-of-another",
    )
} | {
    "patient-access.introspection.a-good-token-is-active",
    "patient-access.introspection.an-invented-token-is-not-active",
    "patient-access.scopes.close-what-was-not-granted",
    "patient-access.scopes.open-what-was-granted",
    "patient-access.tokens.open-what-was-granted",
    "security.error-bodies.an-invented-token-is-named-invalid-token",
    "security.error-bodies.a-token-in-the-query-is-refused",
}
"""What needs no more than a token of a patient, and whose it is."""

UNSEEN = (
    "No launch of patient-a-by-hand is seen, since its token is given: this needs a persona of "
    "role patient with a login."
)
REFRESHED = {
    "patient-access.refresh.a-refresh-token-brings-an-access-token",
    "patient-access.refresh.the-answer-is-complete",
}
NO_TOKEN = {
    f"patient-access.openid-discovery.{name}"
    for name in (
        "configuration-is-served",
        "configuration-is-complete",
        "configuration-names-its-own-issuer",
        "keys-are-served",
    )
} | {"portability.export.is-declared"}
LOUD = (Outcome.FAIL, Outcome.WARN, Outcome.ERROR)
SEEDED = [
    defect
    for defect in DEFECTS.values()
    if defect.flows and defect.kills <= TOKEN_ONLY and defect.kills
]

Give = Callable[[Fetched], tuple[Party, ...]]


def by_hand(fetched: Fetched) -> tuple[Party, ...]:
    return (
        fetched.by_token("patient-a", scopes=WIDE),
        fetched.by_token("patient-b", scopes=WIDE),
        fetched.by_token("limited", scopes=TYPES),
    )


def refreshed(fetched: Fetched) -> tuple[Party, ...]:
    return tuple(fetched.by_refresh_token(name) for name in ("patient-a", "patient-b", "limited"))


def judged(
    give: Give, server_class: type[Server] = Server, *, only: frozenset[str] | None = None
) -> dict[str, list[CheckResult]]:
    """Return the results of the flow checks by check function."""
    run = open_given_run(give, server_class)
    checks = [c for c in all_checks() if is_flow(c) and (only is None or c.function_id in only)]
    found: dict[str, list[CheckResult]] = {}
    for result in run.run(checks).values():
        found.setdefault(result.function, []).append(result)
    return found


def passed(results: dict[str, list[CheckResult]]) -> set[str]:
    return {name for name, rows in results.items() if any(r.outcome is Outcome.PASS for r in rows)}


def loud(results: dict[str, list[CheckResult]]) -> list[str]:
    return [r.id for rows in results.values() for r in rows if r.outcome in LOUD]


def functions(ids: list[str]) -> set[str]:
    return {name.partition("[")[0] for name in ids}


def messages(results: dict[str, list[CheckResult]], name: str) -> set[tuple[str | None, str]]:
    return {(r.code, r.message) for r in results[name] if r.outcome is Outcome.SKIP}


def test_what_needs_a_token_has_one_and_no_launch_is_seen() -> None:
    """Exactly the checks that ask no more of a launch than its token come out as PASS."""
    results = judged(by_hand)
    assert loud(results) == []
    assert passed(results) == TOKEN_ONLY | NO_TOKEN
    assert messages(results, "patient-access.standalone-launch.gives-a-code") == {
        (
            "no-credentials",
            UNSEEN,
        )
    }


def test_a_refresh_token_is_redeemed_and_goes_on() -> None:
    """Its redemption is a refresh that was seen; what else a launch tells was not."""
    results = judged(refreshed)
    assert loud(results) == []
    assert passed(results) == TOKEN_ONLY | REFRESHED | NO_TOKEN


def test_a_system_that_is_given_its_token_exports() -> None:
    """The export is seen, and how a backend service comes to its token is not."""
    results = judged(lambda fetched: (fetched.by_token("patient-a"), fetched.system()))
    assert loud(results) == []
    exports = {name for name in results if name.startswith("portability.")}
    assert exports <= passed(results)
    assertions = {name for name in results if name.startswith("security.assertions.")}
    assert assertions.isdisjoint(passed(results))


def dead_tokens(fetched: Fetched) -> tuple[Party, ...]:
    return (
        fetched.by_token("patient-a", scopes=WIDE, dead=True),
        fetched.by_token("patient-b", scopes=WIDE),
        fetched.by_token("limited", scopes=TYPES, dead=True),
        fetched.system(dead=True),
    )


def dead_refresh_tokens(fetched: Fetched) -> tuple[Party, ...]:
    return (
        fetched.by_refresh_token("patient-a", dead=True),
        fetched.by_refresh_token("patient-b"),
        fetched.by_refresh_token("limited", dead=True),
    )


@pytest.mark.parametrize("give", [dead_tokens, dead_refresh_tokens])
def test_a_token_that_has_run_out_shows_nothing(give: Give) -> None:
    """Its refusal is no failure of the server, and no proof that anything is refused."""
    results = judged(give)
    assert loud(results) == []
    assert passed(results) == NO_TOKEN
    told = messages(results, "patient-access.introspection.a-good-token-is-active")
    assert {code for code, _ in told} == {"no-credentials"}
    assert "run out" in next(iter(told))[1]


def test_a_refresh_token_stands_in_for_an_access_token_that_has_run_out() -> None:
    """Where both are given, and the first opens nothing any more."""

    def both(fetched: Fetched) -> tuple[Party, ...]:
        given = fetched.by_refresh_token("patient-a")
        dead = fetched.by_token("patient-a", dead=True)
        return (replace(given, token=dead.token), fetched.by_refresh_token("patient-b"))

    results = judged(both, only=frozenset(TOKEN_ONLY))
    assert loud(results) == []
    assert f"{ISOLATION}the-other-patient-is-not-read" in passed(results)


def test_scopes_that_nobody_tells_are_not_guessed() -> None:
    """Granted types rest on what a token was granted, and one can name its scopes."""
    results = judged(
        lambda fetched: (fetched.by_token("patient-a"), fetched.by_token("patient-b")),
        only=frozenset(TOKEN_ONLY),
    )
    assert loud(results) == []
    assert passed(results) == {name for name in TOKEN_ONLY if "-granted" not in name}
    told = messages(results, "patient-access.tokens.open-what-was-granted")
    assert {code for code, _ in told} == {"not-configured"}


def test_a_token_without_a_patient_is_not_tried() -> None:
    """Nothing tells whether it still opens anything."""
    results = judged(
        lambda fetched: (replace(fetched.by_token("patient-a", scopes=WIDE), patient=""),),
        only=frozenset(TOKEN_ONLY),
    )
    assert passed(results) == set()
    assert loud(results) == []
    told = messages(results, "patient-access.tokens.open-what-was-granted")
    assert any("name its patient" in message for _, message in told)


def test_who_logs_in_comes_first() -> None:
    """A launch is seen wherever somebody can play one, whatever stands first in the file."""

    def mixed(fetched: Fetched) -> tuple[Party, ...]:
        return (fetched.by_token("patient-a", scopes=WIDE), fetched._parties["patient-b"])

    results = judged(mixed)
    assert loud(results) == []
    assert "patient-access.standalone-launch.gives-a-token" in passed(results)
    assert f"{ISOLATION}the-other-patient-is-not-read" in passed(results)


def test_a_server_that_announces_nothing_is_tried_by_a_token() -> None:
    """A token opens the API of a server without a SMART configuration, too."""
    announced = [True]

    class AnnouncesNothing(Server):
        def show_smart_configuration(self, request: Request, call: Call) -> Response:
            if announced[0]:
                return super().show_smart_configuration(request, call)
            raise Refusal(Fault.UNKNOWN_PATH, "Nothing is announced.")

    def fetched_before(fetched: Fetched) -> tuple[Party, ...]:
        parties = by_hand(fetched)
        announced[0] = False
        fetched._smart._evidence.epoch += 1
        return parties

    results = judged(fetched_before, AnnouncesNothing)
    named = {name for name in TOKEN_ONLY if "introspection" in name}
    assert loud(results) == []
    assert passed(results) == TOKEN_ONLY - named | {"portability.export.is-declared"}
    assert {code for code, _ in messages(results, min(named))} == {"not-configured"}


@pytest.mark.slow
@pytest.mark.parametrize("defect", SEEDED, ids=[defect.id for defect in SEEDED])
def test_a_defect_is_caught_by_a_token_that_is_given(defect: Defect) -> None:
    """Where the server says what was granted; the file's word for it blames nobody."""
    only = frozenset(defect.kills)
    assert functions(loud(judged(refreshed, defect.server_class, only=only))) == only
    results = judged(by_hand, defect.server_class, only=only)
    granted = {name for name in only if name.startswith(ISOLATION) or "granted" in name}
    assert functions(loud(results)) == only - granted
    for name in granted:
        assert "not-checkable" in {code for code, _ in messages(results, name)}
