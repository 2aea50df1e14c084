"""What a check can ask of the FHIR side of a server: searches built from what it holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from conformance.checks.reply import Reply
from conformance.checks.sampling import Sampling
from conformance.core.elements import walk
from conformance.core.errors import Skipped
from conformance.fhir.bundle import identity
from conformance.fhir.client import Parameter
from conformance.fhir.harvest import Sample
from conformance.ig.rulebook import Search, SearchParameter
from conformance.validation.search_matching import matches as value_matches
from conformance.validation.search_syntax import escape, unescape
from conformance.validation.search_values import SearchValue, comparator_value, value_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One parameter of a search with the value that a sample gave for it."""

    definition: SearchParameter
    value: SearchValue

    @property
    def parameter(self) -> Parameter:
        """The parameter as sent, its patient values named in reports."""
        return Parameter(
            name=self.definition.name,
            value=self.value.value,
            shown=self.value.shown if self.value.sensitive else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """A search (`whole`, all pages by identity) and the same limited by a date (`limited`)."""

    sample: Sample
    whole: Mapping[str, Mapping[str, object]]
    limited: Reply
    definition: SearchParameter
    value: str

    def certain(self, fhir: "Fhir") -> tuple[set[str], set[str]]:
        """
        Return what lies inside and what lies outside of the range beyond doubt.

        What could be on both sides (an unknown time zone, a period across the date) is in neither.
        """
        opposite = _OPPOSITE[self.value[:2]] + self.value[2:]
        inside, outside = set(), set()
        for name, resource in self.whole.items():
            within = fhir.judge(resource, self.definition, self.value)
            beyond = fhir.judge(resource, self.definition, opposite)
            if within is True and beyond is False:
                inside.add(name)
            elif within is False:
                outside.add(name)
        return inside, outside


NO_SYSTEM = "http://conformance.example/no-such-system"

_OPPOSITE = {"gt": "le", "le": "gt", "lt": "ge", "ge": "lt"}


class Fhir(Sampling):
    """Questions to the server's FHIR API."""

    def terms_for(self, search: Search) -> tuple[Sample, list[Term]]:
        """Return a sample from which every parameter of a search gets a value, and the values."""
        samples = self.samples(search.type)
        for sample in samples:
            terms = _terms(search, sample, self.base)
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
        reply, _ = self.searched(search, terms)
        resources = self.found(search.type, reply)
        wrong = ""
        if identity(sample.resource) not in {identity(resource) for resource in resources}:
            wrong = "find-what-the-server-holds"
        elif any(self._ruled_out(resource, terms) for resource in resources):
            wrong = "return-only-matches"
        if wrong:
            raise Skipped(
                "prerequisite-failed", f"The search itself goes wrong (fhir-api.searches.{wrong})."
            )

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

    def _ruled_out(self, resource: Mapping[str, object], terms: Sequence[Term]) -> bool:
        return any(self._judged(resource, term) is False for term in terms)

    def _judged(self, resource: Mapping[str, object], term: Term) -> bool | None:
        return self.judge(resource, term.definition, term.value.value)

    def replaced(self, terms: Sequence[Term], name: str, value: str) -> list[Term]:
        """Return terms with one parameter's value replaced by a plain one."""
        return [
            replace(term, value=SearchValue(value=value, element=name, sensitive=False))
            if term.definition.name == name
            else term
            for term in terms
        ]

    def with_systems(self, terms: Sequence[Term]) -> list[Term] | None:
        """Return terms with `system|code` wherever a code has a system; None where none has."""
        if not any(term.value.with_system for term in terms):
            return None
        return [
            replace(term, value=replace(term.value, value=term.value.with_system))
            if term.value.with_system
            else term
            for term in terms
        ]

    def with_another_system(self, terms: Sequence[Term]) -> list[Term] | None:
        """Return terms with `system|code` of a system that nobody uses; None where none has one."""
        if not any(term.value.with_system for term in terms):
            return None
        return [
            replace(term, value=replace(term.value, value=f"{NO_SYSTEM}|{term.value.value}"))
            if term.value.with_system
            else term
            for term in terms
        ]

    def spelled(self, terms: Sequence[Term], spelling: Callable[[str], str]) -> list[Term] | None:
        """Return terms with every string in another spelling; None where that changes nothing."""
        changed = [
            replace(
                term,
                value=replace(term.value, value=escape(spelling(unescape(term.value.value)))),
            )
            if term.definition.kind == "string"
            else term
            for term in terms
        ]
        return None if changed == list(terms) else changed

    def compared(
        self, terms: Sequence[Term], definition: SearchParameter, sample: Sample, prefix: str
    ) -> list[Term] | None:
        """Return terms with a date on whose `prefix` side the sample lies; None without a date."""
        value = comparator_value(sample.resource, definition, prefix)
        if value is None:
            return None
        return [replace(t, value=value) if t.definition is definition else t for t in terms]

    def date_range(self, type_: str, pick: int, prefix: str) -> DateRange:
        """
        Limit a type's first search by a date of one of its results.

        `pick` chooses the resource, and its date to the day or as precise as it stands.
        """
        definition = self.rulebook.parameter(type_, "date")
        samples = [s for s in self.samples(type_) if s.found_by]
        if definition is None or not samples:
            raise Skipped("no-data", f"No {type_} can be searched by date.")
        sample = self.rest_on(samples[pick % len(samples)])
        dates = [
            str(value)
            for path in definition.paths
            for held in walk(sample.resource, path)
            for value in (held.get("start") if isinstance(held, dict) else held,)
            if value
        ]
        if not dates:
            raise Skipped("no-data", f"{identity(sample.resource)} has no date.")
        date = dates[0][:10] if (pick // len(samples)) % 2 else dates[0]
        first = self.search(type_, sample.found_by)
        whole = {identity(r): r for r in self.found(type_, first)}
        shown = f"{prefix}<{type_}.{definition.paths[0]}>"
        limit = Parameter(name="date", value=prefix + date, shown=shown)
        return DateRange(
            sample=sample,
            whole=whole,
            limited=self.search(type_, [*sample.found_by, limit]),
            definition=definition,
            value=prefix + date,
        )


def _terms(search: Search, sample: Sample, base: str) -> list[Term] | None:
    terms = []
    for definition in search.definitions:
        value = value_from(sample.resource, definition, base=base)
        if value is None:
            return None
        if definition.name == "patient":
            # By id is how every server is asked; the form with the type has a check of its own.
            value = replace(value, value=value.value.removeprefix("Patient/"))
        terms.append(Term(definition=definition, value=value))
    return terms
