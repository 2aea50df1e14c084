"""Searches: every search that US Core requires of a server (US Core 6.1.0, FHIR R4 3.1.1)."""

from urllib.parse import parse_qsl, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from conformance.checks import (
    Fhir,
    Reply,
    Search,
    check,
    examples,
    for_each,
    identities,
    link,
)


def _required(search: Search) -> bool:
    return search.level == "SHALL" and search.in_procedure


def _by_patient(search: Search) -> bool:
    return _required(search) and "patient" in search.parameters


def _by_code(search: Search) -> bool:
    return _required(search) and any(
        {"CodeableConcept", "Coding", "Identifier"} & {t for e in d.elements for t in e.types}
        for d in search.definitions
        if d.kind == "token"
    )


def _by_date(search: Search) -> bool:
    return _required(search) and any(d.required_comparators for d in search.definitions)


@for_each(Search, which=_required)
@check("us-core#search-shall", "fhir#search-bundle")
def test_answer_with_a_searchset(fhir: Fhir, search: Search) -> None:
    """
    A required search is answered with a Bundle of type searchset.

    US Core 6.1.0 server CapabilityStatement, rest.resource.searchParam and the extension for
    combinations; FHIR R4 3.1.1, https://hl7.org/fhir/R4/search.html.
    """
    _, terms = fhir.terms_for(search)
    reply, _ = fhir.searched(search, terms)
    reply.require_status(200)
    reply.require_bundle("searchset")


@for_each(Search, which=_required)
@check("fhir#paging")
def test_every_page_is_served(fhir: Fhir, search: Search) -> None:
    """
    Every next link of a required search leads to a page of its searchset.

    FHIR R4 3.1.1.3 paging, https://hl7.org/fhir/R4/http.html#paging.
    """
    _, terms = fhir.terms_for(search)
    reply, _ = fhir.searched(search, terms)
    for page in fhir.pages(reply):
        if page is not reply:
            page.require_status(200, code="paging.broken", message="A next link leads to no page.")
            page.require_bundle()
    fhir.found(search.type, reply)


@for_each(Search, which=_required)
@check("us-core#search-shall")
def test_find_what_the_server_holds(fhir: Fhir, search: Search) -> None:
    """
    A required search finds the resource that its values were taken from.

    US Core 6.1.0 server CapabilityStatement; FHIR R4 3.1.1.4, https://hl7.org/fhir/R4/search.html.
    """
    sample, terms = fhir.terms_for(search)
    reply, _ = fhir.searched(search, terms)
    found = identities(fhir.found(search.type, reply))
    reply.expect(
        f"{sample.type}/{sample.id}" in found,
        "search.missed",
        "The search does not find a resource that matches it.",
        expected=f"{sample.type}/{sample.id} (exchange {sample.exchange})",
        actual=f"{len(found)} other resources",
    )


@for_each(Search, which=_required)
@check("us-core#search-shall")
def test_return_only_matches(fhir: Fhir, search: Search) -> None:
    """
    Every resource that a required search returns matches its parameters.

    US Core 6.1.0 server CapabilityStatement; FHIR R4 3.1.1.4, https://hl7.org/fhir/R4/search.html.
    """
    _, terms = fhir.terms_for(search)
    reply, _ = fhir.searched(search, terms)
    for resource in fhir.found(search.type, reply):
        for term in terms:
            if fhir.judge(resource, term.definition, term.value.value) is False:
                reply.note(
                    "search.false-match",
                    f"A result does not match {term.definition.name}.",
                    expected=f"{term.definition.name} = {term.value.shown}",
                    actual=f"{next(iter(identities([resource])))} does not",
                    path=f"{search.type}.{term.definition.paths[0]}",
                )


