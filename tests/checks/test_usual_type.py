"""What can be tried on any type is tried on one that the server has data of."""

from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.messages import Call, Request
from conformance.ehr.queries import Query
from conformance.ehr.server import Server
from conformance.ehr.store import Resource
from tests.support.in_process import all_checks
from tests.support.matrix import LOUD, opened

TRIED = ("fhir-api.paging.", "fhir-api.errors.")
DATE = "fhir-api.errors.malformed-date-is-refused"


class HasNoObservations(Server):
    """Finds no Observation."""

    def select(self, query: Query) -> list[Resource]:
        return [] if query.type == "Observation" else super().select(query)


class TakesAnyDate(HasNoObservations):
    """Leaves a date that is none out of account."""

    def query(self, request: Request, call: Call, pairs: list[tuple[str, str]]) -> Query:
        return super().query(request, call, [p for p in pairs if p[1] != "not-a-date"])


class HasPatientsOnly(Server):
    """Finds nothing but patients."""

    def select(self, query: Query) -> list[Resource]:
        return super().select(query) if query.type == "Patient" else []


def judged(server_class: type[Server]) -> dict[str, CheckResult]:
    wanted = [check for check in all_checks() if check.id.startswith(TRIED)]
    return opened("certified", server_class).run(wanted)


def test_it_is_observation_where_that_has_data() -> None:
    """Which type it is depends on nothing else then."""
    assert opened("certified").context.fhir.usual_type(least=3, by="date") == "Observation"


def test_another_type_is_searched_by_what_the_guide_requires() -> None:
    """A date by which nobody has to search a type would blame a server that leaves it out."""
    fhir = opened("certified", HasNoObservations).context.fhir
    chosen = fhir.usual_type(by="date")
    asked = {parameter.name for parameter in fhir.samples(chosen)[0].found_by}
    required = [set(s.parameters) for s in fhir.rulebook.searches_of(chosen, "SHALL")]
    assert chosen != "Observation"
    assert asked | {"date"} in required


def test_a_server_without_observations_is_judged_by_other_data() -> None:
    """The sound one passes all, and what is wrong is still found."""
    results = judged(HasNoObservations)
    assert {result.outcome for result in results.values()} == {Outcome.PASS}
    assert judged(TakesAnyDate)[DATE].code == "error.malformed-date"


def test_a_server_without_any_data_is_blamed_for_nothing() -> None:
    """The reason names the usual type."""
    results = judged(HasPatientsOnly)
    assert not {r.id: r.message for r in results.values() if r.outcome in LOUD}
    assert "No Observation was found" in results[DATE].message
