"""Search parameters by name, from the rulebook that ships."""

from collections.abc import Callable

import pytest

from conformance.ig.rulebook import SearchParameter, load_rulebook

Parameter = Callable[[str, str], SearchParameter]


@pytest.fixture(scope="session")
def parameter() -> Parameter:
    """Return a function that gives a type's search parameter of US Core 6.1.0."""
    rulebook = load_rulebook("6.1.0")

    def named(type_: str, name: str) -> SearchParameter:
        found = rulebook.parameter(type_, name)
        assert found is not None, f"{type_}?{name}"
        return found

    return named