@for_each(Search, which=_required)
@check("fhir#search-bundle")
def test_mark_what_is_no_match(fhir: Fhir, search: Search) -> None:
    """
    Entries of another type are not marked as matches.

    FHIR R4 3.1.1.1.1 and Bundle.entry.search.mode, https://hl7.org/fhir/R4/search.html.
    """
    _, terms = fhir.terms_for(search)
    reply, _ = fhir.searched(search, terms)
    fhir.found(search.type, reply)
    strangers = reply.unrelated(search.type)
    reply.expect(
        not strangers,
        "search.mode",
        "An entry of another type is marked as a match.",
        expected=search.type,
        actual=", ".join(strangers[:3]),
        path="Bundle.entry.search.mode",
    )


@for_each(Search, which=_required)
@check("fhir#self-link")
def test_tell_the_parameters_used(fhir: Fhir, search: Search) -> None:
    """
    The self link names the parameters that the search was carried out with.

    FHIR R4 3.1.1.1.2 self link, https://hl7.org/fhir/R4/search.html#conformance.
    """
    _, terms = fhir.terms_for(search)
    reply, parameters = fhir.searched(search, terms)
    fhir.found(search.type, reply)
    bundle = reply.resource
    used = link(bundle, "self", reply.response.exchange.url)
    if not reply.expect(
        bool(used),
        "search.self-link",
        "The Bundle has no self link.",
        expected="a link with relation self",
        path="Bundle.link",
    ):
        return
    named = {name.partition(":")[0] for name, _ in parse_qsl(urlsplit(used).query)}
    lacking = [p.name for p in parameters if p.name not in named and not _same(p.name, named)]
    reply.expect(
        not lacking,
        "search.self-parameters",
        "The self link leaves out parameters that were sent.",
        expected="every parameter that counted",
        actual=f"without {', '.join(lacking)}",
        path="Bundle.link.url",
    )


@for_each(Search, which=_required)
@check("us-core#post-search")
def test_posts_give_the_same(fhir: Fhir, search: Search) -> None:
    """
    A search by POST gives the same resources as by GET.

    US Core 6.1.0 general guidance, search syntax; FHIR R4 3.1.0.8, https://hl7.org/fhir/R4/http.html#search.
    """
    _, terms = fhir.terms_for(search)
    got, _ = fhir.searched(search, terms)
    posted, _ = fhir.searched(search, terms, post=True)
    _same_resources(fhir, search, got, posted, "search.post", "A search by POST gives others.")


@for_each(Search, which=_by_patient)
@check("us-core#patient-reference-forms")
def test_patient_forms_agree(fhir: Fhir, search: Search) -> None:
    """
    A patient named by id and by Patient/id brings the same resources.

    FHIR R4 3.1.1.4.12 reference, https://hl7.org/fhir/R4/search.html#reference.
    """
    sample, terms = fhir.terms_for(search)
    if not sample.patient:
        fhir.no_data("The patient of the sample is not known.")
    plain, _ = fhir.searched(search, fhir.replaced(terms, "patient", sample.patient))
    typed, _ = fhir.searched(search, fhir.replaced(terms, "patient", f"Patient/{sample.patient}"))
    _same_resources(
        fhir, search, plain, typed, "search.reference-form", "The form Patient/id gives others."
    )


@for_each(Search, which=_by_code)
@check("us-core#token-with-system")
def test_codes_with_system_are_found(fhir: Fhir, search: Search) -> None:
    """
    A code given with its system finds the resource that has it.

    FHIR R4 3.1.1.4.10 token, https://hl7.org/fhir/R4/search.html#token.
    """
    sample, terms = fhir.terms_for(search)
    with_system = fhir.with_systems(terms)
    if with_system is None:
        fhir.no_data("No code of the sample has a system.")
    reply, _ = fhir.searched(search, with_system)
    found = identities(fhir.must_find(search.type, reply))
    reply.expect(
        f"{sample.type}/{sample.id}" in found,
        "search.token-system",
        "A search by system and code misses a resource that has both.",
        expected=f"{sample.type}/{sample.id} (exchange {sample.exchange})",
        actual=f"{len(found)} other resources",
    )


