from collections.abc import Callable
from typing import Any

import pytest

from conformance.core.errors import UsageError
from conformance.ehr.personas import LoggedRequest, build_app
from conformance.ehr.profiles import PROFILES, profile
from conformance.ehr.search_tables import SEARCH_TABLES
from conformance.ehr.server import Server

Ask = Callable[..., Any]
Send = Callable[..., Any]
CLINIC_TYPES = [
    "Patient",
    "AllergyIntolerance",
    "Condition",
    "Immunization",
    "MedicationRequest",
    "Observation",
]


@pytest.mark.parametrize("target", ["/metadata", "/.well-known/smart-configuration"])
def test_what_tells_how_to_get_in_is_open_to_all(ask: Ask, target: str) -> None:
    assert ask(target, token=None).status == 200


@pytest.mark.parametrize(
    "target", ["/Patient", "/Patient/patient-1", "/Patient/nobody", "/Nonsense", "/", "/a/b/c"]
)
def test_everything_else_is_refused_without_a_token(ask: Ask, target: str) -> None:
    without, wrong = ask(target, token=None), ask(target, token="wrong")
    assert (without.status, wrong.status) == (401, 401)
    assert without.headers["www-authenticate"] == 'Bearer realm="fhir"'
    assert wrong.headers["www-authenticate"] == 'Bearer realm="fhir", error="invalid_token"'
    assert without.json["issue"][0]["code"] == "login"


def test_a_credential_of_another_kind_opens_nothing(ask: Ask) -> None:
    for value in ("Basic canary-credential", "canary-credential", "Bearer", "Bearer "):
        assert ask("/Patient", token=None, authorization=value).status == 401
    assert ask("/Patient", token=None, x_api_key="canary-credential").status == 401


def test_the_certified_persona_declares_us_core(ask: Ask) -> None:
    statement = ask("/metadata").json
    assert statement["fhirVersion"] == "4.0.1"
    assert statement["kind"] == "instance"
    assert statement["instantiates"] == [
        "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server|6.1.0",
        "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data",
    ]
    declared = {resource["type"]: resource for resource in statement["rest"][0]["resource"]}
    assert list(declared) == list(SEARCH_TABLES)
    for type_, names in PROFILES.items():
        assert declared[type_]["supportedProfile"] == [profile(name) for name in names]
    assert declared["Group"]["operation"] == [
        {
            "name": "export",
            "definition": "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/group-export",
        }
    ]
    assert [operation["name"] for operation in declared["DocumentReference"]["operation"]] == [
        "docref"
    ]
    assert [type_ for type_ in declared if "operation" in declared[type_]] == [
        "DocumentReference",
        "Group",
    ]
    assert declared["Observation"]["searchRevInclude"] == ["Provenance:target"]
    assert "searchRevInclude" not in declared["Organization"]
    assert declared["MedicationRequest"]["searchInclude"] == ["MedicationRequest:medication"]


@pytest.mark.packages
def test_the_certified_persona_declares_all_that_us_core_requires(
    ask: Ask, us_core_server: dict[str, Any]
) -> None:
    declared = {r["type"]: r for r in ask("/metadata").json["rest"][0]["resource"]}
    for required in us_core_server["rest"][0]["resource"]:
        if required["type"] not in declared:
            continue
        own = declared[required["type"]]
        assert set(own.get("supportedProfile", [])) >= set(required.get("supportedProfile", []))
        assert set(own.get("searchRevInclude", [])) >= set(required.get("searchRevInclude", []))
        names = {parameter["name"]: parameter["type"] for parameter in own["searchParam"]}
        for parameter in required.get("searchParam", []):
            assert names.get(parameter["name"]) == parameter["type"], (required["type"], parameter)
        for combination in required["extension"]:
            for part in combination.get("extension", []):
                if part["url"] == "required":
                    assert part["valueString"] in names


def test_the_smart_configuration_announces_all_of_smart_2(ask: Ask) -> None:
    answer = ask("/.well-known/smart-configuration", accept="application/json")
    assert answer.headers["content-type"] == "application/json"
    configuration = answer.json
    assert len(set(configuration["capabilities"])) == 17
    assert configuration["code_challenge_methods_supported"] == ["S256"]
    assert configuration["grant_types_supported"] == [
        "authorization_code",
        "refresh_token",
        "client_credentials",
    ]
    assert {"patient/*.rs", "patient/*.read", "system/*.rs", "patient/Patient.rs"} <= set(
        configuration["scopes_supported"]
    )
    assert not any("Group" in scope for scope in configuration["scopes_supported"])
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "issuer"):
        assert configuration[name].startswith("https://ehr.example/auth")
    uris = ask("/metadata").json["rest"][0]["security"]["extension"][0]["extension"]
    announced = {uri["url"]: uri["valueUri"] for uri in uris}
    assert announced["authorize"] == configuration["authorization_endpoint"]
    assert announced["token"] == configuration["token_endpoint"]


