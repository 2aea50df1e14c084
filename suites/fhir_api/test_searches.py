"""Searches: every search that US Core requires of a server (US Core 6.1.0, FHIR R4 3.1.1)."""

import re

from conformance.checks import (
    Fhir,
    Search,
    check,
    for_each,
    identities,
    link,
    parameter_names,
)


@for_each(Search, level="SHALL", in_procedure=True)
@check("us-core#search-shall", "fhir#search-bundle")
def test_answer_with_a_searchset(fhir: Fhir, search: Search) -> None:
    """
    A required search is answered with a Bundle of type searchset.

    US Core 6.1.0 server CapabilityStatement, rest.resource.searchParam and the extension for
    combinations; FHIR R4 3.1.0.9 search, https://hl7.org/fhir/R4/http.html#search.
    """
    fhir.require_gathering(search)
    _, terms = fhir.terms_for(search)
    reply, _ = fhir.searched(search, terms)
    reply.require_status(200)
    reply.require_bundle("searchset")


@for_each(Search, level="SHALL", in_procedure=True)
@check("fhir#paging")
def test_every_page_is_served(fhir: Fhir, search: Search) -> None:
    """
    Every next link of a required search leads to another page of its searchset.

    FHIR R4 RESTful API, paging, https://hl7.org/fhir/R4/http.html#paging.
    """
    _, terms = fhir.terms_for(search)
    reply, _ = fhir.searched(search, terms)
    fhir.require_pages(search.type, reply)
    fhir.found(search.type, reply)


@for_each(Search, level="SHALL", in_procedure=True)
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


@for_each(Search, level="SHALL", in_procedure=True)
@check("us-core#search-shall")
def test_find_all_that_the_server_holds(fhir: Fhir, search: Search) -> None:
    """
    A required search finds every resource that was seen elsewhere and matches it beyond doubt.

    US Core 6.1.0 server CapabilityStatement; FHIR R4 3.1.1.4, https://hl7.org/fhir/R4/search.html.
    What R4 leaves to servers (the case of a code, an unknown time zone, which parts of a name are
    searched) is held against none.
    """
    sample, terms = fhir.terms_for(search)
    reply, parameters = fhir.searched(search, terms)
    found = fhir.found(search.type, reply)
    if f"{sample.type}/{sample.id}" not in identities(found):
        fhir.prerequisite_failed(
            "The search itself goes wrong", "fhir-api.searches.find-what-the-server-holds"
        )
    missed = fhir.missed(search.type, terms, found, parameters)
    reply.expect(
        not missed,
        "search.incomplete",
        "The search leaves out resources that match it.",
        expected="every resource that matches",
        actual=f"without {len(missed)} of them: {', '.join(missed[:3])}",
    )


@for_each(Search, level="SHALL", in_procedure=True)
@check("us-core#search-shall")
def test_return_only_matches(fhir: Fhir, search: Search) -> None:
    """
    Every resource that a required search returns matches its parameters.

    US Core 6.1.0 server CapabilityStatement; FHIR R4 3.1.1.4, https://hl7.org/fhir/R4/search.html.
    R4 3.1.1.2 lets a server add what it believes relevant; certification does not, since what a
    client gets is to be consistent with the search criteria (45 CFR 170.315(g)(10)(ii)(A)).
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


@for_each(Search, level="SHALL", in_procedure=True)
@check("fhir#search-bundle")
def test_mark_what_is_no_match(fhir: Fhir, search: Search) -> None:
    """
    Entries of another type are not marked as matches.

    FHIR R4 Bundle.entry.search.mode,
    https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.search.mode.
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


@for_each(Search, level="SHALL", in_procedure=True)
@check("fhir#self-link")
def test_tell_the_parameters_used(fhir: Fhir, search: Search) -> None:
    """
    The self link names the parameters that the search was carried out with.

    FHIR R4 3.1.1.6 server conformance, https://hl7.org/fhir/R4/search.html#conformance. A parameter
    that did not count has to be missing there; that it did not count is the finding of
    test_return_only_matches.
    """
    _, terms = fhir.terms_for(search)
    reply, parameters = fhir.searched(search, terms)
    found = fhir.found(search.type, reply)
    used = link(reply.resource, "self", reply.response.exchange.url)
    if not reply.expect(
        bool(used),
        "search.self-link",
        "The Bundle has no self link.",
        expected="a link with relation self",
        path="Bundle.link",
    ):
        return
    named = {re.split("[:.]", name)[0] for name in parameter_names(used)}
    lacking = [p.name for p in parameters if p.name not in named and not _same(p.name, named)]
    # A status that was added counted: without it the search was refused.
    added = {p.name for p in parameters} - {term.definition.name for term in terms}
    silent = [name for name in lacking if not fhir.ignored(terms, name, found)]
    told = not silent or fhir.counted(terms, silent, found) or bool(added & set(silent))
    reply.expect(
        not (silent and told),
        "search.self-parameters",
        "The self link leaves out parameters that the search was carried out with.",
        expected="every parameter that counted",
        actual=f"without {', '.join(silent)}",
        path="Bundle.link.url",
    )
    if not told:
        fhir.no_data(f"Nothing at hand tells whether {', '.join(silent)} counted.")


def _same(name: str, named: set[str]) -> bool:
    """Tell whether a synonym stands in the self link: many servers write subject for patient."""
    return {"patient": "subject", "subject": "patient"}.get(name, "") in named
