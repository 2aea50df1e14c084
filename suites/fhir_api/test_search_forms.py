"""Search forms: other ways to ask the same (US Core 6.1.0, FHIR R4 3.1.0.9 and 3.1.1.4)."""

from collections.abc import Callable

from conformance.checks import Fhir, Reply, Search, check, for_each, identities


def _by_patient(search: Search) -> bool:
    return "patient" in search.parameters


def _by_code(search: Search) -> bool:
    return any(
        {"CodeableConcept", "Coding", "Identifier"} & {t for e in d.elements for t in e.types}
        for d in search.definitions
        if d.kind == "token"
    )


def _by_text(search: Search) -> bool:
    return any(definition.kind == "string" for definition in search.definitions)


def _may_want_a_status(search: Search) -> bool:
    return search.status is not None


@for_each(Search, level="SHALL", in_procedure=True)
@check("us-core#post-search")
def test_posts_give_the_same(fhir: Fhir, search: Search) -> None:
    """
    A search by POST gives the same resources as by GET.

    US Core 6.1.0 general guidance, search syntax; FHIR R4 3.1.0.9, https://hl7.org/fhir/R4/http.html#search.
    """
    _, terms = fhir.terms_for(search)
    got, _ = fhir.searched(search, terms)
    posted, _ = fhir.searched(search, terms, post=True)
    _same_resources(fhir, search, got, posted, "search.post", "A search by POST gives others.")


@for_each(Search, level="SHALL", in_procedure=True, which=_by_patient)
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


@for_each(Search, level="SHALL", in_procedure=True, which=_by_code)
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
    fhir.require_search(search, sample, terms)
    reply, _ = fhir.searched(search, with_system)
    found = identities(fhir.must_find(search.type, reply))
    reply.expect(
        f"{sample.type}/{sample.id}" in found,
        "search.token-system",
        "A search by system and code misses a resource that has both.",
        expected=f"{sample.type}/{sample.id} (exchange {sample.exchange})",
        actual=f"{len(found)} other resources",
    )


@for_each(Search, level="SHALL", in_procedure=True, which=_by_code)
@check("us-core#token-with-system")
def test_codes_of_another_system_are_not_found(fhir: Fhir, search: Search) -> None:
    """
    A code given with a system finds nothing that has the code in other systems only.

    FHIR R4 3.1.1.4.10 token, https://hl7.org/fhir/R4/search.html#token. The system is one that
    nobody uses; to refuse it as unknown is as good as to find nothing.
    """
    sample, terms = fhir.terms_for(search)
    elsewhere = fhir.with_another_system(terms)
    if elsewhere is None:
        fhir.no_data("No code of the sample has a system.")
    fhir.require_search(search, sample, terms)
    reply, _ = fhir.searched(search, elsewhere)
    if 400 <= reply.status < 500:
        return
    wrong = [
        resource
        for resource in fhir.must_find(search.type, reply)
        if any(fhir.judge(resource, t.definition, t.value.value) is False for t in elsewhere)
    ]
    reply.expect(
        not wrong,
        "search.token-other-system",
        "A search by code and system returns what has the code in another system.",
        expected=f"no {search.type} resource",
        actual=", ".join(sorted(identities(wrong))[:3]),
    )


@for_each(Search, level="SHALL", in_procedure=True, which=_by_text)
@check("us-core#search-shall")
def test_texts_are_found_in_any_case(fhir: Fhir, search: Search) -> None:
    """
    A text in other capital and small letters finds the same resource.

    FHIR R4 3.1.1.4.8 string, https://hl7.org/fhir/R4/search.html#string.
    """
    _spelled(fhir, search, str.swapcase, "search.string-case", "A text in another case")


@for_each(Search, level="SHALL", in_procedure=True, which=_by_text)
@check("us-core#search-shall")
def test_texts_are_found_by_their_beginning(fhir: Fhir, search: Search) -> None:
    """
    The beginning of a text finds the resource that has the whole.

    FHIR R4 3.1.1.4.8 string, https://hl7.org/fhir/R4/search.html#string. Three letters are asked
    for at least; fewer may be too many results for a server.
    """
    _spelled(fhir, search, _beginning, "search.string-beginning", "The beginning of a text")


@for_each(Search, level="SHALL", in_procedure=True, which=_may_want_a_status)
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


def _spelled(
    fhir: Fhir, search: Search, spelling: Callable[[str], str], code: str, what: str
) -> None:
    sample, terms = fhir.terms_for(search)
    other = fhir.spelled(terms, spelling)
    if other is None:
        fhir.no_data("The texts of the sample have no other spelling.")
    fhir.require_search(search, sample, terms)
    reply, _ = fhir.searched(search, other)
    found = identities(fhir.must_find(search.type, reply))
    reply.expect(
        f"{sample.type}/{sample.id}" in found,
        code,
        f"{what} does not find the resource that has it.",
        expected=f"{sample.type}/{sample.id} (exchange {sample.exchange})",
        actual=f"{len(found)} other resources",
    )


def _beginning(text: str) -> str:
    return text[: max(3, len(text) // 2)]


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
