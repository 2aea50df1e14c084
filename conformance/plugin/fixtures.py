"""What a check takes as arguments; registered for the time of a run only."""

import pytest

from conformance.plugin.keys import SESSION


@pytest.fixture(scope="session")
def fhir(request: pytest.FixtureRequest) -> object:
    """Give questions to the FHIR side."""
    return request.config.stash[SESSION].context.questions["fhir"]


@pytest.fixture(scope="session")
def smart(request: pytest.FixtureRequest) -> object:
    """Give questions to the authorization side."""
    return request.config.stash[SESSION].context.questions["smart"]


@pytest.fixture(scope="session")
def bulk(request: pytest.FixtureRequest) -> object:
    """Give questions to the group export."""
    return request.config.stash[SESSION].context.questions["bulk"]


@pytest.fixture(scope="session")
def tls(request: pytest.FixtureRequest) -> object:
    """Give questions below HTTP."""
    return request.config.stash[SESSION].context.questions["tls"]


@pytest.fixture(scope="session")
def profiles(request: pytest.FixtureRequest) -> object:
    """Give questions about the form of the data."""
    return request.config.stash[SESSION].context.questions["profiles"]
