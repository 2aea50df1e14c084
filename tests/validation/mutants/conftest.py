"""The official packages that the mutants are made from, where they are found."""

import os

import pytest

from tests.support.mutants.library import folder


@pytest.fixture(autouse=True)
def official_packages(request: pytest.FixtureRequest) -> None:
    """Skip a test that needs packages which are not here; where they were promised, fail it."""
    if request.node.get_closest_marker("packages") is None or folder() is not None:
        return
    if "FHIR_PACKAGES" in os.environ:
        pytest.fail("FHIR_PACKAGES is set but does not hold all packages of the proof")
    pytest.skip("the official packages are not on this machine")
