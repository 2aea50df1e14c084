"""The official packages' own resources are free of errors, but for those that are really theirs."""

import tomllib
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from conformance.validation.issue import Issue
from tests.support.mutants.judging import validator
from tests.support.mutants.library import CORE, US_CORE, Example, package

pytestmark = pytest.mark.packages

LISTED: list[dict[str, str]] = tomllib.loads(
    Path(__file__).parents[1].joinpath("corpus_exceptions.toml").read_text()
)["exception"]

LEAST = {
    "hl7.fhir.us.core#3.1.1": 84,
    "hl7.fhir.us.core#4.0.0": 84,
    "hl7.fhir.us.core#5.0.1": 157,
    "hl7.fhir.us.core#6.1.0": 183,
    "hl7.fhir.us.core#7.0.0": 214,
    "hl7.fhir.us.core#8.0.0": 228,
}
"""How many examples each edition has."""


def _errors(examples: Iterable[Example]) -> Iterator[tuple[Example, Issue]]:
    """Yield what is wrong by the base and by the profiles that each resource claims."""
    for example in examples:
        for issue in validator(example.package).validate(example.read(), claims=True):
            if issue.level == "error":
                yield example, issue


def _fits(entry: dict[str, str], example: Example, issue: Issue) -> bool:
    return (
        entry["package"] == example.package
        and entry["code"] == issue.code
        and fnmatchcase(example.name, entry["files"])
        and fnmatchcase(issue.path, entry["path"])
    )


def _unlisted(examples: Iterable[Example]) -> list[str]:
    return [
        f"{example.key}: {issue.code} at {issue.path} ({issue.profile})"
        for example, issue in _errors(examples)
        if not any(_fits(entry, example, issue) for entry in LISTED)
    ]


@pytest.mark.parametrize("edition", US_CORE)
def test_examples_of_us_core_are_sound(edition: str) -> None:
    """Each held against the rulebook of its own edition."""
    examples = package(edition).examples
    assert len(examples) == LEAST[edition]
    assert _unlisted(examples) == []


@pytest.mark.parametrize("edition", US_CORE)
def test_definitions_of_us_core_are_sound(edition: str) -> None:
    """Profiles, value sets, capability statements: resources like others."""
    assert _unlisted(package(edition).resources) == []


def test_some_definitions_of_the_base_are_sound() -> None:
    """One in thirty."""
    assert _unlisted(package(CORE).resources[::30]) == []


@pytest.mark.slow
def test_all_definitions_of_the_base_are_sound() -> None:
    """Some 4,500 resources of eleven types."""
    resources = package(CORE).resources
    assert len(resources) > 4500
    assert _unlisted(resources) == []


@pytest.mark.slow
def test_every_exception_is_one() -> None:
    """An entry that explains nothing any more has to go."""
    every = [e for name in (*US_CORE, CORE) for e in _all(name)]
    found = list(_errors(every))
    unused = [entry for entry in LISTED if not any(_fits(entry, *one) for one in found)]
    assert unused == []


def _all(name: str) -> list[Example]:
    held = package(name)
    return [*held.examples, *held.resources]


def test_every_exception_says_why() -> None:
    """With the section of the specification."""
    members: set[Any] = {"package", "files", "code", "path", "why", "section"}
    assert all(set(entry) == members and all(entry.values()) for entry in LISTED)
