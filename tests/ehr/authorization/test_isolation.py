"""What a token opens: every interaction, the own patient and another one."""

from collections.abc import Callable
from typing import Any

import pytest

from conformance.ehr.personas import store_of
from tests.support.browser import FORM
from tests.support.oauth import BASE, Application

Start = Callable[..., Application]
STORE = store_of("certified", 3)
SHARED = ("Location", "Medication", "Organization", "Practitioner", "PractitionerRole")
OF_PATIENTS = (
    *("Patient", "AllergyIntolerance", "CarePlan", "CareTeam", "Condition"),
    *("DiagnosticReport", "DocumentReference", "Encounter", "Goal", "Immunization"),
    *("MedicationRequest", "Observation", "Procedure", "Provenance"),
)
PATIENTS = [("dora", "patient-1", "patient-2"), ("emil", "patient-2", "patient-1")]


@pytest.fixture(scope="module")
def tokens(start: Start) -> Callable[..., tuple[Application, str]]:
    """Return a client and a token of a user for scopes."""
    client = start()

    def of(username: str, scope: str = "patient/*.rs") -> tuple[Application, str]:
        client.browser.cookies.clear()
        patient = "patient-1" if username in ("frieda", "gustav") else ""
        return client, client.launch(username, patient, scope=scope)["access_token"]

    return of


Tokens = Callable[..., tuple[Application, str]]


def ids_of(type_: str, patient: str) -> set[str]:
    return {r["id"] for r in STORE.all(type_) if patient in STORE.charts_of(r)}


def found(client: Application, token: str, target: str, **more: Any) -> list[dict[str, Any]]:
    """Return everything in a searchset, on all its pages."""
    resources: list[dict[str, Any]] = []
    while target:
        answer = client.read(token, target, **more)
        assert answer.status == 200, target
        resources += [entry["resource"] for entry in answer.json.get("entry", [])]
        links = {link["relation"]: link["url"] for link in answer.json["link"]}
        target, more = links.get("next", "").removeprefix(BASE), {}
    return resources


def charts(resources: list[dict[str, Any]]) -> set[str]:
    return set().union(*(STORE.charts_of(resource) for resource in resources))


@pytest.mark.parametrize("type_", OF_PATIENTS)
@pytest.mark.parametrize(("username", "own", "other"), PATIENTS)
def test_a_patient_s_token_stays_in_the_own_chart(
    tokens: Tokens, username: str, own: str, other: str, type_: str
) -> None:
    client, token = tokens(username)
    mine, theirs = sorted(ids_of(type_, own)), sorted(ids_of(type_, other))
    assert mine
    assert theirs
    for id_ in (mine[0], mine[-1]):
        assert client.read(token, f"/{type_}/{id_}").status == 200
        assert client.read(token, f"/{type_}/{id_}/_history/1").status == 200
        assert [r["id"] for r in found(client, token, f"/{type_}?_id={id_}")] == [id_]
    for id_ in (theirs[0], theirs[-1]):
        read = client.read(token, f"/{type_}/{id_}")
        assert (read.status, read.json["resourceType"]) == (404, "OperationOutcome")
        assert read.json == client.read(token, f"/{type_}/made-up").json
        assert client.read(token, f"/{type_}/{id_}/_history/1").status == 404
        assert found(client, token, f"/{type_}?_id={id_}") == []
    both = ",".join([mine[0], theirs[0]])
    assert [r["id"] for r in found(client, token, f"/{type_}?_id={both}")] == [mine[0]]
    everything = found(client, token, f"/{type_}?_count=100")
    assert sorted(r["id"] for r in everything) == mine
    pages = found(client, token, f"/{type_}?_count=7")
    assert sorted(r["id"] for r in pages) == mine
    headers = {"content-type": FORM, "authorization": f"Bearer {token}"}
    posted = client.browser.ask(
        f"/fhir/{type_}/_search", "POST", body=f"_id={both}".encode(), headers=headers
    )
    assert [entry["resource"]["id"] for entry in posted.json["entry"]] == [mine[0]]
    assert posted.json["total"] == 1


