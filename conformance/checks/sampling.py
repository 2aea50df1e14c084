"""Samples: the data of the server that checks work on, and why there may be none."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

from conformance.checks.questions import Questions, listed
from conformance.checks.record import current
from conformance.checks.reply import ERROR_OF, Reply
from conformance.core.elements import walk
from conformance.core.errors import Errored, Skipped
from conformance.evidence.exchange import Request
from conformance.fhir.bundle import entries, identity, resource_of
from conformance.fhir.client import Parameter
from conformance.fhir.harvest import BUSY, Harvest, Look, Sample
from conformance.ig.rulebook import Search

_NOT_THERE = frozenset({401, 403, 404, 410, 501})
"""Statuses that say that a type is not served, or not to this client."""
USUAL = "Observation"
NO_PATIENT = "conformance-no-such-id"


class Sampling(Questions):
    """Questions about what the pool holds."""

    def samples(self, type_: str) -> list[Sample]:
        """Return the pool's samples of a type; none ends the check with where we looked."""
        harvest = self._pool.of(type_)
        if not harvest.samples:
            self._nothing(type_, harvest)
        return harvest.samples

    def answered(self, type_: str) -> bool:
        """Tell whether any search of the pool for a type gave a result, be it an empty one."""
        looks = [look for look in self._pool.of(type_).looks if look.fit]
        current().exchanges.update(look.exchange for look in looks[:1])
        return bool(looks)

    def held(self, type_: str) -> list[Sample]:
        """Return the pool's samples of a type that a search found, none where there are none."""
        return [sample for sample in self._pool.of(type_).samples if sample.found_by]

    def sample(self, type_: str) -> Sample:
        """Return the first sample of a type and rest the check on it."""
        return self.rest_on(self.samples(type_)[0])

    def sample_of(self, type_: str, patient: str) -> Sample:
        """Return a patient's first sample of a type and rest the check on it; none ends it."""
        for sample in self.samples(type_):
            if sample.patient == patient:
                return self.rest_on(sample)
        raise Skipped("no-data", f"No {type_} of Patient/{patient} was found.")

    def usual_type(self, *, least: int = 1, by: str = "") -> str:
        """
        Return the type that a check about any search is tried on: Observation, where it has data.

        Else it is the first with at least `least` results of one search that can be searched `by`
        one more parameter, as the guide requires; where there is none, it is Observation still.
        """
        others = (entry.type for entry in self.rulebook.types if entry.type != "Patient")
        for type_ in dict.fromkeys((USUAL, *others)):
            samples = self._pool.of(type_).samples
            asked = samples[0].found_by if samples else ()
            found = sum(sample.found_by == asked for sample in samples)
            if asked and found >= least and (type_ == USUAL or self._required(type_, asked, by)):
                return type_
        return USUAL

    def _required(self, type_: str, asked: Sequence[Parameter], by: str) -> bool:
        names = {*(parameter.name for parameter in asked), by}
        searches = self.rulebook.searches_of(type_, "SHALL")
        return not by or any(set(search.parameters) == names for search in searches)

    def require_declared(self, type_: str, interaction: str) -> None:
        """End the check where the server does not declare an interaction for a type."""
        statement = self.statement().resource
        declared = {
            code
            for resource in walk(statement, "rest.resource")
            if isinstance(resource, dict) and resource.get("type") == type_
            for code in walk(resource, "interaction.code")
            if isinstance(code, str)
        }
        if interaction not in declared:
            self.not_applicable(f"The server declares no {interaction} of {type_}.")

    def rest_on(self, sample: Sample) -> Sample:
        """Note that the check rests on a sample: it is looked up again before a FAIL counts."""
        record = current()
        record.samples.append(sample)
        record.exchanges.add(sample.exchange)
        return sample

    def unpaged(
        self,
        type_: str,
        *,
        headers: Mapping[str, str] | None = None,
        credential: str | None = None,
        **extra: str,
    ) -> Reply:
        """Repeat the search that found the first sample of a type, with extra parameters."""
        parameters = [*self._found_by(type_), *listed(extra)]
        return self.search(type_, parameters, headers=headers, credential=credential)

    def posted(self, type_: str, *, credential: str | None = None) -> Reply:
        """Repeat the search that found the first sample of a type, by POST."""
        return self.search(type_, self._found_by(type_), post=True, credential=credential)

    def _found_by(self, type_: str) -> tuple[Parameter, ...]:
        sample = self.sample(type_)
        if not sample.found_by:
            raise Skipped("no-data", f"{type_} was reached by references only.")
        return sample.found_by

    def require_gathering(self, search: Search) -> None:
        """
        End the check where this search is the one that data are gathered by, and always fails.

        Without data no other search can be tried; that the server cannot be asked for any is a
        fault of its own, and not a lack of data.
        """
        first = self.rulebook.first_search(search.type)
        failed = self._failed(search.type)
        if failed and first and set(first.parameters) == set(search.parameters):
            reply = self.again(failed)
            reply.require_status(200)
            reply.require_bundle()

    def still_there(self, sample: Sample, occurrence: int) -> bool:
        """
        Tell whether the request that gave a sample gives it again unchanged, `meta` aside.

        An answer that cannot tell counts as yes: the finding stands or falls by its repetition.
        """
        response = self._client.send(replace(sample.source, occurrence=occurrence))
        if response.status != 200:
            return True
        again = {identity(found): found for found in map(resource_of, entries(response.resource))}
        again[identity(response.resource)] = response.resource
        return _content(again.get(identity(sample.resource), {})) == _content(sample.resource)

    def _nothing(self, type_: str, harvest: Harvest) -> NoReturn:
        if harvest.failure == "foreign-host":
            raise Skipped("foreign-host", f"The server points to another host for every {type_}.")
        if harvest.failure == BUSY:
            raise Skipped("bounded", f"The server asks to wait too long for every {type_}.")
        if harvest.failure:
            code = ERROR_OF.get(harvest.failure, "network")
            raise Errored(code, f"No {type_} could be asked for: {harvest.failure}.")
        if harvest.refused or (not harvest.looks and self._pool.of("Patient").refused):
            raise Skipped(
                "no-credentials",
                f"The server refuses to show any {type_}; give a credential that may read it.",
            )
        if self._failed(type_):
            self.prerequisite_failed(
                f"No search for {type_} works", "fhir-api.searches.answer-with-a-searchset"
            )
        if not harvest.looks:
            if self._failed("Patient"):
                self.prerequisite_failed(
                    "No search for Patient works", "fhir-api.searches.answer-with-a-searchset"
                )
            by_reference = self.rulebook.first_search(type_) is None
            why = (
                "nothing that was seen refers to one"
                if by_reference
                else "no patient is known (name one under [target] patients)"
            )
            raise Skipped("no-data", f"No {type_} was found: {why}.")
        raise Skipped(
            "no-data",
            f"No {type_} was found in {len(harvest.looks)} requests, first {harvest.looks[0].how}.",
        )

    def _failed(self, type_: str) -> Request | None:
        """Return a search that failed, where all for a type did that the server declares."""
        failed = self._pool.of(type_).failed
        if failed is None or failed.failure or failed.status in _NOT_THERE:
            return None
        if self.rulebook.first_search(type_) is None:
            return None
        if type_ not in walk(self.statement().resource, "rest.resource.type"):
            return None
        return self._failed_by_id(failed) if type_ == "Patient" else failed.request

    def _failed_by_id(self, failed: Look) -> Request | None:
        """
        Return a failed search for a patient by id, None where the server may yet answer one.

        Nobody has to show all patients at once, so where no patient is named a search for one that
        is not there tells: to find nothing is an answer, to crash or to send a page is none.
        """
        if "?" in failed.request.url:
            return failed.request
        reply = self.search("Patient", {"_id": NO_PATIENT})
        status = reply.response.status
        crashed = status == 500 or (status == 200 and not reply.is_bundle)
        return reply.response.request if crashed else None


def _content(resource: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in resource.items() if name != "meta"}
