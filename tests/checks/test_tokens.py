"""What the checks of tokens make of a target file that gives less, and of what they see."""

import re
from collections.abc import Callable
from dataclasses import replace

from conformance.checks.smart import Flows
from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.authorization.records import Authorization
from conformance.ehr.defects.introspection import AnnouncesNoIntrospection
from conformance.ehr.defects.isolation import ReadsAnythingById
from conformance.ehr.defects.revocation import AnnouncesNoRevocation
from conformance.ehr.messages import Request, Response
from conformance.ehr.server import Server
from conformance.smart.launch import Endpoints
from tests.support.flows import open_flow_run
from tests.support.in_process import BASE, all_checks

INTROSPECTION = "patient-access.introspection."
REVOCATION = "patient-access.revocation."
ISOLATION = "patient-access.isolation."
ASSERTIONS = "security.assertions."
AUTH = BASE.removesuffix("/fhir") + "/auth"


def judged(
    *wanted: str,
    server_class: type[Server] = Server,
    changed: Callable[[Flows], Flows] = lambda flows: flows,
) -> dict[str, CheckResult]:
    """Return the results of the checks whose id begins with one of `wanted`."""
    run = open_flow_run(server_class, changed=changed)
    return run.run([check for check in all_checks() if check.id.startswith(wanted)])


def told(results: dict[str, CheckResult]) -> set[tuple[Outcome, str | None]]:
    return {(result.outcome, result.code) for result in results.values()}


def without(*roles: str) -> Callable[[Flows], Flows]:
    def change(flows: Flows) -> Flows:
        return replace(flows, parties=tuple(p for p in flows.parties if p.role not in roles))

    return change


def test_introspection_that_is_not_announced_is_not_configured() -> None:
    results = judged(INTROSPECTION, server_class=AnnouncesNoIntrospection)
    assert told(results) == {(Outcome.SKIP, "not-configured")}


def test_introspection_is_asked_at_the_address_given_by_hand() -> None:
    by_hand = Endpoints(introspect=f"{AUTH}/introspect")
    results = judged(
        INTROSPECTION,
        server_class=AnnouncesNoIntrospection,
        changed=lambda flows: replace(flows, by_hand=by_hand),
    )
    assert told(results) == {(Outcome.PASS, None)}


def test_revocation_that_is_not_announced_is_not_configured() -> None:
    results = judged(REVOCATION, server_class=AnnouncesNoRevocation)
    assert told(results) == {(Outcome.SKIP, "not-configured")}


def test_without_a_system_its_checks_say_what_to_provide() -> None:
    results = judged(ASSERTIONS, changed=without("system"))
    assert told(results) == {(Outcome.SKIP, "no-credentials")}


def test_a_system_with_one_key_leaves_only_the_other_algorithm_open() -> None:
    def change(flows: Flows) -> Flows:
        kept = tuple(p for p in flows.parties if p.name != "system-es384")
        return replace(flows, parties=kept)

    results = judged(ASSERTIONS, changed=change)
    open_ = [result.id for result in results.values() if result.outcome is not Outcome.PASS]
    assert open_ == [ASSERTIONS + "an-assertion-by-es384-is-taken"]


def test_one_patient_alone_shows_no_isolation() -> None:
    def change(flows: Flows) -> Flows:
        return replace(flows, parties=tuple(p for p in flows.parties if p.name != "patient-b"))

    results = judged(ISOLATION, changed=change)
    assert told(results) == {(Outcome.SKIP, "no-credentials")}


def test_a_leak_names_paths_and_ids_and_nothing_else() -> None:
    results = judged(ISOLATION + "reads-by-id", server_class=ReadsAnythingById)
    findings = [finding for result in results.values() for finding in result.findings]
    assert findings
    for finding in findings:
        assert re.fullmatch(r"[A-Za-z]+/[A-Za-z0-9.-]+", finding.actual)
        assert "patient-" in finding.actual


class LetsTokensLiveLonger(Server):
    """Gives tokens that live longer than a run waits."""

    def lifetime(self, authorization: Authorization) -> int:
        return 21


def test_a_token_that_lives_longer_than_a_run_waits_is_not_waited_for() -> None:
    results = judged("security.ended-tokens.an-expired", server_class=LetsTokensLiveLonger)
    assert told(results) == {(Outcome.SKIP, "bounded")}


def test_a_public_client_introspects_with_its_own_token() -> None:
    def change(flows: Flows) -> Flows:
        kept = tuple(p for p in flows.parties if p.client.kind == "public")
        return replace(flows, parties=kept)

    results = judged(INTROSPECTION, changed=change)
    assert told(results) == {(Outcome.PASS, None)}


class TurnsForeignAudiencesAway(Server):
    """Shows a page of its own for a foreign audience, with a status that says nothing."""

    dead_end = b"<html><body>This cannot be done.</body></html>"

    def authorization_endpoint(self, request: Request) -> Response:
        if b"elsewhere.example" in request.query.encode():
            headers = (("Content-Type", "text/html"),)
            return Response(status=200, headers=headers, body=self.dead_end)
        return super().authorization_endpoint(request)


class AsksForMore(TurnsForeignAudiencesAway):
    """Goes on with a foreign audience, to a page that no recipe knows."""

    dead_end = b'<form method="post"><input name="otp"><button>Go on</button></form>'


def test_a_page_without_a_form_turns_a_foreign_audience_away() -> None:
    results = judged("security.audience.", server_class=TurnsForeignAudiencesAway)
    assert told(results) == {(Outcome.PASS, None)}


def test_a_form_that_the_recipe_is_lost_in_is_no_refusal() -> None:
    results = judged("security.audience.", server_class=AsksForMore)
    assert told(results) == {(Outcome.SKIP, "needs-human")}