@pytest.mark.parametrize("type_", [t for t in OF_PATIENTS if t not in ("Patient", "Provenance")])
@pytest.mark.parametrize(("username", "own", "other"), PATIENTS)
def test_no_reference_and_no_path_leads_out_of_the_own_chart(
    tokens: Tokens, username: str, own: str, other: str, type_: str
) -> None:
    client, token = tokens(username)
    mine = ids_of(type_, own)
    for form in (own, f"Patient/{own}", f"{BASE}/Patient/{own}"):
        assert {r["id"] for r in found(client, token, f"/{type_}?patient={form}")} == mine
    for form in (other, f"Patient/{other}", f"{BASE}/Patient/{other}"):
        assert found(client, token, f"/{type_}?patient={form}") == []
    assert {r["id"] for r in found(client, token, f"/{type_}?patient={own},{other}")} == mine
    assert {r["id"] for r in found(client, token, f"/Patient/{own}/{type_}")} == mine
    assert found(client, token, f"/Patient/{other}/{type_}") == []
    along = found(client, token, f"/{type_}?_revinclude=Provenance:target&_count=100")
    assert charts(along) == {own}
    assert any(r["resourceType"] == "Provenance" for r in along)


@pytest.mark.parametrize(("username", "own", "other"), PATIENTS)
def test_what_comes_along_is_the_own_or_nobody_s(
    tokens: Tokens, username: str, own: str, other: str
) -> None:
    client, token = tokens(username)
    for target in (
        "/MedicationRequest?_include=MedicationRequest:medication&_count=100",
        "/CareTeam?_include=CareTeam:participant",
        "/Patient?_revinclude=Provenance:target",
    ):
        assert charts(found(client, token, target)) == {own}
    medications = found(client, token, "/MedicationRequest?_include=MedicationRequest:medication")
    assert any(r["resourceType"] == "Medication" for r in medications)


@pytest.mark.parametrize("type_", SHARED)
def test_what_belongs_to_nobody_is_open_to_who_has_a_scope(tokens: Tokens, type_: str) -> None:
    client, token = tokens("dora")
    assert len(found(client, token, f"/{type_}")) == len(STORE.all(type_))
    client, narrow = tokens("dora", "patient/Patient.rs")
    assert client.read(narrow, f"/{type_}").status == 403


@pytest.mark.parametrize("type_", [*OF_PATIENTS, *SHARED])
def test_a_type_without_a_scope_is_forbidden(tokens: Tokens, type_: str) -> None:
    other = "Goal" if type_ == "Patient" else "Patient"
    client, token = tokens("dora", f"patient/{other}.rs")
    assert client.read(token, f"/{other}").status == 200
    some = STORE.all(type_)[0]["id"]
    headers = {"content-type": FORM, "authorization": f"Bearer {token}"}
    ask = client.browser.ask
    for answer in (
        client.read(token, f"/{type_}/{some}"),
        client.read(token, f"/{type_}/{some}/_history/1"),
        client.read(token, f"/{type_}?_id={some}"),
        ask(f"/fhir/{type_}/_search", "POST", body=b"", headers=headers),
    ):
        assert answer.status == 403
        assert answer.json["issue"][0]["code"] == "forbidden"
        assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


def test_reading_needs_r_and_searching_needs_s(tokens: Tokens) -> None:
    client, reads = tokens("dora", "patient/Patient.r")
    assert client.read(reads, "/Patient/patient-1").status == 200
    assert client.read(reads, "/Patient?_id=patient-1").status == 403
    client, searches = tokens("dora", "patient/Patient.s")
    assert client.read(searches, "/Patient/patient-1").status == 403
    assert client.read(searches, "/Patient?_id=patient-1").status == 200
    client, both = tokens("dora", "patient/Patient.r patient/Patient.s")
    assert client.read(both, "/Patient/patient-1").status == 200
    assert client.read(both, "/Patient?_id=patient-1").status == 200
    client, first = tokens("dora", "patient/Patient.read")
    assert client.read(first, "/Patient/patient-1").status == 200
    assert client.read(first, "/Patient?_id=patient-1").status == 200


