"""Searches beyond a patient's own data, and those that servers only should support (US Core)."""

from conformance.checks import Fhir, Search, check, for_each, identities


@for_each(Search, level="SHALL", in_procedure=False)
@check("us-core#search-shared-types")
def test_searches_of_shared_types_work(fhir: Fhir, search: Search) -> None:
    """
    A required search of a type that stands in no patient's record finds what matches.

    US Core 6.1.0 server CapabilityStatement, rest.resource.searchParam. The (g)(10) test procedure
    reaches these types by references only; the guide asks for the searches all the same.
    """
    _works(fhir, search)


@for_each(Search, level="SHOULD")
@check("us-core#search-should")
def test_recommended_searches_work(fhir: Fhir, search: Search) -> None:
    """
    A recommended search is answered with what matches, all of it and nothing else.

    US Core 6.1.0 server CapabilityStatement, rest.resource.searchParam and the extension for
    combinations, where the expectation is SHOULD.
    """
    _works(fhir, search)


def _works(fhir: Fhir, search: Search) -> None:
    sample, terms = fhir.terms_for(search)
    reply, parameters = fhir.searched(search, terms)
    reply.require_status(200)
    reply.require_bundle("searchset")
    found = fhir.found(search.type, reply)
    extra = fhir.strangers(terms, found)
    reply.expect(
        not extra,
        "search.false-match",
        "The search returns resources that do not match it.",
        expected=" and ".join(f"{t.definition.name} = {t.value.shown}" for t in terms),
        actual=f"{len(extra)} others: {', '.join(extra[:3])}",
    )
    reply.expect(
        f"{sample.type}/{sample.id}" in identities(found),
        "search.missed",
        "The search does not find a resource that matches it.",
        expected=f"{sample.type}/{sample.id} (exchange {sample.exchange})",
        actual=f"{len(found)} other resources",
    )
    missed = set(fhir.missed(search.type, terms, found, parameters))
    missed.discard(f"{sample.type}/{sample.id}")
    reply.expect(
        not missed,
        "search.incomplete",
        "The search leaves out resources that match it.",
        expected="every resource that matches",
        actual=f"without {len(missed)} of them: {', '.join(sorted(missed)[:3])}",
    )
