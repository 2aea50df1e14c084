"""One method bent is one thing done otherwise, as legal servers do it and bad ones."""

from collections.abc import Callable
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from conformance.ehr.authorization.openid import process_key
from conformance.ehr.authorization.records import Authorization, Code
from conformance.ehr.authorization.scopes import ClinicalScope
from conformance.ehr.messages import Request
from conformance.ehr.permissions import Reach
from conformance.ehr.server import Server
from conformance.ehr.store import Resource
from tests.support.browser import Browser
from tests.support.exports import Exporter
from tests.support.oauth import VERIFIER, Application

Start = Callable[..., Application]


def test_an_issuer_can_be_elsewhere(start: Start) -> None:
    class Elsewhere(Server):
        def issuer(self, request: Request) -> str:
            return "https://issuer.example/realm"

    client = start(server_class=Elsewhere)
    browser = Browser(client.app)
    smart = browser.ask("/fhir/.well-known/smart-configuration").json
    document = browser.ask("/auth/.well-known/openid-configuration").json
    keys = KeySet.import_key_set(browser.ask(document["jwks_uri"]).json)
    token = jwt.decode(client.launch()["id_token"], keys, algorithms=["RS256"])
    issuers = {smart["issuer"], document["issuer"], token.claims["iss"]}
    assert issuers == {"https://issuer.example/realm"}


def test_access_tokens_can_be_signed_ones(start: Start) -> None:
    class Signed(Server):
        def access_token(
            self, request: Request, authorization: Authorization, scopes: tuple[str, ...]
        ) -> str:
            claims = {"jti": self.mint("id"), "scope": self.scope_text(scopes)}
            return jwt.encode({"alg": "RS256"}, claims, process_key())

    client = start(server_class=Signed)
    token = client.launch()["access_token"]
    assert token.count(".") == 2
    assert client.read(token, "/Patient/patient-1").status == 200
    assert client.read(token, "/Patient/patient-2").status == 404


def test_refresh_tokens_can_stay(start: Start) -> None:
    class Staying(Server):
        def rotates_refresh_tokens(self) -> bool:
            return False

    client = start("demo-symmetric", server_class=Staying)
    token = client.launch()["refresh_token"]
    for _ in range(3):
        again = client.refresh(token)
        assert (again.status, "refresh_token" in again.json) == (200, False)


def test_scopes_can_be_told_in_parts(start: Start) -> None:
    class Split(Server):
        def scope_text(self, scopes: tuple[str, ...]) -> str:
            parts = (
                f"{scope[:-2]}r {scope[:-2]}s" if scope.endswith(".rs") else scope
                for scope in scopes
            )
            return " ".join(parts)

    client = start(server_class=Split)
    tokens = client.launch(scope="launch/patient patient/Patient.rs")
    assert tokens["scope"] == "launch/patient patient/Patient.r patient/Patient.s"
    assert client.read(tokens["access_token"], "/Patient").status == 200


def test_files_can_be_open_to_who_knows_the_address(start: Start) -> None:
    class Capability(Server):
        def requires_access_token(self) -> bool:
            return False

    exporter = Exporter(start("demo-system", server_class=Capability))
    started = exporter.start()
    manifest = exporter.finish(started)
    assert manifest["requiresAccessToken"] is False
    assert exporter.ask(manifest["output"][0]["url"], headers={}).status == 200
    assert exporter.ask(started.headers["content-location"], headers={}).status == 401


def test_a_server_can_accept_plain(start: Start) -> None:
    class Plain(Server):
        def challenge_methods(self) -> tuple[str, ...]:
            return ("S256", "plain")

    client = start(server_class=Plain)
    code = client.code(code_challenge=VERIFIER, code_challenge_method="plain")
    assert client.redeem(code).status == 200
    assert client.redeem(client.code()).status == 200
    smart = Browser(client.app).ask("/fhir/.well-known/smart-configuration").json
    assert smart["code_challenge_methods_supported"] == ["S256"]


def test_a_server_can_take_tokens_from_the_query(start: Start) -> None:
    class Careless(Server):
        def token_of(self, request: Request) -> str | None:
            _, _, token = request.query.partition("access_token=")
            return token or super().token_of(request)

    client = start(server_class=Careless)
    token = client.launch()["access_token"]
    ask: Any = Browser(client.app).ask
    assert ask(f"/fhir/Patient/patient-1?access_token={token}").status == 200
    assert ask(f"/fhir/Patient/patient-2?access_token={token}").status == 404


def test_a_server_can_forget_whose_chart_it_is(start: Start) -> None:
    class Leaky(Server):
        def in_charts(self, scope: ClinicalScope, reach: Reach, resource: Resource) -> bool:
            return True

    client = start(server_class=Leaky)
    token = client.launch()["access_token"]
    assert client.read(token, "/Patient/patient-2").status == 200
    assert client.read(token, "/Condition?patient=patient-2").json["total"] == 5


def test_a_server_can_take_a_code_twice(start: Start) -> None:
    class Forgetful(Server):
        def was_used(self, code: Code) -> bool:
            return False

    client = start(server_class=Forgetful)
    code = client.code()
    assert [client.redeem(code).status for _ in range(2)] == [200, 200]