def test_what_comes_along_needs_a_scope_of_its_own(tokens: Tokens) -> None:
    client, token = tokens("dora", "patient/MedicationRequest.rs")
    include = "_include=MedicationRequest:medication&_revinclude=Provenance:target"
    along = found(client, token, f"/MedicationRequest?{include}")
    assert {r["resourceType"] for r in along} == {"MedicationRequest"}


def category_of(resource: dict[str, Any]) -> set[str]:
    return {c["code"] for category in resource["category"] for c in category["coding"]}


@pytest.mark.parametrize(
    ("type_", "category"), [("Observation", "laboratory"), ("Condition", "problem-list-item")]
)
@pytest.mark.parametrize("with_system", [True, False])
def test_a_granular_scope_opens_its_category_only(
    tokens: Tokens, type_: str, category: str, with_system: bool
) -> None:
    system = f"http://terminology.hl7.org/CodeSystem/{type_.lower()}-category"
    value = f"{system}|{category}" if with_system else category
    client, token = tokens("dora", f"patient/{type_}.rs?category={value}")
    own = [r for r in STORE.all(type_) if "patient-1" in STORE.charts_of(r)]
    inside = {r["id"] for r in own if category in category_of(r)}
    outside = {r["id"] for r in own} - inside
    assert inside
    assert outside
    for query in ("patient=patient-1&_count=100", "_count=100", f"category={category}"):
        assert {r["id"] for r in found(client, token, f"/{type_}?{query}")} == inside
    assert client.read(token, f"/{type_}/{min(inside)}").status == 200
    refused = client.read(token, f"/{type_}/{min(outside)}")
    assert (refused.status, refused.json["resourceType"]) == (404, "OperationOutcome")
    theirs = min(ids_of(type_, "patient-2"))
    assert client.read(token, f"/{type_}/{theirs}").status == 404


def test_two_categories_open_both(tokens: Tokens) -> None:
    scope = "patient/Observation.rs?category=laboratory patient/Observation.rs?category=vital-signs"
    client, token = tokens("dora", scope)
    seen = found(client, token, "/Observation?_count=100")
    assert set().union(*map(category_of, seen)) == {"laboratory", "vital-signs"}


def test_who_may_know_the_user_may_read_the_user_and_no_more(tokens: Tokens) -> None:
    client, token = tokens("gustav", "openid fhirUser patient/Goal.rs")
    assert client.read(token, "/Practitioner/practitioner-1").status == 200
    assert client.read(token, "/Practitioner/practitioner-2").status == 403
    assert client.read(token, "/Practitioner?_id=practitioner-1").status == 403
    assert client.read(token, "/Practitioner/practitioner-1/_history/1").status == 403
    for scope in ("fhirUser patient/Goal.rs", "openid patient/Goal.rs"):
        client, token = tokens("gustav", scope)
        assert client.read(token, "/Practitioner/practitioner-1").status == 403


def test_a_user_scope_opens_what_the_user_may_see(tokens: Tokens) -> None:
    for username, visible in (
        ("dora", {"patient-1"}),
        ("frieda", {"patient-1", "patient-2"}),
        ("gustav", {"patient-1", "patient-2", "patient-3"}),
    ):
        client, token = tokens(username, "user/*.rs")
        assert charts(found(client, token, "/Condition?_count=100")) == visible
        assert {r["id"] for r in found(client, token, "/Patient")} == visible


def test_a_patient_scope_of_a_practitioner_stays_with_the_chosen_patient(tokens: Tokens) -> None:
    client, token = tokens("gustav", "launch/patient patient/*.rs")
    assert charts(found(client, token, "/Condition?_count=100")) == {"patient-1"}


def test_the_static_token_still_opens_everything(tokens: Tokens) -> None:
    client, _ = tokens("dora")
    assert len(found(client, "static", "/Patient")) == 3
    assert len(found(client, "static", "/Condition?_count=100")) == len(STORE.all("Condition"))
