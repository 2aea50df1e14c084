"""Provenance: who recorded what, brought along by a search (US Core 6.1.0)."""

from conformance.checks import (
    Fhir,
    Included,
    Reply,
    check,
    for_each,
    identities,
    identity,
    link,
    parameter_names,
    walk,
)


@for_each(Included)
@check("us-core#provenance-revinclude")
def test_comes_along(fhir: Fhir, included: Included) -> None:
    """
    A search with _revinclude=Provenance:target brings Provenance of what it finds, as included.

    US Core 6.1.0 server CapabilityStatement, searchRevInclude; FHIR R4 3.1.1.5.4,
    https://hl7.org/fhir/R4/search.html#revinclude. The self link tells whether it was carried out
    only where it names such parameters at all; some list the criteria alone.
    """
    fhir.found(included.type, fhir.unpaged(included.type))
    reply = _with_provenance(fhir, included)
    reply.require_status(200)
    reply.require_bundle()
    fhir.found(included.type, reply)
    marked = [
        name
        for page in fhir.pages(reply)
        for name in page.unrelated(included.type)
        if name.startswith("Provenance/")
    ]
    reply.expect(
        not marked,
        "provenance.mode",
        "A Provenance that came along is marked as a match.",
        expected="search mode include",
        actual=", ".join(marked[:3]),
        path="Bundle.entry.search.mode",
    )
    if marked or any(page.included("Provenance") for page in fhir.pages(reply)):
        return
    if "_revinclude" not in _used(reply, {"_revinclude"}) and "_count" in _used(
        fhir.unpaged(included.type, _count="1"), set()
    ):
        reply.fail(
            "provenance.ignored",
            "The self link shows that _revinclude was not carried out.",
            expected="_revinclude=Provenance:target in the self link, as _count stands there",
        )
    fhir.no_data(f"No Provenance came with any {included.type}.")


@for_each(Included)
@check("us-core#provenance-revinclude")
def test_refers_to_the_results(fhir: Fhir, included: Included) -> None:
    """
    Each Provenance that comes along refers to a resource among the results.

    FHIR R4 3.1.1.5.4 _revinclude, https://hl7.org/fhir/R4/search.html#revinclude.
    """
    reply = _with_provenance(fhir, included)
    found = identities(fhir.found(included.type, reply))
    seen = False
    for page in fhir.pages(reply):
        for provenance in page.included("Provenance"):
            seen = True
            targets = {_local(value) for value in walk(provenance, "target.reference")}
            page.expect(
                bool(targets & found),
                "provenance.unrelated",
                "A Provenance refers to nothing among the results.",
                expected=f"a target among {len(found)} {included.type} resources",
                actual=identity(provenance),
                path="Provenance.target",
            )
    if not seen:
        fhir.no_data(f"No Provenance came with any {included.type}.")


def _with_provenance(fhir: Fhir, included: Included) -> Reply:
    return fhir.unpaged(included.type, _revinclude="Provenance:target")


def _used(reply: Reply, otherwise: set[str]) -> set[str]:
    """Return the names in the self link; without one, which another check finds, `otherwise`."""
    used = link(reply.response.resource, "self", reply.response.exchange.url)
    return parameter_names(used) if used else otherwise


def _local(reference: object) -> str:
    """Return `Type/id` of a reference, absolute and versioned ones included."""
    parts = str(reference).partition("/_history/")[0].split("/")
    return "/".join(parts[-2:])
