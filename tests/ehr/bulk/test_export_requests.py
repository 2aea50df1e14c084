"""What may be asked of an export, and what is refused: types, times, formats, methods."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from conformance.ehr.bulk.jobs import Job
from conformance.ehr.personas import store_of
from conformance.ehr.server import Server
from tests.support.browser import ORIGIN, Answer
from tests.support.exports import EXPORT, Exporter
from tests.support.oauth import start_client

STORE = store_of("certified", 3)


@pytest.fixture
def exporter() -> Exporter:
    return Exporter(start_client("demo-system"))


def outcome(answer: Answer) -> tuple[int, str]:
    assert answer.headers["content-type"].startswith("application/fhir+json")
    assert answer.json["resourceType"] == "OperationOutcome"
    return answer.status, str(answer.json["issue"][0]["code"])


def types_of(exporter: Exporter, url: str, **more: Any) -> set[str]:
    output = exporter.finish(exporter.start(url, **more))["output"]
    return {entry["type"] for entry in output}


def test_types_can_be_chosen(exporter: Exporter) -> None:
    for url in (
        f"{EXPORT}?_type=Patient,Condition",
        f"{EXPORT}?_type=Patient&_type=Condition",
        f"{EXPORT}?_type=Patient,Condition,QuestionnaireResponse",
    ):
        assert types_of(exporter, url) == {"Patient", "Condition"}


def test_an_export_is_limited_to_the_scopes(exporter: Exporter) -> None:
    scope = "system/Patient.rs system/Goal.read system/Condition.s"
    narrow = Exporter(exporter.client, scope)
    assert types_of(narrow, EXPORT) == {"Patient", "Goal"}
    assert types_of(narrow, f"{EXPORT}?_type=Goal,Observation") == {"Goal"}
    assert outcome(narrow.start(f"{EXPORT}?_type=Observation")) == (403, "forbidden")
    assert narrow.ask("/fhir/Group/everybody").status == 403
    category = "system/Observation.rs?category=vital-signs"
    found = Exporter(exporter.client, category).whole()
    assert {c["code"] for r in found for k in r["category"] for c in k["coding"]} == {"vital-signs"}


def test_only_what_changed_since_is_exported(exporter: Exporter) -> None:
    everything = exporter.whole(f"{EXPORT}?_type=Condition")
    instants = sorted(r["meta"]["lastUpdated"] for r in everything)
    since = instants[len(instants) // 2]
    found = exporter.whole(f"{EXPORT}?_type=Condition&_since={since}")
    assert {r["id"] for r in found} == {
        r["id"] for r in everything if r["meta"]["lastUpdated"] > since
    }
    assert found
    assert exporter.whole(f"{EXPORT}?_since=2026-11-01T00:00:00%2B01:00") == []
    assert exporter.whole(f"{EXPORT}?_since=2026-11-01T00:00:00+01:00") == []


@pytest.mark.parametrize("name", ["application/fhir+ndjson", "application/ndjson", "ndjson"])
def test_every_name_of_the_format_is_known(exporter: Exporter, name: str) -> None:
    for written in (quote(name, safe=""), name):
        assert exporter.start(f"{EXPORT}?_outputFormat={written}").status == 202


@pytest.mark.parametrize(
    "query",
    [
        "_type=Nonsense",
        "_type=Patient,Nonsense",
        "_type=",
        "_since=yesterday",
        "_since=2026-11-01T00:00:00",
        "_since=",
        "_outputFormat=csv",
        "_elements=id",
        "_typeFilter=Observation%3Fcode%3D1",
        "nonsense=1",
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_what_cannot_be_heeded_is_refused(exporter: Exporter, query: str, strict: bool) -> None:
    prefer = "respond-async, handling=strict" if strict else "respond-async"
    answer = exporter.start(f"{EXPORT}?{query}", headers={"prefer": prefer})
    assert outcome(answer)[0] == 400


@pytest.mark.parametrize("query", ["_type=Patient,Nonsense", "_type=Patient&_elements=id"])
def test_a_lenient_client_gets_what_there_is(exporter: Exporter, query: str) -> None:
    prefer = {"prefer": "respond-async; handling=lenient"}
    assert types_of(exporter, f"{EXPORT}?{query}", headers=prefer) == {"Patient"}


@pytest.mark.parametrize("prefer", ["", "handling=strict", "return=minimal"])
def test_an_export_is_asynchronous_only(exporter: Exporter, prefer: str) -> None:
    assert outcome(exporter.start(headers={"prefer": prefer}))[0] == 400


def test_there_is_no_export_of_an_unknown_group_or_another_type(exporter: Exporter) -> None:
    assert outcome(exporter.start("/fhir/Group/nobody/$export")) == (404, "not-found")
    for path in ("/fhir/Patient/patient-1/$export", "/fhir/$export", "/fhir/Patient/$export"):
        assert outcome(exporter.start(path))[0] == 404
    for url, method in ((EXPORT, "PUT"), ("/bulk/jobs/x", "POST"), ("/bulk/files/x/y", "DELETE")):
        assert outcome(exporter.ask(url, method))[0] == 405
    for path in ("/bulk", "/bulk/jobs", "/bulk/files/x", "/bulk/jobs/x/y"):
        assert exporter.ask(path).status == 404


def test_an_export_can_be_asked_for_by_post(exporter: Exporter) -> None:
    parameters = [
        {"name": "_type", "valueString": "Patient"},
        {"name": "_type", "valueString": "Condition"},
        {"name": "_since", "valueInstant": "2000-01-01T00:00:00Z"},
        {"name": "_outputFormat", "valueString": "ndjson"},
    ]
    body = json.dumps({"resourceType": "Parameters", "parameter": parameters}).encode()
    headers = {"content-type": "application/fhir+json"}
    started = exporter.start(method="POST", body=body, headers=headers)
    output = exporter.finish(started)["output"]
    assert {entry["type"] for entry in output} == {"Patient", "Condition"}
    assert exporter.start(method="POST").status == 202
    for wrong in (b"[]", b"x", b'{"parameter": [{}]}', b'{"parameter": 7}', b"[" * 50000):
        answer = exporter.start(method="POST", body=wrong, headers=headers)
        assert outcome(answer)[0] == 400, wrong[:40]


def test_accept_is_heeded_as_each_kind_of_answer_needs(exporter: Exporter) -> None:
    started = exporter.start()
    status = started.headers["content-location"]
    address = exporter.finish(started)["output"][0]["url"]
    token = {"authorization": f"Bearer {exporter.token}"}
    for url, accept, expected in (
        (status, "application/json", 200),
        (status, "application/fhir+json", 200),
        (address, "application/fhir+ndjson", 200),
        (address, "*/*", 200),
        (address, "application/fhir+xml", 406),
        (status, "application/xml", 406),
    ):
        assert exporter.ask(url, headers={**token, "accept": accept}).status == expected


def test_the_number_of_polls_is_a_seam() -> None:
    class Slow(Server):
        def polls_before_completion(self, job: Job) -> int:
            return 3

    exporter = Exporter(start_client("demo-system", server_class=Slow))
    status = exporter.start().headers["content-location"]
    assert [exporter.ask(status).status for _ in range(5)] == [202, 202, 202, 200, 200]


def test_a_job_is_named_by_what_nobody_guesses() -> None:
    numbers: list[str] = []

    def mint(kind: str) -> str:
        numbers.append(kind)
        return f"{kind}-{len(numbers)}"

    exporter = Exporter(start_client("demo-system", mint=mint))
    address = exporter.start().headers["content-location"]
    assert address == f"{ORIGIN}/bulk/jobs/job-{len(numbers)}"
