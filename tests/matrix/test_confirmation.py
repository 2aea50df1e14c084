"""A failure counts when it was seen twice, and not when the data moved in between."""

from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.defects.flaky import Flaky
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.personas import build_app
from conformance.ehr.server import Server
from conformance.ehr.store import Resource
from tests.support.in_process import TOKEN, all_checks, open_run

READ = "fhir-api.reads.give-that-resource[Patient]"
AGREE = "fhir-api.reads.agree-with-the-search[Patient]"


class ChangesAllTheTime(Server):
    """Shows other data each time, under the same version."""

    shows = 0

    def shown(self, resource: Resource) -> Resource:
        self.shows += 1
        return {**super().shown(resource), "maritalStatus": {"text": f"asked {self.shows} times"}}


class ForgetsTheTokenAfterAFault(Flaky):
    """Gives a read another id, and accepts no token from then on."""

    def resource_for_read(self, call: Call) -> Resource | None:
        self.is_new("fault")
        return {**self.store.all(call.type)[0], "id": "another-id"}

    def respond(self, request: Request) -> Response:
        if ("fault",) in self.__dict__.get("known", ()):
            self.token = "another-token"
        return super().respond(request)


def judged(server_class: type[Server], check_id: str) -> CheckResult:
    """Return the result of one check."""
    run = open_run(build_app("certified", token=TOKEN, server_class=server_class))
    return run.run([check for check in all_checks() if check.id == check_id])[check_id]


def test_data_that_move_are_no_failure() -> None:
    """A difference between two answers is not held against a server whose data change."""
    result = judged(ChangesAllTheTime, AGREE)
    assert (result.outcome, result.code) == (Outcome.SKIP, "unstable-data")
    assert not result.findings


def test_a_failure_that_could_not_be_seen_again_is_unconfirmed() -> None:
    """A second look that comes to nothing confirms nothing."""
    result = judged(ForgetsTheTokenAfterAFault, READ)
    assert (result.outcome, result.code) == (Outcome.FAIL, "read.id")
    assert result.confirmed is False
