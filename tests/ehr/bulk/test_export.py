"""The export of a Group: kick-off, status, files, end."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from conformance.ehr.bulk.jobs import Job
from conformance.ehr.personas import store_of
from conformance.ehr.search_tables import SEARCH_TABLES
from conformance.ehr.server import Server
from tests.support.browser import ORIGIN, Answer, Browser
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


def test_an_export_is_started_waited_for_and_fetched(exporter: Exporter) -> None:
    started = exporter.start()
    assert (started.status, started.body) == (202, b"")
    status = started.headers["content-location"]
    assert status.startswith(f"{ORIGIN}/bulk/jobs/")
    waiting = exporter.ask(status)
    assert (waiting.status, waiting.headers["retry-after"]) == (202, "1")
    assert waiting.headers["x-progress"] == "50 % are done"
    done = exporter.ask(status)
    assert (done.status, done.headers["content-type"]) == (200, "application/json")
    assert done.headers["expires"].endswith(" GMT")
    manifest = done.json
    assert manifest["request"] == f"{ORIGIN}{EXPORT}"
    assert manifest["transactionTime"] == "2027-01-15T08:00:00.000Z"
    assert manifest["requiresAccessToken"] is True
    assert manifest["error"] == []
    assert exporter.ask(status).json == manifest
    for output in manifest["output"]:
        assert set(output) == {"type", "url", "count"}
        answer = exporter.ask(output["url"], headers=None)
        assert answer.headers["content-type"] == "application/fhir+ndjson"
        lines = answer.body.split(b"\n")
        assert lines.pop() == b""
        assert [json.loads(line)["resourceType"] for line in lines] == [output["type"]] * len(lines)


def test_everything_of_everybody_is_exported_as_it_is_read(exporter: Exporter) -> None:
    found = exporter.whole()
    types = [type_ for type_ in SEARCH_TABLES if type_ != "Group"]
    expected = [resource for type_ in types for resource in STORE.all(type_)]
    assert {(r["resourceType"], r["id"]) for r in found} == {
        (r["resourceType"], r["id"]) for r in expected
    }
    assert len(found) == len(expected)
    for resource in found[::40]:
        read = exporter.ask(f"/fhir/{resource['resourceType']}/{resource['id']}")
        assert read.json == resource


def test_a_type_of_many_resources_has_several_files(exporter: Exporter) -> None:
    output = exporter.finish(exporter.start(f"{EXPORT}?_type=Observation"))["output"]
    assert [(o["type"], o["count"]) for o in output] == [("Observation", 100), ("Observation", 17)]


def test_a_group_s_export_is_of_its_members_only(exporter: Exporter) -> None:
    group = exporter.ask("/fhir/Group/panel").json
    members = {member["entity"]["reference"] for member in group["member"]}
    assert members == {"Patient/patient-1", "Patient/patient-3"}
    found = exporter.whole("/fhir/Group/panel/$export")
    patients = {f"Patient/{r['id']}" for r in found if r["resourceType"] == "Patient"}
    assert patients == members
    charts = set().union(*(STORE.charts_of(resource) for resource in found))
    assert charts == {"patient-1", "patient-3"}


def test_the_groups_can_be_read_and_searched(exporter: Exporter) -> None:
    found = exporter.ask("/fhir/Group?type=person").json
    assert [entry["resource"]["id"] for entry in found["entry"]] == ["everybody", "panel"]
    found = exporter.ask("/fhir/Group?member=Patient/patient-2").json
    assert [entry["resource"]["id"] for entry in found["entry"]] == ["everybody"]


@pytest.mark.parametrize("scope", ["patient/*.rs", "user/*.rs", "patient/*.rs user/*.rs"])
def test_no_person_s_token_opens_a_group_or_an_export(scope: str) -> None:
    client = start_client("demo-symmetric")
    token = client.launch("gustav", "patient-1", scope=scope)["access_token"]
    assert client.read(token, "/Group/everybody").status == 403
    assert client.read(token, "/Group").status == 403
    headers = {"authorization": f"Bearer {token}", "prefer": "respond-async"}
    assert outcome(Browser(client.app).ask(EXPORT, headers=headers)) == (403, "forbidden")


def test_nothing_of_an_export_is_open_without_the_token(exporter: Exporter) -> None:
    started = exporter.start()
    status = started.headers["content-location"]
    address = exporter.finish(started)["output"][0]["url"]
    for headers in ({}, {"authorization": "Bearer made-up"}):
        for url, method in ((EXPORT, "GET"), (status, "GET"), (status, "DELETE"), (address, "GET")):
            answer = exporter.ask(url, method, {**headers, "prefer": "respond-async"})
            assert outcome(answer) == (401, "login")
            assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_another_client_finds_nothing(exporter: Exporter) -> None:
    started = exporter.start()
    status = started.headers["content-location"]
    address = exporter.finish(started)["output"][0]["url"]
    person = exporter.client.as_client("demo-symmetric")
    others = [person.launch()["access_token"], "static"]
    for token in others:
        headers = {"authorization": f"Bearer {token}"}
        for url, method in ((status, "GET"), (status, "DELETE"), (address, "GET")):
            assert outcome(exporter.ask(url, method, headers)) == (404, "not-found")
    assert exporter.ask(address).status == 200


def test_another_token_of_the_same_client_goes_on(exporter: Exporter) -> None:
    started = exporter.start()
    again = Exporter(exporter.client)
    assert again.token != exporter.token
    assert again.resources(again.finish(started))


def test_files_are_there_only_once_the_export_is_complete(exporter: Exporter) -> None:
    started = exporter.start(f"{EXPORT}?_type=Patient")
    status = started.headers["content-location"]
    address = f"{status.replace('/jobs/', '/files/')}/Patient-1.ndjson"
    assert outcome(exporter.ask(address)) == (404, "not-found")
    exporter.finish(started)
    assert exporter.ask(address).status == 200
    assert outcome(exporter.ask(address.replace("-1.", "-2."))) == (404, "not-found")


@pytest.mark.parametrize("complete", [True, False])
def test_a_cancelled_export_is_gone(exporter: Exporter, complete: bool) -> None:
    started = exporter.start()
    status = started.headers["content-location"]
    outputs = exporter.finish(started)["output"] if complete else []
    assert exporter.ask(status, "DELETE").status == 202
    assert outcome(exporter.ask(status)) == (404, "not-found")
    assert outcome(exporter.ask(status, "DELETE")) == (404, "not-found")
    for output in outputs:
        assert outcome(exporter.ask(output["url"])) == (404, "not-found")


def test_an_export_is_kept_for_an_hour(exporter: Exporter) -> None:
    started = exporter.start()
    output = exporter.finish(started)["output"][0]
    exporter.client.clock.seconds += 3600
    later = Exporter(exporter.client)
    assert outcome(later.ask(started.headers["content-location"])) == (404, "not-found")
    assert outcome(later.ask(output["url"])) == (404, "not-found")


def test_a_token_that_ran_out_ends_the_download(exporter: Exporter) -> None:
    address = exporter.finish(exporter.start())["output"][0]["url"]
    exporter.client.clock.seconds += 300
    assert outcome(exporter.ask(address)) == (401, "login")


def types_of(exporter: Exporter, url: str, **more: Any) -> set[str]:
    output = exporter.finish(exporter.start(url, **more))["output"]
    return {entry["type"] for entry in output}


def test_types_can_be_chosen(exporter: Exporter) -> None:
    for url in (
        f"{EXPORT}?_type=Patient,Condition",
        f"{EXPORT}?_type=Patient&_type=Condition",
        f"{EXPORT}?_type=Patient,Condition,Coverage",
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
