from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., Any]


def test_a_read_gives_the_resource_with_its_version(ask: Ask) -> None:
    answer = ask("/Patient/patient-1")
    assert answer.status == 200
    assert (answer.json["resourceType"], answer.json["id"]) == ("Patient", "patient-1")
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.headers["last-modified"] == "Wed, 01 Jan 2020 08:00:00 GMT"


def test_the_current_version_can_be_read(ask: Ask) -> None:
    assert ask("/Patient/patient-1/_history/1").json == ask("/Patient/patient-1").json


def test_head_gives_the_headers_of_get_without_a_body(ask: Ask) -> None:
    head, get = ask("/Patient/patient-1", method="HEAD"), ask("/Patient/patient-1")
    assert (head.status, head.headers, head.body) == (200, get.headers, b"")
    assert int(get.headers["content-length"]) == len(get.body)


@pytest.mark.parametrize("tag", ['W/"1"', '"1"', '"0", W/"1"', "*"])
def test_a_known_entity_tag_is_not_modified(ask: Ask, tag: str) -> None:
    answer = ask("/Patient/patient-1", if_none_match=tag)
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers == {"etag": 'W/"1"', "last-modified": "Wed, 01 Jan 2020 08:00:00 GMT"}


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Wed, 01 Jan 2020 08:00:00 GMT", 304),
        ("Wed, 01 Jan 2020 07:59:59 GMT", 200),
        ("yesterday", 200),
        ("Wed, 01 Jan 2020 08:00:00", 200),
    ],
)
def test_a_resource_is_not_modified_since_its_own_date(ask: Ask, since: str, status: int) -> None:
    assert ask("/Patient/patient-1", if_modified_since=since).status == status


def test_another_entity_tag_gives_the_resource_whatever_the_date(ask: Ask) -> None:
    answer = ask(
        "/Patient/patient-1",
        if_none_match='W/"7"',
        if_modified_since="Wed, 01 Jan 2025 08:00:00 GMT",
    )
    assert answer.status == 200


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("/Patient/nobody", "not-found"),
        ("/Patient/patient-1/_history/2", "not-found"),
        ("/Patient/nobody/_history/1", "not-found"),
        ("/Nonsense/patient-1", "not-supported"),
        ("/Nonsense", "not-supported"),
        ("/Patient/nobody/_history", "not-found"),
        ("/Patient/patient-1/_history/1/more", "not-supported"),
        ("/", "not-supported"),
    ],
)
def test_what_does_not_exist_is_404_with_an_outcome(ask: Ask, target: str, code: str) -> None:
    answer = ask(target)
    assert answer.status == 404
    assert answer.json["resourceType"] == "OperationOutcome"
    assert answer.json["issue"][0]["code"] == code


def test_a_history_tells_what_was_done(ask: Ask) -> None:
    answer = ask("/Patient/patient-1/_history")
    assert (answer.status, answer.json["type"], answer.json["total"]) == (200, "history", 1)
    entry = answer.json["entry"][0]
    assert entry["resource"] == ask("/Patient/patient-1").json
    assert entry["request"] == {"method": "PUT", "url": "Patient/patient-1"}
    assert entry["response"]["etag"] == ask("/Patient/patient-1").headers["etag"]


@pytest.mark.parametrize(
    ("method", "target", "allow"),
    [
        ("DELETE", "/metadata", "GET, HEAD"),
        ("PUT", "/Patient/patient-1", "GET, HEAD"),
        ("DELETE", "/Patient/patient-1", "GET, HEAD"),
        ("POST", "/Patient", "GET, HEAD"),
        ("PATCH", "/Patient/patient-1/_history/1", "GET, HEAD"),
        ("GET", "/Patient/_search", "POST"),
        ("POST", "/.well-known/smart-configuration", "GET, HEAD"),
    ],
)
def test_a_method_out_of_place_names_those_that_are_allowed(
    ask: Ask, method: str, target: str, allow: str
) -> None:
    answer = ask(target, method=method)
    assert (answer.status, answer.headers["allow"]) == (405, allow)
    assert answer.json["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/fhir+json", 200),
        ("application/json", 200),
        ("*/*", 200),
        ("text/html, application/xhtml+xml, */*;q=0.8", 200),
        ("application/fhir+json; fhirVersion=4.0", 200),
        ("application/fhir+json; fhirVersion=5.0", 406),
        ("application/fhir+xml", 406),
        ("text/html", 406),
        ("application/fhir+json;q=0", 406),
        ("", 200),
    ],
)
def test_only_json_can_be_had(ask: Ask, accept: str, status: int) -> None:
    assert ask("/Patient/patient-1", accept=accept).status == status


@pytest.mark.parametrize(
    ("wanted", "status"),
    [("json", 200), ("application/fhir%2Bjson", 200), ("application/fhir+json", 200), ("xml", 406)],
)
def test_the_format_parameter_goes_before_accept(ask: Ask, wanted: str, status: int) -> None:
    answer = ask(f"/Patient/patient-1?_format={wanted}", accept="application/fhir+xml")
    assert answer.status == status
    assert ask(f"/Patient?_format={wanted}").status == status
