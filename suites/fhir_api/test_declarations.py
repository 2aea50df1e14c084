"""Declarations: whether a server says of itself what US Core requires of it (CAP-1, one way)."""

from conformance.checks import (
    Fhir,
    Included,
    Level,
    Readable,
    Searchable,
    check,
    declared_types,
    expect_declared,
    for_each,
    required_declaration,
    walk,
)

READING = ("read", "search-type")
"""Certification reads: what US Core says of writing is left to those who certify it."""


@check("us-core#declares-types")
def test_name_every_required_type(fhir: Fhir) -> None:
    """
    Every resource type that US Core requires of servers is declared.

    US Core server CapabilityStatement, rest.resource; FHIR R4 CapabilityStatement.rest.resource.
    Tolerated: a declaration that lags behind what the server does, as with the profiles.
    """
    declared = declared_types(fhir.statement().resource)
    required = {
        entry.type
        for entry in fhir.rulebook.types
        if entry.level == "SHALL" and entry.interactions.get("read") == "SHALL"
    }
    expect_declared(
        fhir,
        "required resource types",
        required - declared,
        code="declarations.types",
        path="type",
        level=Level.TOLERATED,
    )


@check("us-core#instantiates")
def test_name_the_guide(fhir: Fhir) -> None:
    """
    The CapabilityStatement names the US Core server as what it instantiates.

    US Core 4.0.0 to 6.1.0, conformance expectations. Tolerated: many sound servers name none, and
    what they do is judged by itself.
    """
    reply = fhir.statement()
    named = {str(url).partition("|")[0] for url in walk(reply.resource, "instantiates")}
    reply.expect(
        fhir.rulebook.server in named,
        "declarations.guide",
        "The CapabilityStatement does not name the US Core server that it instantiates.",
        expected=fhir.rulebook.server,
        path="CapabilityStatement.instantiates",
        level=Level.TOLERATED,
    )


@for_each(Readable, required=True)
@check("us-core#declares-interactions")
def test_declare_the_required_interactions(fhir: Fhir, readable: Readable) -> None:
    """
    Read and search are declared for every declared type that US Core requires them of.

    FHIR R4 RESTful API, capabilities; US Core server CapabilityStatement,
    rest.resource.interaction. Writing is not looked at: certification reads.
    """
    entry = fhir.rulebook.type(readable.type)
    required = {n for n in READING if entry and entry.interactions.get(n) == "SHALL"}
    declared = required_declaration(fhir, readable.type)
    expect_declared(
        fhir,
        f"required interactions of {readable.type}",
        required - declared.interactions,
        code="declarations.interactions",
        path="interaction.code",
    )


@for_each(Searchable)
@check("us-core#declares-searches")
def test_declare_the_required_parameters(fhir: Fhir, searchable: Searchable) -> None:
    """
    Every search parameter that US Core requires, alone or in a combination, is declared.

    US Core server CapabilityStatement, rest.resource.searchParam and the extension about
    combinations; parameters that are declared can be combined. Tolerated: a declaration that lags
    behind what the server does, since each search is tried.
    """
    required = _parameters(fhir, searchable, "SHALL")
    declared = required_declaration(fhir, searchable.type)
    expect_declared(
        fhir,
        f"required search parameters of {searchable.type}",
        required - set(declared.parameters),
        code="declarations.parameters",
        path="searchParam.name",
        level=Level.TOLERATED,
    )


@for_each(Searchable)
@check("us-core#declares-recommended")
def test_declare_the_recommended_parameters(fhir: Fhir, searchable: Searchable) -> None:
    """
    Every search parameter that US Core recommends, alone or in a combination, is declared.

    US Core server CapabilityStatement, rest.resource.searchParam with the expectation SHOULD.
    """
    required = _parameters(fhir, searchable, "SHALL")
    recommended = _parameters(fhir, searchable, "SHOULD") - required
    declared = required_declaration(fhir, searchable.type)
    expect_declared(
        fhir,
        f"recommended search parameters of {searchable.type}",
        recommended - set(declared.parameters),
        code="declarations.recommended-parameters",
        path="searchParam.name",
    )


@for_each(Included)
@check("us-core#declares-searches")
def test_declare_provenance(fhir: Fhir, included: Included) -> None:
    """
    Every reverse include that US Core requires is declared.

    US Core server CapabilityStatement, rest.resource.searchRevInclude. Tolerated: a declaration
    that lags behind what the server does, since each one is tried.
    """
    entry = fhir.rulebook.type(included.type)
    required = {n for n, level in (entry.rev_includes if entry else {}).items() if level == "SHALL"}
    declared = required_declaration(fhir, included.type)
    expect_declared(
        fhir,
        f"required reverse includes of {included.type}",
        set() if "*" in declared.rev_includes else required - declared.rev_includes,
        code="declarations.rev-includes",
        path="searchRevInclude",
        level=Level.TOLERATED,
    )


@check("us-core#declares-searches")
def test_declare_the_required_operations(fhir: Fhir) -> None:
    """
    Every operation that US Core requires of a declared type is declared.

    US Core server CapabilityStatement, rest.resource.operation (DocumentReference/$docref).
    Tolerated: many certified products lack it, and certification does not ask for it.
    """
    declared = declared_types(fhir.statement().resource)
    missing = {
        f"{entry.type}/${operation.name}"
        for entry in fhir.rulebook.types
        for operation in entry.operations
        if operation.level == "SHALL"
        and entry.type in declared
        and operation.name not in required_declaration(fhir, entry.type).operations
    }
    expect_declared(
        fhir,
        "required operations",
        missing,
        code="declarations.operations",
        path="operation.name",
        level=Level.TOLERATED,
    )


def _parameters(fhir: Fhir, searchable: Searchable, level: str) -> set[str]:
    searches = fhir.rulebook.searches_of(searchable.type, level)
    return {name for search in searches for name in search.parameters}
