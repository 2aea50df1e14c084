"""The seams of the server: that each decides something, and that bending one bends only that."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from conformance.ehr.authorization.demo import Demo, demo
from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.personas import build_app
from conformance.ehr.server import Server
from tests.support.browser import read_page
from tests.support.oauth import Application, Clock

Send = Callable[..., Any]
HEADERS = {"authorization": "Bearer t"}
FORM = {**HEADERS, "content-type": "application/x-www-form-urlencoded"}
PRESCRIPTIONS = (
    "patient=patient-1",
    "encounter=patient-1-encounter-1",
    "_include=MedicationRequest:medication",
    "_revinclude=Provenance:target",
)
SECRET = "demo-symmetric"
SCRIPT: list[tuple[str, str, dict[str, str], bytes]] = [
    ("GET", "/metadata", {}, b""),
    ("GET", "/.well-known/smart-configuration", {}, b""),
    ("GET", "/Patient/patient-1", HEADERS, b""),
    ("GET", "/Patient/patient-1", {**HEADERS, "if-none-match": 'W/"1"'}, b""),
    ("GET", "/Patient/patient-1/_history", HEADERS, b""),
    ("GET", "/Patient/patient-1/_history/1", HEADERS, b""),
    ("GET", "/Patient/nobody", HEADERS, b""),
    ("GET", "/Patient/patient-1/Condition", HEADERS, b""),
    ("GET", "/Nonsense", HEADERS, b""),
    (
        "GET",
        "/Patient?name=quill&gender=female&birthdate=1984&death-date:missing=true",
        HEADERS,
        b"",
    ),
    ("GET", "/Patient?nonsense=1&_count=2", HEADERS, b""),
    ("GET", "/MedicationRequest?" + "&".join(PRESCRIPTIONS), HEADERS, b""),
    ("GET", "/Patient", {}, b""),
    ("POST", "/Patient/_search", FORM, b"name=quill"),
]


def walk_through(app: Any, demo: Demo) -> None:
    """Ask for everything beside the FHIR API, and do some of it wrong."""
    public = Application(app, demo, clock=Clock())
    public.launch("frieda", "patient-1")
    tokens = public.as_client(SECRET).launch()
    public.as_client(SECRET).refresh(tokens["refresh_token"])
    public.as_client(SECRET).refresh(tokens["refresh_token"])
    code = public.code(scope="openid")
    public.redeem(code)
    public.redeem(code)
    public.authorize(client_id="nobody")
    public.authorize(code_challenge=None)
    public.authorize(aud="https://elsewhere.example")
    public.token(grant_type="authorization_code", client_id="nobody", code="x")
    public.browser.ask("/auth/.well-known/openid-configuration")
    public.browser.ask("/auth/jwks")
    category = "patient/Condition.rs?category=encounter-diagnosis"
    narrow = public.launch(patient="patient-1", scope=category)
    public.read(narrow["access_token"], "/Patient")
    public.read(narrow["access_token"], "/Condition")
    public.browser.ask("/auth/style.json")
    for token in (narrow["access_token"], public.launch(patient="patient-1")["refresh_token"]):
        for asker in ({"authorization": f"Bearer {token}"}, public.as_client(SECRET).basic()):
            public.browser.ask("/auth/introspect", form={"token": token}, headers=asker)
        form = {"token": token, "client_id": "demo-public"}
        public.browser.ask("/auth/revoke", form=form)
    operator = {"authorization": f"Bearer {demo.setup.operator_key}"}
    wanted = {"client_id": SECRET, "user": "gustav", "patient": "patient-1"}
    body = json.dumps(wanted).encode()
    answer = public.browser.ask("/ehr/launch", "POST", headers=operator, body=body)
    inside = public.as_client(SECRET)
    inside.launch("gustav", launch=answer.json["launch"], scope="launch openid user/*.rs")
    inside.browser.ask("/ehr/launcher?patient=patient-1")
    inside.browser.ask("/ehr/launcher", form={"csrf": inside.page_csrf()})
    inside.launch("gustav", scope="openid")
    managed = read_page(inside.browser.ask("/auth/manage"))
    inside.browser.ask("/auth/manage", form=managed.hidden)
    system = public.as_client("demo-system")
    token = system.token(grant_type="client_credentials", scope="system/Patient.rs").json
    asked = {"authorization": f"Bearer {token['access_token']}", "prefer": "respond-async"}
    ask = system.browser.ask
    address = "/fhir/Group/everybody/$export"
    ask(f"{address}?_type=Goal", headers=asked)
    ask(f"{address}?_elements=id", headers=asked)
    query = "_type=Patient&_since=2000-01-01T00:00:00Z&_outputFormat=ndjson"
    status = ask(f"{address}?{query}", "POST", headers=asked).headers["content-location"]
    ask(status, headers=asked)
    ask(ask(status, headers=asked).json["output"][0]["url"], headers=asked)
    ask(status, "DELETE", headers=asked)
    ask(status, headers=asked)


def test_every_public_method_is_reached_by_way_of_self(send: Send) -> None:
    reached: set[str] = set()

    def spied(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def spy(self: Server, *args: Any, **kwargs: Any) -> Any:
            reached.add(name)
            return method(self, *args, **kwargs)

        return spy

    seams = {
        name: getattr(Server, name)
        for name in dir(Server)
        if not name.startswith("_") and callable(getattr(Server, name))
    }
    spies = {name: spied(name, method) for name, method in seams.items()}
    registry = demo()
    registry = replace(registry, setup=replace(registry.setup, now=Clock()))
    spied_class = type("Spied", (Server,), spies)
    app = build_app("certified", token="t", server_class=spied_class, authorization=registry.setup)
    walk_through(app, registry)
    for method, target, headers, body in SCRIPT:
        send(app, f"/fhir{target}", method, headers, body)
    assert set(seams) - reached == set()


def test_a_changed_resource_is_shown_changed_and_the_store_stays_as_it_was(send: Send) -> None:
    class Forgetful(Server):
        def shown(self, resource: dict[str, Any]) -> dict[str, Any]:
            changed = deepcopy(resource)
            changed.pop("gender", None)
            return changed

    bent, sound = (
        build_app("certified", token="t", server_class=class_) for class_ in (Forgetful, Server)
    )
    for target in ("/fhir/Patient/patient-1", "/fhir/Patient?_id=patient-1"):
        assert b'"gender"' not in send(bent, target, headers=HEADERS).body
        assert b'"gender"' in send(sound, target, headers=HEADERS).body


def test_a_whole_answer_can_be_bent_on_its_way_out(send: Send) -> None:
    class Vague(Server):
        def finish(self, request: Request, call: Call, response: Response) -> Response:
            return Response(status=200, headers=response.headers, document=response.document)

    app = build_app("certified", token="t", server_class=Vague)
    answer = send(app, "/fhir/Patient/nobody", headers=HEADERS)
    assert (answer.status, answer.json["resourceType"]) == (200, "OperationOutcome")


@pytest.mark.parametrize(("method", "target", "headers", "body"), SCRIPT)
def test_every_fhir_answer_is_one_by_another_library(
    send: Send, method: str, target: str, headers: dict[str, str], body: bytes
) -> None:
    answer = send(build_app("certified", token="t"), f"/fhir{target}", method, headers, body)
    if answer.body and "resourceType" in answer.json:
        get_fhir_model_class(answer.json["resourceType"]).model_validate(answer.json)
