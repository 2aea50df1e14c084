"""Declared: whether what a server says of itself is so (CAP-1, the other way)."""

from urllib.parse import urlsplit

from conformance.checks import (
    CLOSED,
    NOT_THERE,
    Described,
    Fhir,
    Level,
    Searchable,
    check,
    declared_of,
    for_each,
    required_declaration,
    values_of,
    walk,
)

NOBODY = "conformance-no-such-id"
REFUSED = range(400, 500)
STRICT = {"Prefer": "handling=strict"}


@for_each(Described)
@check("fhir#declared-works")
def test_types_answer(fhir: Fhir, described: Described) -> None:
    """
    A type that is declared with search or read answers to it.

    FHIR R4 RESTful API, capabilities, https://hl7.org/fhir/R4/http.html#capabilities. A search may
    find nothing and may ask for more parameters; what counts is that the type is there.
    """
    declared = declared_of(fhir.statement().resource, described.type)
    if declared is None or not declared.interactions & {"search-type", "read"}:
        fhir.not_applicable(f"{described.type} is not declared with search or read.")
    if fhir.answered(described.type):
        return
    if "search-type" not in declared.interactions:
        fhir.no_data(f"No {described.type} is known that could be read.")
    reply = fhir.search(described.type, {"_id": NOBODY})
    reply.require_authorized()
    if reply.status in CLOSED:
        fhir.not_open(f"The credential does not open {described.type}.")
    if reply.status >= 500 and fhir.rulebook.first_search(described.type):
        fhir.prerequisite_failed(
            f"No search for {described.type} works", "fhir-api.searches.answer-with-a-searchset"
        )
    reply.expect(
        reply.status not in NOT_THERE and reply.status < 500,
        "declared.type",
        f"{described.type} is declared with search-type, and no search is answered.",
        expected="a searchset, or a refusal that says what is missing",
        actual=f"status {reply.status}",
        path="CapabilityStatement.rest.resource",
    )


@for_each(Searchable)
@check("fhir#declared-works")
def test_parameters_are_known(fhir: Fhir, searchable: Searchable) -> None:
    """
    No search parameter that is declared of a type is refused.

    FHIR R4 3.1.1.6 server conformance and 3.1.1.1.2 errors, https://hl7.org/fhir/R4/search.html.
    All that a resource at hand has values for and that no search of US Core tries are asked for at
    once, with strict handling; one by one only where that is refused.
    """
    declared = required_declaration(fhir, searchable.type)
    samples = fhir.held(searchable.type)
    if not samples:
        fhir.samples(searchable.type)
        fhir.no_data(f"No search finds any {searchable.type}.")
    sample = fhir.rest_on(samples[0])
    given = values_of(fhir, sample, declared.parameters)
    if not given:
        fhir.no_data(f"{searchable.type}/{sample.id} has no value for a declared parameter.")
    reply = fhir.search(searchable.type, [*sample.found_by, *given], headers=STRICT)
    reply.require_authorized()
    if reply.status == 200:
        return
    for parameter in given:
        alone = fhir.search(searchable.type, [*sample.found_by, parameter], headers=STRICT)
        alone.expect(
            alone.status not in REFUSED,
            "declared.parameter",
            f"{parameter.name} is declared of {searchable.type}, and a search by it is refused.",
            expected="a searchset",
            actual=f"status {alone.status}",
            path="CapabilityStatement.rest.resource.searchParam",
        )


@check("fhir#declared-works")
def test_operations_answer(fhir: Fhir) -> None:
    """
    An operation of US Core that is declared is there.

    FHIR R4 CapabilityStatement.rest.resource.operation; US Core server CapabilityStatement. Only
    operations that change nothing and that the guide names are asked for; an answer that wants
    more parameters counts as one.
    """
    patients = fhir.samples("Patient")
    statement, asked = fhir.statement().resource, 0
    for entry in fhir.rulebook.types:
        declared = declared_of(statement, entry.type)
        for operation in entry.operations:
            if declared is None or operation.name not in declared.operations:
                continue
            asked += 1
            path = f"{entry.type}/${operation.name}"
            reply = fhir.get(
                path, {"patient": patients[0].id} if operation.name == "docref" else ()
            )
            reply.require_authorized()
            reply.expect(
                reply.status not in NOT_THERE and reply.status < 500,
                "declared.operation",
                f"{path} is declared, and is not there.",
                expected="a result, or a refusal that says what is missing",
                actual=f"status {reply.status}",
                path="CapabilityStatement.rest.resource.operation",
            )
    if not asked:
        fhir.not_applicable("No operation of US Core is declared.")


@check("fhir#capability-statement")
def test_address_is_this_one(fhir: Fhir) -> None:
    """
    The address of the implementation is an absolute one, and the one that was asked.

    FHIR R4 CapabilityStatement.implementation.url, https://hl7.org/fhir/R4/capabilitystatement.html.
    Tolerated: another address, since a server may not know by which name it is reached.
    """
    reply = fhir.statement()
    urls = list(walk(reply.resource, "implementation.url"))
    if not urls:
        fhir.not_applicable("The statement gives no address of the implementation.")
    address = str(urls[0])
    absolute = _parts(address)
    reply.expect(
        absolute is not None,
        "declared.address-form",
        "The address of the implementation is no absolute URL.",
        expected="an http or https URL",
        path="CapabilityStatement.implementation.url",
    )
    reply.expect(
        absolute in (None, _parts(fhir.base)),
        "declared.address",
        "The address of the implementation is not the one at which it answers.",
        expected="the base URL that was asked",
        actual="another address",
        path="CapabilityStatement.implementation.url",
        level=Level.TOLERATED,
    )


def _parts(url: str) -> tuple[str, str] | None:
    """Return host and path of an absolute URL, None of anything else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return parts.netloc.lower(), parts.path.rstrip("/")
