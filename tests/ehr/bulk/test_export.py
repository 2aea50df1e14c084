"""The export of a Group: kick-off, status, files, end."""

import json

import pytest

from conformance.ehr.personas import store_of
from conformance.ehr.search_tables import SEARCH_TABLES
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
    assert [(o["type"], o["count"]) for o in output] == [("Observation", 100), ("Observation", 41)]


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
