"""
The pool: the data that a server was seen to hold, gathered once and then frozen.

For each type the first searches of the rulebook (all pages, within bounds), and for types that only
references reach, reads of what other samples point at. It is a fixed function of rulebook, target
file and the server's answers, so that outcomes do not depend on which check asks first.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

from conformance.evidence.exchange import Request
from conformance.evidence.response import Response
from conformance.fhir.bundle import included, link, matches
from conformance.fhir.client import FhirClient, Parameter
from conformance.fhir.harvest import Harvest, Look, Sample, failure_of, keep_first
from conformance.ig.rulebook import FirstSearch, Rulebook

PATIENTS = 5
"""So many patients are looked at when the target file names none."""
REFERENCED = 5
"""So many resources of a type are read by reference."""
HARVEST_PAGES = 20


class Pool:
    """
    Samples by resource type; each type is gathered once, whichever thread asks first.

    `prefetch` is told of requests that are about to be made one after the other: a run with threads
    sends them side by side, and what is gathered from the answers stays the same.
    """

    def __init__(self, client: FhirClient, rulebook: Rulebook, patients: tuple[str, ...]) -> None:
        self._client = client
        self._rulebook = rulebook
        self._named = patients
        self._harvests: dict[str, Harvest] = {}
        self._locks: dict[str, threading.RLock] = {}
        self._guard = threading.Lock()
        self.prefetch: Callable[[Request], object] = lambda request: None

    def of(self, type_: str) -> Harvest:
        """Return what is known of a type, gathering it first if need be."""
        with self._guard:
            lock = self._locks.setdefault(type_, threading.RLock())
        with lock:
            if type_ not in self._harvests:
                self._harvests[type_] = self._gather(type_)
            return self._harvests[type_]

    def gathered(self) -> dict[str, Harvest]:
        """Return what has been gathered so far, by type in alphabetical order."""
        return dict(sorted(self._harvests.items()))

    def _gather(self, type_: str) -> Harvest:
        harvest = Harvest()
        if type_ == "Patient":
            self._gather_patients(harvest)
        elif type_ == "Provenance":
            self._gather_provenance(harvest)
        elif self._rulebook.first_search(type_):
            self._search_all(harvest, [(type_, patient) for patient in self._patients()])
        else:
            self._gather_referenced(harvest, type_)
        keep_first(harvest)
        return harvest

    def _patients(self) -> list[str]:
        known = [sample.id for sample in self.of("Patient").samples]
        return known or list(self._named)

    def _gather_patients(self, harvest: Harvest) -> None:
        if not self._named:
            self._search(harvest, "Patient", [], "", pages=1)
            del harvest.samples[PATIENTS:]
        for patient in self._named:
            parameters = [Parameter(name="_id", value=patient)]
            self._search(harvest, "Patient", parameters, patient)

    def _gather_provenance(self, harvest: Harvest) -> None:
        revinclude = Parameter(name="_revinclude", value="Provenance:target")
        types = [t for t in self._rulebook.provenance_types if self._rulebook.first_search(t)]
        asked = [(type_, patient) for type_ in types for patient in self._patients()]
        self._search_all(harvest, asked, revinclude, "Provenance")

    def _gather_referenced(self, harvest: Harvest, type_: str) -> None:
        wanted: dict[str, str] = {}
        for first in self._rulebook.first_searches:
            for sample in self.of(first.type).samples:
                for target in _references(sample.resource):
                    kind, _, name = target.rpartition("/")
                    if kind.rpartition("/")[2] == type_ and name:
                        wanted.setdefault(name, sample.patient)
        chosen = sorted(wanted)[:REFERENCED]
        for name in chosen:
            self.prefetch(self._client.request(f"{type_}/{name}"))
        for name in chosen:
            response = self._client.send(self._client.request(f"{type_}/{name}"))
            right = response.status == 200 and response.resource_type == type_
            found = [response.resource] if right else []
            self._note(harvest, type_, response, found, wanted[name])

    def _search_all(
        self,
        harvest: Harvest,
        asked: list[tuple[str, str]],
        extra: Parameter | None = None,
        wanted: str = "",
    ) -> None:
        """Carry out the first searches of types for patients, in this order."""
        searches = [
            (type_, [*parameters, *([extra] if extra else [])], patient)
            for type_, patient in asked
            if (first := self._rulebook.first_search(type_))
            for parameters in _first_parameters(first, patient)
        ]
        for type_, parameters, _ in searches:
            self.prefetch(self._client.request(type_, parameters=parameters))
        for type_, parameters, patient in searches:
            self._search(harvest, type_, parameters, patient, wanted)

    def _search(
        self,
        harvest: Harvest,
        type_: str,
        parameters: list[Parameter],
        patient: str,
        wanted: str = "",
        pages: int = HARVEST_PAGES,
    ) -> None:
        first = self._client.send(self._client.request(type_, parameters=parameters))
        if first.status == 400 and (fallback := self._status(type_, parameters)):
            # US Core lets a server insist on a status; what it then gives is looked at as well.
            for status in fallback:
                self._search(harvest, type_, [*parameters, status], patient, wanted, pages)
            return
        pick = included if wanted else matches
        for number, response in enumerate(self._client.pages(first, pages), start=1):
            found = pick(response.resource, wanted or type_) if response.status == 200 else []
            more = bool(link(response.resource, "next", response.exchange.url))
            self._note(
                harvest,
                wanted or type_,
                response,
                found,
                patient,
                found_by=() if wanted else tuple(parameters),
                cut=more and number == pages,
            )

    def _status(self, type_: str, parameters: list[Parameter]) -> list[Parameter]:
        entry = self._rulebook.type(type_)
        fallback = entry.status if entry else None
        if fallback is None or any("status" in parameter.name for parameter in parameters):
            return []
        values = (",".join(fallback.codes),) if fallback.joined else fallback.codes
        return [Parameter(name=fallback.parameter, value=value) for value in values]

    def _note(
        self,
        harvest: Harvest,
        type_: str,
        response: Response,
        found: list[dict[str, Any]],
        patient: str,
        *,
        found_by: tuple[Parameter, ...] = (),
        cut: bool = False,
    ) -> None:
        number = response.exchange.number
        for resource in found:
            name = resource.get("id")
            if isinstance(name, str) and name:
                harvest.samples.append(
                    Sample(
                        resource=resource,
                        type=type_,
                        id=name,
                        patient=patient or (name if type_ == "Patient" else ""),
                        source=response.request,
                        exchange=number,
                        found_by=_own_search(type_, name) or found_by,
                    )
                )
        harvest.looks.append(
            Look(
                what=type_,
                how=f"{response.request.method} {response.request.shown_url}",
                found=len(found),
                exchange=number,
                status=response.status,
                request=response.request,
                fit=response.status == 200 and response.resource_type in ("Bundle", type_),
                failure=failure_of(response),
                cut=cut,
            )
        )


def _own_search(type_: str, name: str) -> tuple[Parameter, ...]:
    """Return the search that finds just this resource, for patients, who are found by their id."""
    return (Parameter(name="_id", value=name),) if type_ == "Patient" else ()


def _first_parameters(first: FirstSearch, patient: str) -> Iterator[list[Parameter]]:
    who = Parameter(name=first.by, value=patient)
    if not first.fixed:
        yield [who]
    for code in first.codes:
        yield [who, Parameter(name=first.fixed, value=code.code)]


def _references(resource: dict[str, Any]) -> Iterator[str]:
    for key, value in resource.items():
        if key == "reference" and isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from _references(value)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    yield from _references(item)
