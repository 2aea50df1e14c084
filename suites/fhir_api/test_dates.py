"""Dates: comparisons and ranges in a search (US Core 6.1.0, FHIR R4 3.1.1.4.7)."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.checks import Fhir, Search, check, examples, for_each, identities


def _by_date(search: Search) -> bool:
    return any(definition.required_comparators for definition in search.definitions)


@for_each(Search, level="SHALL", in_procedure=True, which=_by_date)
@check("us-core#date-comparators")
def test_comparators_hold(fhir: Fhir, search: Search) -> None:
    """
    The prefixes gt, ge, lt and le find what lies on their side of a date, and nothing else.

    US Core 6.1.0 SearchParameter.comparator; FHIR R4 3.1.1.4.7 date, https://hl7.org/fhir/R4/search.html#date.
    """
    sample, terms = fhir.terms_for(search)
    fhir.require_search(search, sample, terms)
    for definition in search.definitions:
        for prefix in definition.required_comparators:
            compared = fhir.compared(terms, definition, sample, prefix)
            if compared is None:
                continue
            reply, _ = fhir.searched(search, compared)
            reply.require_status(200)
            reply.require_bundle()
            found = fhir.found(search.type, reply)
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


@check("us-core#date-comparators", serial=True)
@examples
@given(pick=st.integers(0, 9999), prefix=st.sampled_from(("gt", "ge", "lt", "le")))
def test_ranges_select_exactly(fhir: Fhir, pick: int, prefix: str) -> None:
    """
    Adding a date range to a search selects exactly the results that lie in the range.

    FHIR R4 3.1.1.4.7 date, https://hl7.org/fhir/R4/search.html#date. The dates are those of
    resources that the server holds; what cannot be judged is left out of the comparison.
    """
    asked = fhir.date_range("Observation", pick, prefix)
    asked.limited.require_status(200)
    asked.limited.require_bundle()
    found = identities(fhir.found("Observation", asked.limited))
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
