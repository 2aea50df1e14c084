"""
The personas: which record system the server is.

    certified      a certified EHR: all of US Core 6.1.0, SMART 2, protected by tokens, group export
    expired        what was certified before 2026: US Core 3.1.1, SMART 1, protected, group export
    open-sandbox   the API of the certified one, open to all: no SMART, no export
    clinic         a chart API behind an API key: Patient and five chart types, no SMART, no export
    closed         a portal for people: a login page at every address, no API
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from conformance.core.errors import UsageError
from conformance.ehr.authorization.setup import AuthorizationSetup
from conformance.ehr.bulk.groups import groups
from conformance.ehr.cohort import cohort
from conformance.ehr.editions import US_CORE_3
from conformance.ehr.portal import Portal
from conformance.ehr.search_tables import SEARCH_TABLES
from conformance.ehr.server import Server, read_body
from conformance.ehr.setup import Protection, Setup
from conformance.ehr.store import Resource, Store

SETUPS = {
    "certified": Setup(
        name="certified",
        title="Certified reference EHR",
        types=tuple(SEARCH_TABLES),
        protection=Protection.BEARER,
        smart=True,
        us_core=True,
        provenance=True,
        compartments=True,
        exports=True,
    ),
    "expired": Setup(
        name="expired",
        title="Reference EHR of an earlier edition",
        types=tuple(t for t in SEARCH_TABLES if t in US_CORE_3.profiles or t == "Group"),
        protection=Protection.BEARER,
        smart=True,
        smart_edition=1,
        us_core=True,
        edition=US_CORE_3,
        provenance=True,
        compartments=True,
        exports=True,
    ),
    "open-sandbox": Setup(
        name="open-sandbox",
        title="Open sandbox of the reference EHR",
        types=tuple(type_ for type_ in SEARCH_TABLES if type_ != "Group"),
        protection=Protection.NONE,
        smart=False,
        us_core=True,
        provenance=True,
        compartments=True,
    ),
    "clinic": Setup(
        name="clinic",
        title="Clinic chart server",
        types=(
            "Patient",
            "AllergyIntolerance",
            "Condition",
            "Immunization",
            "MedicationRequest",
            "Observation",
        ),
        protection=Protection.API_KEY,
        smart=False,
        us_core=False,
        provenance=False,
    ),
}
PORTAL = "closed"
PERSONAS = (*SETUPS, PORTAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """One request as the server saw it, credentials included; `query` and `body` are raw."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""


def build_app(
    persona: str,
    *,
    token: str,
    base_url: str | None = None,
    server_class: type[Server] | None = None,
    patients: int = 3,
    authorization: AuthorizationSetup | None = None,
    log: Callable[[LoggedRequest], None] | None = None,
) -> ASGIApp:
    """
    Return a persona as an ASGI application.

    `token` is the bearer token or API key that opens it. Without `base_url` the server takes the
    scheme and host of each request, and the path `/fhir`. `server_class` puts a subclass in the
    place of the sound server; a persona without an API ignores it. `authorization` names the
    clients and users of a persona that has an authorization server; without it there are none.
    `log` sees each request first. UsageError for an unknown persona.
    """
    if persona not in PERSONAS:
        raise UsageError(f"There is no persona {persona!r}.", f"Choose from {', '.join(PERSONAS)}.")
    app: ASGIApp = (
        Portal("Closed portal")
        if persona == PORTAL
        else build_server(
            persona,
            token=token,
            base_url=base_url,
            server_class=server_class,
            patients=patients,
            authorization=authorization,
        )
    )
    return logged(app, log) if log else app


def build_server(
    persona: str,
    *,
    token: str,
    base_url: str | None = None,
    server_class: type[Server] | None = None,
    patients: int = 3,
    authorization: AuthorizationSetup | None = None,
) -> Server:
    """Return the server of a persona that has an API; the arguments are those of `build_app`."""
    return (server_class or Server)(
        setup=SETUPS[persona],
        store=store_of(persona, patients),
        token=token,
        base_url=base_url,
        authorization=authorization,
    )


@lru_cache(maxsize=8)
def store_of(persona: str, patients: int) -> Store:
    """Return a persona's data; the same store for every server, since nothing changes it."""
    setup, people = SETUPS[persona], cohort(patients)
    kept = narrowed([*people, *groups(people)], frozenset(setup.types))
    return Store(map(setup.edition.resource, kept))


def narrowed(resources: Iterable[Resource], types: frozenset[str]) -> list[Resource]:
    """
    Return the resources of some types, complete in themselves.

    A reference to a type that is left out keeps its display only; a medication that stands in a
    resource of its own is named in its place. Provenance goes with what it is about.
    """
    everything = [entry for entry in resources if not _about_other(entry, types)]
    by_reference = {f"{r['resourceType']}/{r['id']}": r for r in everything}
    return [
        _narrowed(resource, types, by_reference)
        for resource in everything
        if resource["resourceType"] in types
    ]


def _about_other(resource: Resource, types: frozenset[str]) -> bool:
    """Tell whether it is the Provenance of resources whose types are left out."""
    targets = resource["target"] if resource["resourceType"] == "Provenance" else []
    kinds = [target["reference"].partition("/")[0] for target in targets]
    return bool(kinds) and not any(kind in types for kind in kinds)


def _narrowed(node: Any, types: frozenset[str], by_reference: dict[str, Resource]) -> Any:
    if isinstance(node, list):
        return [_narrowed(item, types, by_reference) for item in node]
    if not isinstance(node, dict):
        return node
    medication = by_reference.get(node.get("medicationReference", {}).get("reference", ""))
    if medication and "Medication" not in types:
        node = {
            "medicationCodeableConcept" if key == "medicationReference" else key: (
                medication["code"] if key == "medicationReference" else value
            )
            for key, value in node.items()
        }
    reference = node.get("reference")
    if reference in by_reference and reference.partition("/")[0] not in types:
        node = {key: value for key, value in node.items() if key != "reference"}
    return {key: _narrowed(value, types, by_reference) for key, value in node.items()}


def logged(app: ASGIApp, log: Callable[[LoggedRequest], None]) -> ASGIApp:
    """Return an application that shows each request to `log` before it answers."""

    async def logging_app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        body = await read_body(receive)
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
        )
        log(
            LoggedRequest(
                method=scope["method"],
                path=scope["path"],
                query=scope["query_string"].decode("latin-1"),
                headers=headers,
                body=body.decode(errors="replace"),
            )
        )

        async def receive_again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await app(scope, receive_again, send)

    return logging_app
