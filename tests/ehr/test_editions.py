"""The personas of an earlier edition and without protection."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from conformance.ehr.personas import SETUPS, build_app, store_of
from tests.support.browser import Browser
from tests.support.departures import departures_from
from tests.support.exports import Exporter
from tests.support.oauth import Application, start_client

Send = Callable[..., Any]
LATER = ("Coverage", "MedicationDispense", "RelatedPerson", "ServiceRequest", "Specimen")


@pytest.fixture(scope="module")
def former() -> Application:
    return start_client("demo-symmetric", persona="expired")


def ask(client: Application, target: str, **more: Any) -> Any:
    return client.read("static", target, **more)


def test_the_expired_persona_declares_what_was_current_then(former: Application) -> None:
    statement = Browser(former.app).ask("/fhir/metadata").json
    assert (
        "http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server|3.1.1"
        in (statement["instantiates"])
    )
    (rest,) = statement["rest"]
    declared = {resource["type"]: resource for resource in rest["resource"]}
    assert not set(LATER) & set(declared)
    profiles = [p for each in declared.values() for p in each.get("supportedProfile", [])]
    assert profiles
    assert all(profile.endswith("|3.1.1") for profile in profiles)
    for type_ in LATER:
        assert ask(former, f"/{type_}").status == 404
    (oauth,) = rest["security"]["extension"]
    uris = {each["url"]: each["valueUri"] for each in oauth["extension"]}
    assert {"authorize", "token"} <= set(uris)


@pytest.mark.packages
def test_the_expired_persona_declares_all_that_its_us_core_requires(
    former: Application, former_server: dict[str, Any]
) -> None:
    rest = Browser(former.app).ask("/fhir/metadata").json["rest"][0]
    declared = {resource["type"]: resource for resource in rest["resource"]}
    for required in former_server["rest"][0]["resource"]:
        if required["type"] in ("ValueSet",):
            continue
        own = declared[required["type"]]
        bare = {profile.partition("|")[0] for profile in own["supportedProfile"]}
        assert bare >= set(required["supportedProfile"])
        names = {parameter["name"] for parameter in own["searchParam"]}
        assert names >= {parameter["name"] for parameter in required.get("searchParam", [])}


@pytest.mark.packages
def test_its_data_keep_to_the_profiles_of_then(
    former_profiles: Mapping[str, dict[str, Any]],
) -> None:
    store, seen = store_of("expired", 3), set()
    for type_ in SETUPS["expired"].types:
        for resource in store.all(type_):
            for canonical in resource["meta"].get("profile", []):
                bare, _, version = canonical.partition("|")
                assert version == ("3.1.1" if "/us/core/" in bare else "")
                seen.add(bare)
                assert list(departures_from(former_profiles[bare], resource)) == []
    assert len(seen) > 20


def test_its_smart_configuration_is_of_the_first_edition(former: Application) -> None:
    configuration = Browser(former.app).ask("/fhir/.well-known/smart-configuration").json
    assert not [name for name in configuration if "challenge" in name or "grant" in name]
    capabilities = configuration["capabilities"]
    assert {"launch-ehr", "launch-standalone", "sso-openid-connect"} <= set(capabilities)
    assert not {"permission-v1", "permission-v2", "authorize-post"} & set(capabilities)
    clinical = [scope for scope in configuration["scopes_supported"] if "." in scope]
    assert clinical
    assert all(scope.endswith(".read") for scope in clinical)


def test_it_launches_without_pkce_and_grants_the_scopes_of_then(former: Application) -> None:
    without: Any = {"code_challenge": None, "code_challenge_method": None}
    scope = "launch/patient openid fhirUser offline_access patient/*.read"
    code = former.code(scope=scope, **without)
    tokens = former.redeem(code, code_verifier=None).json
    assert tokens["scope"] == scope
    assert former.read(tokens["access_token"], "/Patient/patient-1").status == 200
    assert former.read(tokens["access_token"], "/Patient/patient-2").status == 404
    again = former.refresh(tokens["refresh_token"])
    assert again.status == 200


def test_it_checks_pkce_where_it_is_used(former: Application) -> None:
    code = former.code(scope="patient/*.read")
    assert former.redeem(code, code_verifier="w" * 43).json["error"] == "invalid_grant"
    assert former.redeem(code).status == 200
    plain = former.authorize(scope="patient/*.read", code_challenge_method="plain")
    assert plain.returned["error"] == "invalid_request"


def test_it_knows_no_scope_of_the_second_edition(former: Application) -> None:
    answer = former.authorize(scope="patient/Patient.rs")
    assert answer.returned["error"] == "invalid_scope"
    page = former.authorize(scope="patient/Condition.read")
    assert "?category=" not in page.text


def test_it_exports_groups(former: Application) -> None:
    exporter = Exporter(former.as_client("demo-system"), "system/*.read")
    found = exporter.whole()
    assert {r["id"] for r in found if r["resourceType"] == "Patient"} == {
        "patient-1",
        "patient-2",
        "patient-3",
    }


def test_the_open_sandbox_asks_nobody_for_anything(send: Send) -> None:
    app = build_app("open-sandbox", token="unused")
    for headers in ({}, {"authorization": "Bearer made-up"}, {"authorization": "Basic x"}):
        answer = send(app, "/fhir/Patient", headers=headers)
        assert (answer.status, answer.json["total"]) == (200, 3)
        assert send(app, "/fhir/Patient/patient-2", headers=headers).status == 200
    statement = send(app, "/fhir/metadata").json
    assert set(statement["rest"][0]["security"]) == {"description"}
    assert len(statement["instantiates"]) == 1
    assert "Group" not in [r["type"] for r in statement["rest"][0]["resource"]]


@pytest.mark.parametrize(
    "target",
    [
        "/fhir/.well-known/smart-configuration",
        "/fhir/Group/everybody/$export",
        "/fhir/Group",
        "/auth/authorize",
        "/auth/token",
        "/auth/jwks",
        "/ehr/launcher",
        "/bulk/jobs/x",
        "/bulk/files/x/y",
    ],
)
def test_the_open_sandbox_has_neither_smart_nor_export(send: Send, target: str) -> None:
    assert send(build_app("open-sandbox", token="unused"), target).status == 404


def test_the_open_sandbox_shows_what_the_certified_persona_shows(send: Send) -> None:
    certified, sandbox = (build_app(name, token="t") for name in ("certified", "open-sandbox"))
    headers = {"authorization": "Bearer t"}
    for target in ("/fhir/Observation?patient=patient-1", "/fhir/Condition/patient-1-condition-1"):
        assert send(certified, target, headers=headers).json == send(sandbox, target).json
