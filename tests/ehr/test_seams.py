"""The seams of the server: that each decides something, and that bending one bends only that."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from conformance.ehr.messages import Call, Request, Response
from conformance.ehr.personas import build_app
from conformance.ehr.server import Server

Send = Callable[..., Any]
HEADERS = {"authorization": "Bearer t"}
FORM = {**HEADERS, "content-type": "application/x-www-form-urlencoded"}
PRESCRIPTIONS = (
    "patient=patient-1",
    "encounter=patient-1-encounter-1",
    "_include=MedicationRequest:medication",
    "_revinclude=Provenance:target",
)
SCRIPT: list[tuple[str, str, dict[str, str], bytes]] = [
    ("GET", "/metadata", {}, b""),
    ("GET", "/.well-known/smart-configuration", {}, b""),
    ("GET", "/Patient/patient-1", HEADERS, b""),
    ("GET", "/Patient/patient-1", {**HEADERS, "if-none-match": 'W/"1"'}, b""),
    ("GET", "/Patient/patient-1/_history/1", HEADERS, b""),
    ("GET", "/Patient/nobody", HEADERS, b""),
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
    app = build_app("certified", token="t", server_class=type("Spied", (Server,), spies))
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
