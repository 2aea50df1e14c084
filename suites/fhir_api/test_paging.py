"""Paging: a result in parts is the whole result (FHIR R4 RESTful API, paging)."""

from collections.abc import Iterator

from conformance.checks import Fhir, Level, Reply, check, identities, identity

SMALLEST, PAGES = 2, 20


@check("fhir#paging")
def test_every_next_page_is_served(fhir: Fhir) -> None:
    """
    Every next link leads to a page of the searchset.

    FHIR R4 RESTful API, paging, https://hl7.org/fhir/R4/http.html#paging.
    """
    type_, first, _ = _paged(fhir)
    first.require_status(200)
    first.require_bundle()
    fhir.require_pages(type_, first)


@check("fhir#paging")
def test_pages_give_every_match_once(fhir: Fhir) -> None:
    """
    The pages together hold every match of the search, and none twice.

    FHIR R4 RESTful API, paging, https://hl7.org/fhir/R4/http.html#paging. Tolerated: a resource on
    two pages, as no rule forbids it and clients of the field expect it.
    """
    type_, first, _ = _paged(fhir)
    listed: list[str] = []
    for page in _served(fhir, type_, first):
        listed += [identity(resource) for resource in page.matches(type_)]
    whole = identities(fhir.found(type_, fhir.unpaged(type_)))
    first.expect(
        len(listed) == len(set(listed)),
        "paging.twice",
        "A resource comes on more than one page.",
        expected=f"{len(set(listed))} different resources",
        actual=f"{len(listed)} entries",
        level=Level.TOLERATED,
    )
    first.expect(
        set(listed) == whole,
        "paging.incomplete",
        "The pages do not hold what the whole search holds.",
        expected=f"{len(whole)} resources",
        actual=f"{len(whole - set(listed))} missing, {len(set(listed) - whole)} others",
    )


@check("fhir#count")
def test_pages_hold_no_more_than_asked(fhir: Fhir) -> None:
    """
    With _count a page holds at most that many matches.

    FHIR R4 3.1.1.5.3 page count, https://hl7.org/fhir/R4/search.html#count.
    """
    type_, first, size = _paged(fhir)
    for page in _served(fhir, type_, first):
        number = len(page.matches(type_))
        page.expect(
            number <= size,
            "paging.count",
            "A page holds more matches than were asked for.",
            expected=f"at most {size}",
            actual=str(number),
        )


@check("fhir#total")
def test_total_is_the_number_of_matches(fhir: Fhir) -> None:
    """
    A stated total is the number of matches over all pages.

    FHIR R4 3.1.1.5.2 total, https://hl7.org/fhir/R4/search.html#total, and Bundle.total. Tolerated:
    an estimate, from a server that counts when `_total=accurate` asks for it, or that does not
    answer a search with it.
    """
    type_ = fhir.usual_type()
    reply = fhir.unpaged(type_)
    number = len(identities(fhir.found(type_, reply)))
    total = reply.resource.get("total")
    if total is None:
        fhir.not_applicable("The server states no total.")
    if total == number:
        return
    exact = fhir.unpaged(type_, _total="accurate")
    counted = not exact.is_bundle or exact.resource.get("total") == number
    reply.note(
        "paging.total",
        "The total is not the number of matches.",
        expected=str(number),
        actual=str(total) if isinstance(total, int) else "not a number",
        path="Bundle.total",
        level=Level.TOLERATED if counted and isinstance(total, int) else None,
    )


def _paged(fhir: Fhir) -> tuple[str, Reply, int]:
    """
    Return a type, the first of at least two pages of it, and how many matches each may hold.

    Where R4 leaves it to a server not to page at all, it may cut a result to the page asked for; a
    server whose other results have pages may not.
    """
    type_ = fhir.usual_type(least=SMALLEST + 1)
    all_at_once = fhir.unpaged(type_)
    whole = fhir.found(type_, all_at_once)
    size = max(SMALLEST, len(whole) // PAGES)
    first = fhir.unpaged(type_, _count=str(size))
    cut = first.is_bundle and not first.next and len(first.entries()) <= size
    if len(whole) <= size or (cut and not all_at_once.next):
        fhir.no_data("No search has more than one page.")
    return type_, first, size


def _served(fhir: Fhir, type_: str, first: Reply) -> Iterator[Reply]:
    """Yield the pages; what is wrong with the way from one to the next has a check of its own."""
    pages: list[Reply] = []
    for page in fhir.pages(first):
        pages.append(page)
        if page.status != 200 or not page.is_bundle or fhir.circle(type_, pages):
            break
        yield page
    else:
        if not page.next:
            return
    fhir.prerequisite_failed("The pages fail", "fhir-api.paging.every-next-page-is-served")