@for_each(Search, which=_by_date)
@check("us-core#date-comparators")
def test_date_comparators_hold(fhir: Fhir, search: Search) -> None:
    """
    The prefixes gt, ge, lt and le find what lies on their side of a date, and nothing else.

    US Core 6.1.0 SearchParameter.comparator; FHIR R4 3.1.1.4.7 date, https://hl7.org/fhir/R4/search.html#date.
    """
    sample, terms = fhir.terms_for(search)
    for definition in search.definitions:
        for prefix in definition.required_comparators:
            compared = fhir.compared(terms, definition, sample, prefix)
            if compared is None:
                continue
            reply, _ = fhir.searched(search, compared)
            found = fhir.must_find(search.type, reply)
            value = next(t.value for t in compared if t.definition is definition)
            wrong = [r for r in found if fhir.judge(r, definition, value.value) is False]
            reply.expect(
                not wrong,
                "search.comparator",
                f"A search with {prefix} returns what lies on the other side.",
                expected=f"{definition.name} = {value.shown}",
                actual=", ".join(sorted(identities(wrong))[:3]),
                path=f"{search.type}.{definition.paths[0]}",
            )
            reply.expect(
                f"{sample.type}/{sample.id}" in identities(found),
                "search.comparator-missed",
                f"A search with {prefix} misses a resource on its side.",
                expected=f"{sample.type}/{sample.id} (exchange {sample.exchange})",
                actual=f"{len(found)} other resources",
                path=f"{search.type}.{definition.paths[0]}",
            )


@for_each(Search, which=lambda search: _required(search) and search.status is not None)
@check("us-core#status-fallback")
def test_a_missing_status_is_explained(fhir: Fhir, search: Search) -> None:
    """
    A server that wants a status says so with 400 and an OperationOutcome, and takes it then.

    US Core 6.1.0 general guidance, searching with status, https://hl7.org/fhir/us/core/STU6.1/.
    """
    _, terms = fhir.terms_for(search)
    bare = fhir.search(search.type, [term.parameter for term in terms])
    if bare.status != 400:
        fhir.not_applicable("The server does not insist on a status.")
    reply, _ = fhir.searched(search, terms)
    if reply.status == 400:
        fhir.not_applicable("The search is refused with a status too.")
    bare.require_json()
    bare.expect(
        bare.response.resource_type == "OperationOutcome",
        "search.status-unexplained",
        "The search is refused for want of a status without an OperationOutcome.",
        expected="an OperationOutcome",
    )


@check("us-core#search-shall", "us-core#date-comparators", serial=True)
@examples
@given(pick=st.integers(0, 9999), prefix=st.sampled_from(("gt", "ge", "lt", "le")))
def test_date_ranges_select_exactly(fhir: Fhir, pick: int, prefix: str) -> None:
    """
    Adding a date range to a search selects exactly the results that lie in the range.

    FHIR R4 3.1.1.4.7 date, https://hl7.org/fhir/R4/search.html#date. The dates are those of
    resources that the server holds; what cannot be judged is left out of the comparison.
    """
    asked = fhir.date_range("Observation", pick, prefix)
    found = identities(fhir.must_find("Observation", asked.limited))
    inside, outside = asked.certain(fhir)
    missed, extra = sorted(inside - found), sorted(found & outside)
    asked.limited.expect(
        not missed and not extra,
        "search.date-range",
        "A date range does not select what lies in it.",
        expected=f"{len(inside)} resources on the {prefix} side of a date of theirs",
        actual=f"missed {', '.join(missed[:3]) or 'none'}; added {', '.join(extra[:3]) or 'none'}",
        path=f"Observation.{asked.definition.paths[0]}",
    )


def _same_resources(
    fhir: Fhir, search: Search, first: Reply, second: Reply, code: str, message: str
) -> None:
    one = identities(fhir.found(search.type, first))
    other = identities(fhir.must_find(search.type, second))
    second.expect(
        one == other,
        code,
        message,
        expected=f"{len(one)} resources",
        actual=f"without {len(one - other)} of them, with {len(other - one)} others",
    )


def _same(name: str, named: set[str]) -> bool:
    """Tell whether a synonym stands in the self link: many servers write subject for patient."""
    return {"patient": "subject", "subject": "patient"}.get(name, "") in named
