"""A check that does not say what it asks, or asks what nobody requires, is refused at import."""

from collections.abc import Callable

import pytest

from conformance.checks import Fhir, Readable, check, for_each
from conformance.checks.declare import declaration_of
from conformance.core.errors import CatalogueError
from conformance.core.findings import Level


def complete(fhir: Fhir) -> None:
    """
    A good server does it.

    Where it is written.
    """


def without_a_citation(fhir: Fhir) -> None:
    """A good server does it."""


def without_a_docstring(fhir: Fhir) -> None:
    pass


@pytest.mark.parametrize("function", [without_a_docstring, without_a_citation])
def test_a_check_without_title_and_citation_is_refused(
    function: Callable[[Fhir], None],
) -> None:
    with pytest.raises(CatalogueError, match="needs a docstring"):
        check("fhir#read")(function)


def test_a_check_of_an_unknown_requirement_is_refused() -> None:
    with pytest.raises(CatalogueError, match="unknown requirement 'fhir#no-such'"):
        check("fhir#no-such")(complete)


def test_a_check_of_nothing_is_refused() -> None:
    with pytest.raises(CatalogueError, match="names no requirement"):
        check()(complete)


def test_rows_without_an_argument_for_them_are_refused() -> None:
    with pytest.raises(CatalogueError, match="needs one argument annotated with Readable"):
        for_each(Readable)(check("fhir#read")(complete))


def test_the_gravest_requirement_gives_the_level() -> None:
    levels = []
    for names in (("fhir#read",), ("fhir#unknown-type",), ("fhir#unknown-type", "fhir#read")):
        declaration = declaration_of(check(*names)(complete))
        assert declaration is not None
        levels.append(declaration.level)
    assert levels == [Level.SHALL, Level.SHOULD, Level.SHALL]
