"""Alternatives: several values of one parameter (US Core 6.1.0, FHIR R4 3.1.1.4.16)."""

from conformance.checks import Fhir, Search, check, for_each, identities


def _shall(search: Search) -> bool:
    return any(definition.multiple_or == "SHALL" for definition in search.definitions)


def _should(search: Search) -> bool:
    if search.level == "SHALL":
        return any(definition.multiple_or == "SHOULD" for definition in search.definitions)
    return any(d.multiple_or in ("SHALL", "SHOULD") for d in search.definitions)


@for_each(Search, level="SHALL", in_procedure=True, which=_shall)
@check("us-core#multiple-or")
def test_give_what_has_any(fhir: Fhir, search: Search) -> None:
    """
    Values joined by commas find what has any of them, where a server has to take several.

    US Core 6.1.0 SearchParameter.multipleOr with the expectation SHALL; FHIR R4 3.1.1.4.16
    composite and joined values, https://hl7.org/fhir/R4/search.html#combining.
    """
    _union(fhir, search, "SHALL")


@for_each(Search, which=_should)
@check("us-core#multiple-or-should")
def test_are_taken_where_recommended(fhir: Fhir, search: Search) -> None:
    """
    Values joined by commas find what has any of them, where the guide recommends to take several.

    US Core 6.1.0 SearchParameter.multipleOr, of a parameter or of a search with the expectation
    SHOULD; FHIR R4 https://hl7.org/fhir/R4/search.html#combining.
    """
    _union(fhir, search, "SHOULD" if search.level == "SHALL" else "SHALL", "SHOULD")


def _union(fhir: Fhir, search: Search, *levels: str) -> None:
    sample, terms = fhir.terms_for(search)
    fhir.require_search(search, sample, terms)
    tried = False
    for definition in search.definitions:
        if definition.multiple_or not in levels:
            continue
        several = fhir.with_alternatives(search, terms, definition)
        if several is None:
            continue
        tried = True
        reply, parameters = fhir.searched(search, several)
        reply.require_status(200)
        reply.require_bundle()
        found = fhir.found(search.type, reply)
        missed = fhir.missed(search.type, several, found, parameters)
        extra = fhir.strangers(several, found)
        reply.expect(
            not missed and not extra,
            "search.alternatives",
            f"Several values of {definition.name} do not give what has any of them.",
            expected=f"every {search.type} with one of the values, and no other",
            actual=f"missed {', '.join(missed[:3]) or 'none'}; "
            f"added {', '.join(extra[:3]) or 'none'}; found {len(identities(found))}",
        )
    if not tried:
        fhir.no_data("Nothing at hand has another value, and the guide names none.")
