"""A redirect that brings no data is a refusal, and one that everybody gets is none."""

from dataclasses import replace

import pytest

from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.defects.legal.refusals import SendsStrangersToAnotherHost
from conformance.ehr.messages import Call, Interaction, Request, Response
from conformance.ehr.personas import build_app
from conformance.ehr.server import Server
from tests.support.in_process import TOKEN, InProcessRun, all_checks, open_run

LOGIN = "https://login.example/sign-in"
READS = (
    "security.refusal.reads-without-a-token-are-refused[Condition]",
    "security.refusal.reads-with-a-wrong-token-are-refused[Condition]",
)
SCHEME = "security.refusal.names-how-to-authenticate"


class KeepsRecordsElsewhere(Server):
    """Sends everybody who reads a record to another host."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        if call.interaction is Interaction.READ:
            return Response(status=307, headers=(("Location", LOGIN),))
        return response


class SendsStrangersToNoAddress(Server):
    """Redirects whoever has no token to what nobody can ask for."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        if response.status == 401:
            return replace(response, status=302, headers=(("Location", "ehr-app://sign-in"),))
        return response


def judged(server_class: type[Server], *wanted: str) -> tuple[list[CheckResult], InProcessRun]:
    run = open_run(build_app("certified", token=TOKEN, server_class=server_class))
    return list(run.run([c for c in all_checks() if c.id in wanted]).values()), run


def test_a_login_on_another_host_is_tolerated_and_never_asked() -> None:
    """The redirect itself is the answer that is judged."""
    results, run = judged(SendsStrangersToAnotherHost, *READS)
    assert {(r.outcome, r.code) for r in results} == {(Outcome.WARN, "refusal.status")}
    assert {finding.actual for r in results for finding in r.findings} == {"status 302"}
    asked = [line for line in run.writer.lines if line.get("url") == LOGIN]
    assert asked
    assert all(line["failure"]["kind"] == "foreign-host" for line in asked)


def test_a_redirect_to_no_address_is_tolerated() -> None:
    """What cannot be followed brings no data either."""
    results, _ = judged(SendsStrangersToNoAddress, *READS)
    assert {(r.outcome, r.code) for r in results} == {(Outcome.WARN, "refusal.status")}


def test_a_redirect_for_everybody_is_no_refusal() -> None:
    """Where records lie on another host, nothing is known of how it refuses."""
    results, _ = judged(KeepsRecordsElsewhere, *READS)
    assert {(r.outcome, r.code) for r in results} == {(Outcome.SKIP, "foreign-host")}


@pytest.mark.parametrize("server_class", [SendsStrangersToAnotherHost, SendsStrangersToNoAddress])
def test_a_redirect_needs_no_scheme(server_class: type[Server]) -> None:
    """Only an answer with status 401 has to name one."""
    results, _ = judged(server_class, SCHEME)
    assert [r.outcome for r in results] == [Outcome.NOT_APPLICABLE]
