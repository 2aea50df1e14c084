"""Hold the samples of the pool against the profiles that they belong to."""

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.checks.fhir import Fhir
from conformance.checks.record import current, note
from conformance.checks.rows import ProfileRow
from conformance.checks.stops import Stops
from conformance.fhir.harvest import Sample
from conformance.ig.registry import Registry, shipped
from conformance.ig.selection import Selection, contradictions, selections
from conformance.ig.snapshots import unversioned
from conformance.validation.issue import Issue
from conformance.validation.selecting import profiles_of
from conformance.validation.validator import Validator

_INDEX = re.compile(r"\[\d+\]")
_MOST = 20
"""So many kinds of departures of one profile are told apart."""


@dataclass(slots=True, kw_only=True)
class Departure:
    """One way in which samples depart from a profile, and which of them do."""

    issue: Issue
    samples: list[Sample] = field(default_factory=list)


class Profiles(Stops):
    """
    Questions about the form of the data.

    A resource belongs to a profile that its type, category or code selects, and to one that it
    claims, whatever version of it. Each is judged once for each profile; threads share what came.
    """

    def __init__(self, fhir: Fhir) -> None:
        self._fhir = fhir
        self._guard = threading.Lock()
        self._judged: dict[tuple[str, str], list[Issue]] = {}
        self._validator: Validator | None = None
        self._registry: Registry | None = None

    def members(self, row: ProfileRow) -> list[Sample]:
        """Return the samples that belong to a profile; none ends the check."""
        found = self._fhir.samples(row.type)
        current().exchanges.update(sample.exchange for sample in found)
        chosen = self._selections()
        own = [sample for sample in found if _belongs(sample, row.profile, chosen)]
        if not own:
            self.no_data(
                f"None of {len(found)} resources of type {row.type} belongs to this profile."
            )
        return own

    def departures(self, row: ProfileRow, samples: list[Sample]) -> list[Departure]:
        """
        Return how samples depart from a profile: errors only, by rule and place.

        The places of repetitions are one place. What a package asks for against itself is left out.
        """
        excused = contradictions(self._fhir.rulebook.version, row.profile)
        found: dict[tuple[str, str], Departure] = {}
        for sample in samples:
            seen: set[tuple[str, str]] = set()
            for issue in self._issues(sample, row.profile):
                key = issue.code, _INDEX.sub("", issue.path)
                if issue.level == "error" and key not in seen | excused:
                    seen.add(key)
                    found.setdefault(key, Departure(issue=issue)).samples.append(sample)
        return list(found.values())

    def expect_conformance(self, row: ProfileRow) -> None:
        """Note each way in which the samples of a profile depart from it."""
        samples = self.members(row)
        departures = self.departures(row, samples)
        for departure in departures[:_MOST]:
            first = self._fhir.rest_on(departure.samples[0])
            count = len(departure.samples)
            note(
                f"profile.{departure.issue.code}",
                departure.issue.message,
                expected=f"as {row.id} asks",
                actual=f"{count} of {len(samples)} resources, first {first.type}/{first.id}",
                path=departure.issue.path,
                exchange=first.exchange,
            )
        if len(departures) > _MOST:
            more = len(departures) - _MOST
            note("profile.more", f"There are {more} more ways in which they depart from it.")

    def unjudged(self) -> Mapping[str, int]:
        """Return how many rules were left open, by kind; empty where nothing was judged."""
        with self._guard:
            if self._validator is None or self._registry is None:
                return {}
            entries = {
                (entry.what, entry.name)
                for entry in (*self._registry.not_checked(), *self._validator.unjudged())
            }
        kinds = sorted({what for what, _ in entries})
        return {kind: sum(what == kind for what, _ in entries) for kind in kinds}

    def _selections(self) -> tuple[Selection, ...]:
        rulebook = self._fhir.rulebook
        with self._guard:
            if self._registry is None:
                self._registry = shipped(f"{rulebook.package}#{rulebook.version}")
                self._validator = Validator(self._registry)
        return selections(rulebook.version, self._registry)

    def _issues(self, sample: Sample, profile: str) -> list[Issue]:
        key = json.dumps(sample.resource, sort_keys=True), profile
        with self._guard:
            assert self._validator is not None
            if key not in self._judged:
                self._judged[key] = self._validator.validate(
                    sample.resource, (profile,), claims=False
                )
            return self._judged[key]


def _belongs(sample: Sample, profile: str, chosen: tuple[Selection, ...]) -> bool:
    meta = sample.resource.get("meta")
    claimed = meta.get("profile") if isinstance(meta, dict) else None
    urls = claimed if isinstance(claimed, list) else []
    if any(isinstance(url, str) and unversioned(url) == profile for url in urls):
        return True
    return profile in profiles_of(sample.resource, chosen)
