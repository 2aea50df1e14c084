"""Settle, before anything else, where the API is and which US Core edition the run judges by."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from conformance.core.elements import walk
from conformance.core.errors import CheckEnded
from conformance.evidence.exchange import Evidence
from conformance.evidence.response import Response
from conformance.fhir.client import FhirClient
from conformance.ig.rulebook import available_editions
from conformance.ig.versions import ordered

_ELSEWHERE = ("fhir", "fhir/r4", "r4", "api/fhir/r4")
_US_CORE = re.compile(r"hl7\.org/fhir/us/core/.*\|(\d{1,4}\.\d{1,4}\.\d{1,4})$", re.ASCII)
_OUT_OF_ORDER = frozenset({429, 502, 503, 504})
"""A server that is down or busy says nothing about what is at an address."""
_HIGHEST = 20
"""A server may list any number of editions; a report names so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address that was tried, and whether it served a CapabilityStatement."""

    url: str
    answer: str
    exchange: int


@dataclass(frozen=True, kw_only=True)
class Settled:
    """
    What is known before the first check.

    `base` is the address in use: the one that served a CapabilityStatement, else the one given.
    `declared` are the US Core editions that the server names, lowest first; `edition` is the one
    that the run judges by, `edition_from` says why.
    """

    base: str
    addresses: tuple[Address, ...]
    capability_statement: dict[str, Any]
    declared: tuple[str, ...]
    edition: str
    edition_from: str

    @property
    def found(self) -> bool:
        """Whether a FHIR API was found at any address."""
        return bool(self.capability_statement)

    @property
    def reachable(self) -> bool:
        """Whether anything answered at any address."""
        return any(address.answer != "unreachable" for address in self.addresses)

    @property
    def types(self) -> list[str]:
        """The resource types that the CapabilityStatement declares, sorted."""
        names = walk(self.capability_statement, "rest.resource.type")
        return sorted({name for name in names if isinstance(name, str) and _is_type(name)})

    @property
    def fhir_version(self) -> str | None:
        """The FHIR version that the CapabilityStatement declares."""
        version = self.capability_statement.get("fhirVersion")
        return version[:20] if isinstance(version, str) else None

    @property
    def software(self) -> str | None:
        """The software's name and version as the CapabilityStatement gives them."""
        parts = [
            part
            for path in ("software.name", "software.version")
            for part in walk(self.capability_statement, path)
            if isinstance(part, str)
        ]
        return " ".join(parts)[:120] or None


def settle(
    evidence: Evidence, url: str, credential: str, *, edition: str | None, edition_from: str
) -> Settled:
    """
    Try the addresses where the API may be, and settle the edition.

    `edition` and `edition_from` are a choice made by option or target file; None leaves it to the
    server's metadata, else to the edition that the rule set requires.
    """
    tried: list[Address] = []
    statement: dict[str, Any] = {}
    base = _without_metadata(url)
    for candidate in _candidates(url):
        try:
            response = _metadata(evidence, candidate, credential)
        except CheckEnded:
            break  # The run that is replayed was cut short before it asked here.
        answer = _answer(response)
        tried.append(Address(url=candidate, answer=answer, exchange=response.exchange.number))
        if answer == "capability-statement":
            base, statement = candidate, response.resource
            break
        if answer == "unreachable":
            break
    declared = _declared(statement)
    shipped = available_editions()
    if edition is None:
        known = [version for version in declared if version in shipped]
        edition, edition_from = (known[-1], "metadata") if known else (_REQUIRED, "rule-set")
    return Settled(
        base=base,
        addresses=tuple(tried),
        capability_statement=statement,
        declared=declared,
        edition=edition,
        edition_from=edition_from,
    )


_REQUIRED = "6.1.0"


def _metadata(evidence: Evidence, base: str, credential: str) -> Response:
    client = FhirClient(evidence, base, credential)
    response = client.send(client.request("metadata", credential=""))
    if response.status in (401, 403) and credential:
        return client.send(client.request("metadata"))
    return response


def _answer(response: Response) -> str:
    if response.status is None or response.status in _OUT_OF_ORDER:
        return "unreachable"
    if response.status == 200 and response.resource_type == "CapabilityStatement":
        return "capability-statement"
    return "no-fhir"


def _candidates(url: str) -> list[str]:
    """List the addresses to try, the given one first, each once."""
    given = _without_metadata(url)
    parts = urlsplit(given)
    origin = f"{parts.scheme}://{parts.netloc}"
    parent = given.rpartition("/")[0] if parts.path.strip("/") else given
    below = [f"{origin}/{path}" for path in _ELSEWHERE]
    return list(dict.fromkeys([given, parent, *below]))


def _without_metadata(url: str) -> str:
    return url.rstrip("/").removesuffix("/metadata").rstrip("/")


def _declared(statement: dict[str, Any]) -> tuple[str, ...]:
    paths = ("instantiates", "implementationGuide", "rest.resource.supportedProfile")
    versions = {
        found.group(1)
        for path in paths
        for value in walk(statement, path)
        if isinstance(value, str) and (found := _US_CORE.search(value))
    }
    return tuple(sorted(versions, key=ordered)[-_HIGHEST:])


def _is_type(name: str) -> bool:
    return name.isascii() and name.isalnum() and len(name) <= 64
