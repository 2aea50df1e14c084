"""What a specification leaves to servers is held against none, and what it forbids still is."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from conformance.core.findings import Level
from conformance.core.outcomes import CheckResult, Outcome
from conformance.ehr.defects.answers import a_crash
from conformance.ehr.faults import Fault, Refusal
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.paging import seal
from conformance.ehr.personas import build_app
from conformance.ehr.queries import Query
from conformance.ehr.server import Server
from conformance.ehr.store import Resource
from tests.support.in_process import TOKEN, all_checks, open_run


def judged(
    server_class: type[Server], *wanted: str, patients: tuple[str, ...] = ()
) -> dict[str, CheckResult]:
    """Return the results of the checks whose id begins with one of `wanted`."""
    app = build_app("certified", token=TOKEN, server_class=server_class)
    run = open_run(app, patients=patients)
    return run.run([check for check in all_checks() if check.id.startswith(wanted)])


def told(results: dict[str, CheckResult]) -> set[tuple[Outcome, str | None]]:
    return {(result.outcome, result.code) for result in results.values()}


class IgnoresCategory(Server):
    """Leaves the parameter category out of account, and out of the self link."""

    def query(self, request: Request, call: Call, pairs: Any) -> Query:
        return super().query(request, call, [pair for pair in pairs if pair[0] != "category"])


class HidesCategory(Server):
    """Takes the parameter category into account, and leaves it out of the self link."""

    def self_link(self, request: Request, query: Query) -> str:
        return _address(request, query, lambda name: name != "category")


class ListsCriteriaOnly(Server):
    """Names in the self link what a resource has to match; no Goal has a Provenance."""

    def self_link(self, request: Request, query: Query) -> str:
        return _address(request, query, lambda name: not name.startswith("_"))

    def provenance(self, query: Query, page: Sequence[Resource]) -> Any:
        return iter(()) if query.type == "Goal" else super().provenance(query, page)


class IgnoresRevinclude(Server):
    """Never brings a Provenance along, and says so in the self link."""

    def self_link(self, request: Request, query: Query) -> str:
        return _address(request, query, lambda name: name != "_revinclude")

    def provenance(self, query: Query, page: Sequence[Resource]) -> Any:
        return iter(())


class NeverEnds(Server):
    """Has another Observation on another page, for ever."""

    def page(self, query: Query, found: Sequence[Resource]) -> Sequence[Resource]:
        if query.type != "Observation" or not found:
            return super().page(query, found)
        return [{**found[0], "id": f"{found[0]['id']}-{query.offset}"}]

    def next_link(self, request: Request, query: Query, found: Sequence[Resource]) -> str | None:
        if query.type != "Observation" or not found:
            return super().next_link(request, query, found)
        handle = seal(query.type, list(query.used), query.offset + 1)
        return f"{request.base}/{query.type}?{urlencode({'_page': handle})}"


class GoesInCircles(NeverEnds):
    """Has the same resources on every page, for ever."""

    def page(self, query: Query, found: Sequence[Resource]) -> Sequence[Resource]:
        return found[:3]


class CrashesOnAllPatientsAtOnce(Server):
    """Crashes when it is asked for all patients, and finds each by id."""

    def answer_search(self, request: Request, call: Call, pairs: Any) -> Response:
        if call.type == "Patient" and not pairs:
            return a_crash()
        return super().answer_search(request, call, pairs)


class CrashesOnEverySearch(Server):
    """Crashes on every search."""

    def answer_search(self, request: Request, call: Call, pairs: Any) -> Response:
        return a_crash()


class Estimates(Server):
    """States about how many matches there are, and the number only when asked for it."""

    def finish(self, request: Request, call: Call, response: Response) -> Response:
        total = (response.document or {}).get("total")
        if isinstance(total, int) and "_total=accurate" not in request.query:
            response = replace(response, document={**(response.document or {}), "total": total + 7})
        return super().finish(request, call, response)


class EstimatesAndRefusesToCount(Estimates):
    """States about how many matches there are, and does not know `_total`."""

    def unknown_parameter(self, request: Request, name: str) -> None:
        raise Refusal(Fault.UNKNOWN_PARAMETER, "Not known here.", place=f"http.{name}")


@pytest.mark.parametrize("server_class", [Estimates, EstimatesAndRefusesToCount])
def test_a_total_may_be_an_estimate(server_class: type[Server]) -> None:
    results = judged(server_class, "fhir-api.paging.total")
    assert [(r.outcome, r.findings[0].level) for r in results.values()] == [
        (Outcome.WARN, Level.TOLERATED)
    ]


def test_nobody_has_to_show_all_patients_at_once() -> None:
    results = judged(CrashesOnAllPatientsAtOnce, "fhir-api.searches", "security.refusal")
    assert told(results) == {(Outcome.SKIP, "no-data")}


@pytest.mark.parametrize("patients", [(), ("patient-1",)])
def test_a_server_without_a_search_that_works_is_no_server_without_data(
    patients: tuple[str, ...],
) -> None:
    answer = "fhir-api.searches.answer-with-a-searchset"
    results = judged(CrashesOnEverySearch, "fhir-api.searches", patients=patients)
    assert results[f"{answer}[Patient:_id]"].code == "http.status"
    failed = {r.function for r in results.values() if r.outcome is Outcome.FAIL}
    assert failed == {answer}
    waiting = results["fhir-api.searches.return-only-matches[Condition:patient+category]"]
    assert (waiting.code, answer in waiting.message) == ("prerequisite-failed", True)


def test_a_parameter_that_did_not_count_is_not_missed_in_the_self_link() -> None:
    row = "[Condition:patient+category]"
    used, matching = (
        f"fhir-api.searches.{name}{row}"
        for name in ("tell-the-parameters-used", "return-only-matches")
    )
    results = judged(IgnoresCategory, used, matching)
    assert results[used].outcome is Outcome.PASS
    assert results[matching].code == "search.false-match"


def test_a_parameter_that_counted_is_missed_in_the_self_link() -> None:
    used = "fhir-api.searches.tell-the-parameters-used"
    results = judged(HidesCategory, f"{used}[Condition:patient+category]")
    assert told(results) == {(Outcome.FAIL, "search.self-parameters")}


def test_a_self_link_of_criteria_tells_nothing_of_includes() -> None:
    results = judged(ListsCriteriaOnly, "fhir-api.provenance.comes-along[Goal]")
    assert told(results) == {(Outcome.SKIP, "no-data")}


def test_a_self_link_of_all_parameters_but_one_tells_that_it_was_ignored() -> None:
    results = judged(IgnoresRevinclude, "fhir-api.provenance.comes-along[Goal]")
    assert told(results) == {(Outcome.FAIL, "provenance.ignored")}


def test_what_lies_beyond_the_pages_that_are_read_is_not_judged() -> None:
    results = judged(
        NeverEnds,
        "fhir-api.paging",
        "fhir-api.searches.find-what-the-server-holds[Observation:patient+category]",
        "fhir-api.searches.every-page-is-served[Observation:patient+category]",
    )
    assert told(results) == {(Outcome.SKIP, "bounded")}


def test_pages_that_come_again_are_a_failure() -> None:
    row = "[Observation:patient+category]"
    results = judged(GoesInCircles, f"fhir-api.searches.every-page-is-served{row}")
    assert told(results) == {(Outcome.FAIL, "paging.circle")}


def _address(request: Request, query: Query, wanted: Any) -> str:
    pairs = [(name, value) for name, value in query.used if wanted(name)]
    return f"{request.base}/{query.type}?{urlencode(pairs)}"
