"""A launch that does not arrive is blamed on whom it should be."""

from dataclasses import replace
from typing import Any

from conformance.checks.execute import run_check
from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.messages import Request, Response
from conformance.ehr.server import Server
from tests.support.flows import open_flow_run
from tests.support.in_process import all_checks, is_flow

CODE = "patient-access.standalone-launch.gives-a-code"
TOKEN = "patient-access.standalone-launch.gives-a-token"


def judged(server_class: type[Server] = Server, *, password: str = "") -> dict[str, CheckResult]:
    run = open_flow_run(server_class, fixed=True)
    smart = run.context.questions["smart"]
    if password:
        smart._parties = tuple(  # type: ignore[attr-defined]
            replace(party, recipe=replace(party.recipe, password=password))
            for party in smart._parties  # type: ignore[attr-defined]
        )
    checks = [c for c in all_checks() if is_flow(c) and "standalone-launch" in c.function_id]
    return {check.function_id: run_check(check, run.context) for check in checks}


def page(body: bytes) -> type[Server]:
    class ShowsAPage(Server):
        def login(self, request: Request) -> Response:
            return Response(status=200, headers=(("Content-Type", "text/html"),), body=body)

    return ShowsAPage


def test_a_wrong_password_is_no_fault_of_the_server() -> None:
    results = judged(password="not-the-password")
    assert {(r.outcome, r.code) for name, r in results.items() if name == CODE} == {
        (Outcome.SKIP, "no-credentials")
    }
    assert "not accepted" in results[CODE].message
    assert results[TOKEN].code == "prerequisite-failed"
    assert CODE in results[TOKEN].message


def test_relative_endpoints_are_relative_to_the_base() -> None:
    class NamesNoHost(Server):
        def smart_configuration(self, request: Request) -> dict[str, Any]:
            announced = super().smart_configuration(request)
            relative = {"authorization_endpoint": "auth/authorize", "token_endpoint": "auth/token"}
            return {**announced, **relative}

    run = open_flow_run(NamesNoHost)
    wanted = ("patient-access.standalone-launch.", "patient-access.discovery.members-are-complete")
    results = run.run([check for check in all_checks() if check.function_id.startswith(wanted)])
    assert {results[name].outcome for name in (CODE, TOKEN)} == {Outcome.PASS}
    told = {(result.outcome, result.code) for result in results.values()}
    assert (Outcome.WARN, "discovery.relative") in told
    assert Outcome.FAIL not in {outcome for outcome, _ in told}


def test_a_second_factor_needs_a_person() -> None:
    results = judged(page(b'<form method="post"><input name="otp"><button>Go</button></form>'))
    assert (results[CODE].outcome, results[CODE].code) == (Outcome.SKIP, "needs-human")
    assert "second factor" in results[CODE].message


def test_a_page_without_a_form_needs_a_person() -> None:
    results = judged(page(b"<p>Scan the code with your phone."))
    assert (results[CODE].outcome, results[CODE].code) == (Outcome.SKIP, "needs-human")


def test_an_error_of_the_server_is_one_failure() -> None:
    class Breaks(Server):
        def login(self, request: Request) -> Response:
            return Response(status=500, headers=(("Content-Type", "text/html"),), body=b"Oops")

    results = judged(Breaks)
    assert (results[CODE].outcome, results[CODE].code) == (Outcome.FAIL, "launch.refused")
    assert results[CODE].confirmed
    assert results[TOKEN].code == "prerequisite-failed"


def test_a_page_on_a_host_that_is_not_allowed_is_skipped() -> None:
    class SendsElsewhere(Server):
        def authorization_endpoint(self, request: Request) -> Response:
            return self.redirect("https://login.elsewhere.example/start")

    results = judged(SendsElsewhere)
    assert (results[CODE].outcome, results[CODE].code) == (Outcome.SKIP, "foreign-host")