def test_the_clinic_serves_six_types_behind_an_api_key(clinic: Ask) -> None:
    resources = clinic("/metadata", key=None).json["rest"][0]["resource"]
    assert [resource["type"] for resource in resources] == CLINIC_TYPES
    for type_ in CLINIC_TYPES:
        assert clinic(f"/{type_}").json["total"] > 0
        refused = clinic(f"/{type_}", key=None)
        assert (refused.status, clinic(f"/{type_}", key="wrong").status) == (401, 401)
        assert refused.headers["www-authenticate"].startswith("ApiKey ")


@pytest.mark.parametrize(
    "target",
    ["/Encounter", "/Provenance", "/Medication/medication-1", "/.well-known/smart-configuration"],
)
def test_the_clinic_has_nothing_else(clinic: Ask, target: str) -> None:
    assert clinic(target).status == 404


def test_the_clinic_refers_to_nothing_that_it_does_not_serve(clinic: Ask) -> None:
    for type_ in CLINIC_TYPES:
        for resource in clinic(f"/{type_}?_count=100").resources():
            text = str(resource)
            for absent in ("Encounter/", "Practitioner/", "Organization/", "Medication/"):
                assert f"'reference': '{absent}" not in text


def test_the_clinic_claims_no_more_than_it_has(clinic: Ask) -> None:
    statement = clinic("/metadata").json
    assert "instantiates" not in statement
    for resource in statement["rest"][0]["resource"]:
        assert "searchRevInclude" not in resource
        assert "searchInclude" not in resource
        assert "encounter" not in [parameter["name"] for parameter in resource["searchParam"]]
        own = clinic(f"/{resource['type']}?_count=100").resources()
        used = {canonical for found in own for canonical in found["meta"]["profile"]}
        assert set(resource["supportedProfile"]) >= used


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("target", ["/", "/fhir/metadata", "/fhir/Patient?name=a", "/x/y.json"])
def test_the_portal_shows_its_login_page_everywhere(send: Send, method: str, target: str) -> None:
    answer = send(build_app("closed", token="t"), target, method)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"Password" in answer.body


def test_nothing_is_served_outside_the_base(send: Send) -> None:
    app = build_app("certified", token="t")
    for target in ("/", "/metadata", "/fhirmetadata", "/auth/nothing", "/ehr/nothing"):
        assert send(app, target).status == 404


def test_a_given_base_url_is_used_in_every_link(send: Send) -> None:
    app = build_app("certified", token="t", base_url="https://front.example/api/r4/")
    answer = send(app, "/api/r4/Patient?_id=patient-1", headers={"authorization": "Bearer t"})
    assert answer.link("self") == "https://front.example/api/r4/Patient?_id=patient-1"
    assert answer.json["entry"][0]["fullUrl"] == "https://front.example/api/r4/Patient/patient-1"


def test_a_subclass_takes_the_place_of_the_sound_server(send: Send) -> None:
    class Miscounting(Server):
        def total(self, query: Any, found: Any) -> int | None:
            return len(found) + 1

    app = build_app("certified", token="t", server_class=Miscounting)
    headers = {"authorization": "Bearer t"}
    assert send(app, "/fhir/Patient", headers=headers).json["total"] == 4
    sound = build_app("certified", token="t")
    assert send(sound, "/fhir/Patient", headers=headers).json["total"] == 3


def test_the_log_sees_each_request_with_its_credential(send: Send) -> None:
    seen: list[LoggedRequest] = []
    app = build_app("certified", token="canary", log=seen.append)
    send(app, "/fhir/Patient?name=a", headers={"authorization": "Bearer canary"})
    form = {"authorization": "Bearer canary", "content-type": "application/x-www-form-urlencoded"}
    found = send(app, "/fhir/Patient/_search", "POST", form, b"name=quill")
    assert found.json["total"] == 2
    request, posted = seen
    assert (request.method, request.path, request.query) == ("GET", "/fhir/Patient", "name=a")
    assert (request.body, posted.body) == ("", "name=quill")
    assert ("authorization", "Bearer canary") in request.headers


def test_an_unknown_persona_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="certified, expired, open-sandbox, clinic, closed"):
        build_app("open", token="t")


def test_the_same_request_is_answered_with_the_same_bytes(send: Send) -> None:
    headers = {"authorization": "Bearer t"}
    for target in ("/fhir/metadata", "/fhir/Observation?patient=patient-1", "/fhir/Patient/x"):
        first, second = (
            send(build_app("certified", token="t"), target, headers=headers) for _ in range(2)
        )
        assert first == second
