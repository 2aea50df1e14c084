"""Searches of the guide, built from what the server holds, and what they found."""

from collections.abc import Mapping, Sequence

from conformance.checks.reply import Reply
from conformance.checks.sampling import Sampling
from conformance.checks.terms import Term, terms_from
from conformance.core.errors import Skipped
from conformance.fhir.bundle import identity
from conformance.fhir.client import Parameter
from conformance.fhir.harvest import Sample
from conformance.ig.rulebook import Search, SearchParameter
from conformance.validation.search_certainty import surely_matches
from conformance.validation.search_matching import matches as value_matches


class Searching(Sampling):
    """Questions whose values are those of a sample."""

    def terms_for(self, search: Search) -> tuple[Sample, list[Term]]:
        """Return a sample from which every parameter of a search gets a value, and the values."""
        samples = self.samples(search.type)
        for sample in samples:
            terms = terms_from(search, sample, self.base)
            if terms is not None:
                return self.rest_on(sample), terms
        raise Skipped(
            "no-data",
            f"None of {len(samples)} {search.type} resources has a value for each of "
            f"{', '.join(search.parameters)}.",
        )

    def searched(
        self, search: Search, terms: Sequence[Term], *, post: bool = False
    ) -> tuple[Reply, list[Parameter]]:
        """
        Run a search of the guide and return the answer and the parameters that gave it.

        Where the server refuses it for want of a status, the status is added as the guide allows.
        """
        parameters = [term.parameter for term in terms]
        reply = self.search(search.type, parameters, post=post)
        if reply.status == 400 and search.status is not None:
            codes = search.status.codes
            for value in (",".join(codes),) if search.status.joined else codes:
                status = Parameter(name=search.status.parameter, value=value)
                widened = self.search(search.type, [*parameters, status], post=post)
                if widened.status == 200 and widened.matches(search.type):
                    return widened, [*parameters, status]
        return reply, parameters

    def first_search(self, type_: str, patient: str, *, credential: str | None = None) -> Reply:
        """Ask for a patient's data of a type as the guide does first; N/A where it does not."""
        first = self.rulebook.first_search(type_)
        if first is None:
            self.not_applicable(f"{type_} is not searched by patient.")
        parameters = [Parameter(name=first.by, value=patient)]
        if first.fixed:
            parameters.append(Parameter(name=first.fixed, value=first.codes[0].code))
        reply = self.search(type_, parameters, credential=credential)
        entry = self.rulebook.type(type_)
        if reply.status == 400 and entry is not None and entry.status is not None:
            status, codes = entry.status.parameter, entry.status.codes
            parameters.append(Parameter(name=status, value=",".join(codes)))
            reply = self.search(type_, parameters, credential=credential)
        return reply

    def found(self, type_: str, first: Reply) -> list[dict[str, object]]:
        """
        Return the matches of all pages of a search that a check rests on.

        A broken page is the finding of another check and ends this one.
        """
        resources: list[dict[str, object]] = []
        pages: list[Reply] = []
        for page in self.pages(first):
            self.require_sound(page, first)
            pages.append(page)
            if self.circle(type_, pages):
                break
            resources += page.matches(type_)
        if pages[-1].next:
            self.prerequisite_failed(
                "The pages do not end", "fhir-api.searches.every-page-is-served"
            )
        return resources

    def require_search(self, search: Search, sample: Sample, terms: Sequence[Term]) -> None:
        """End a check about another form of a search where the search itself goes wrong."""
        reply, parameters = self.searched(search, terms)
        resources = self.found(search.type, reply)
        wrong = ""
        if identity(sample.resource) not in {identity(resource) for resource in resources}:
            wrong = "find-what-the-server-holds"
        elif self.strangers(terms, resources):
            wrong = "return-only-matches"
        elif self.missed(search.type, terms, resources, parameters):
            wrong = "find-all-that-the-server-holds"
        if wrong:
            self.prerequisite_failed("The search itself goes wrong", _blamed(search, wrong))

    def must_find(self, type_: str, first: Reply) -> list[dict[str, object]]:
        """Return the matches of all pages of a search that a check is about."""
        resources: list[dict[str, object]] = []
        for page in self.pages(first):
            page.require_status(200)
            page.require_bundle()
            resources += page.matches(type_)
        return resources

    def judge(
        self, resource: Mapping[str, object], definition: SearchParameter, value: str
    ) -> bool | None:
        """Tell whether a resource matches a parameter; None when that cannot be judged."""
        return value_matches(resource, definition, value, base=self.base)

    def ignored(
        self, terms: Sequence[Term], name: str, found: Sequence[Mapping[str, object]]
    ) -> bool:
        """Tell whether a search left a parameter out of account: a result does not match it."""
        asked = [term for term in terms if term.definition.name == name]
        return any(self._ruled_out(resource, asked) for resource in found)

    def counted(
        self, terms: Sequence[Term], names: Sequence[str], found: Sequence[Mapping[str, object]]
    ) -> bool:
        """
        Tell whether at least one of some parameters made a difference to what was found.

        It did when a resource that is known, and that only these parameters rule out, is missing.
        """
        asked = [term for term in terms if term.definition.name in names]
        others = [term for term in terms if term not in asked]
        seen = {identity(resource) for resource in found}
        return any(
            identity(sample.resource) not in seen
            and self._ruled_out(sample.resource, asked)
            and all(self._judged(sample.resource, term) for term in others)
            for sample in self.samples(terms[0].definition.type)
        )

    def known_matches(
        self, type_: str, terms: Sequence[Term], parameters: Sequence[Parameter] = ()
    ) -> dict[str, Sample]:
        """
        Return what the pool knows that a search of these terms has to find, by identity.

        With `parameters`, those as sent, a status that was added counts as well.
        """
        asked = [(term.definition, term.value.value) for term in terms]
        named = {term.definition.name for term in terms}
        for parameter in parameters:
            added = self.rulebook.parameter(type_, parameter.name)
            if parameter.name not in named and added is not None:
                asked.append((added, parameter.value))
        return {
            identity(sample.resource): sample
            for sample in self.samples(type_)
            if all(
                surely_matches(sample.resource, definition, value, base=self.base)
                for definition, value in asked
            )
        }

    def missed(
        self,
        type_: str,
        terms: Sequence[Term],
        found: Sequence[Mapping[str, object]],
        parameters: Sequence[Parameter] = (),
    ) -> list[str]:
        """Return what a search had to find and did not; the check rests on it from then on."""
        known = self.known_matches(type_, terms, parameters)
        lacking = sorted(known.keys() - {identity(resource) for resource in found})
        for name in lacking:
            self.rest_on(known[name])
        return lacking

    def strangers(self, terms: Sequence[Term], found: Sequence[Mapping[str, object]]) -> list[str]:
        """Return what a search found that does not match its terms."""
        return sorted(identity(r) for r in found if self._ruled_out(r, terms))

    def _ruled_out(self, resource: Mapping[str, object], terms: Sequence[Term]) -> bool:
        return any(self._judged(resource, term) is False for term in terms)

    def _judged(self, resource: Mapping[str, object], term: Term) -> bool | None:
        return self.judge(resource, term.definition, term.value.value)


def _blamed(search: Search, name: str) -> str:
    """Return the check that a search's own fault belongs to."""
    if search.level != "SHALL":
        return "fhir-api.further-searches.recommended-searches-work"
    if not search.in_procedure:
        return "fhir-api.further-searches.searches-of-shared-types-work"
    return f"fhir-api.searches.{name}"
