"""The rulebooks that ship: what each edition of US Core asks of a server, and how it is stored."""

import gzip
import time
from dataclasses import dataclass

import msgspec
import pytest

from conformance.ig.rulebook import (
    Expectation,
    Rulebook,
    available_editions,
    decode_rulebook,
    load_rulebook,
    rulebook_json,
    rulebook_path,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an edition asks for, in numbers read off its CapabilityStatement."""

    types: int
    profiles: int
    shall: int
    should: int
    procedure: int
    with_provenance: int


EDITIONS = {
    "3.1.1": Asked(types=21, profiles=26, shall=39, should=32, procedure=31, with_provenance=14),
    "4.0.0": Asked(types=21, profiles=35, shall=39, should=32, procedure=31, with_provenance=14),
    "5.0.1": Asked(types=24, profiles=44, shall=45, should=52, procedure=36, with_provenance=16),
    "6.1.0": Asked(types=31, profiles=50, shall=49, should=57, procedure=39, with_provenance=18),
    "7.0.0": Asked(types=31, profiles=53, shall=49, should=61, procedure=39, with_provenance=18),
    "8.0.0": Asked(types=31, profiles=55, shall=48, should=60, procedure=38, with_provenance=18),
}


@pytest.fixture(params=EDITIONS)
def rulebook(request: pytest.FixtureRequest) -> Rulebook:
    return load_rulebook(request.param)


def test_these_editions_ship() -> None:
    assert available_editions() == tuple(EDITIONS)


def test_each_asks_for_what_its_capability_statement_says(rulebook: Rulebook) -> None:
    levels = [search.level for search in rulebook.searches]
    assert EDITIONS[rulebook.version] == Asked(
        types=len(rulebook.types),
        profiles=len(rulebook.profiles),
        shall=levels.count(Expectation.SHALL),
        should=levels.count(Expectation.SHOULD),
        procedure=sum(search.in_procedure for search in rulebook.searches),
        with_provenance=len(rulebook.provenance_types),
    )
    assert set(levels) == {"SHALL", "SHOULD"}


def test_row_ids_are_unique_in_each(rulebook: Rulebook) -> None:
    ids = [search.id for search in rulebook.searches]
    assert len(set(ids)) == len(ids)


def test_birth_dates_are_asked_by_day_in_each(rulebook: Rulebook) -> None:
    """3.1.1 does not say how precise a date has to be; the element has days only."""
    birth = rulebook.parameter("Patient", "birthdate")
    assert birth is not None
    assert birth.precision == "day"


def test_the_notes_are_asked_for_by_an_operation_in_each(rulebook: Rulebook) -> None:
    documents = rulebook.type("DocumentReference")
    sets = rulebook.type("ValueSet")
    assert documents is not None
    assert sets is not None
    assert [(o.name, o.level) for o in documents.operations] == [("docref", "SHALL")]
    assert documents.operations[0].definition.endswith("/us/core/OperationDefinition/docref")
    assert [(o.name, o.level) for o in sets.operations] == [("expand", "SHOULD")]
    assert set(rulebook.interactions.values()) == {"MAY"}


def test_medications_may_come_along_in_each(rulebook: Rulebook) -> None:
    requests = rulebook.type("MedicationRequest")
    assert requests is not None
    assert requests.includes == {"MedicationRequest:medication": "SHOULD"}
    assert requests.rev_includes == {"Provenance:target": "SHALL"}


def test_an_observation_is_found_by_all_categories_that_its_edition_knows() -> None:
    """The smoking status of 3.1.1 has no fixed category: those of its binding are tried."""
    found = {
        version: {code.code for code in first.codes}
        for version in EDITIONS
        if (first := load_rulebook(version).first_search("Observation"))
    }
    assert {"laboratory", "vital-signs", "social-history"} <= set.intersection(*found.values())
    assert "sdoh" in found["5.0.1"] - found["4.0.0"]
    assert "care-experience-preference" in found["7.0.0"] - found["6.1.0"]
    assert "observation-adi-documentation" in found["8.0.0"] - found["7.0.0"]


def test_what_an_edition_asks_for_softly_is_not_required() -> None:
    eight = load_rulebook("8.0.0")
    levels = {profile.url.rpartition("/")[2]: profile.level for profile in eight.profiles}
    assert levels["us-core-observation-sexual-orientation"] == "MAY"
    assert levels["sdc-questionnaire"] == "SHOULD"
    assert len(eight.required_profiles()) == 52
    updated = eight.search("Observation:patient+category+_lastUpdated")
    assert updated is not None
    assert updated.level == "SHOULD"
    assert updated.definitions[2].elements[0].path == "meta.lastUpdated"


def test_canonicals_have_no_version_in_any(rulebook: Rulebook) -> None:
    assert [profile.url for profile in rulebook.profiles if "|" in profile.url] == []


def test_no_text_for_people_ships(rulebook: Rulebook) -> None:
    shipped = msgspec.json.decode(gzip.decompress(rulebook_path(rulebook.version).read_bytes()))

    def texts(node: object) -> list[str]:
        if isinstance(node, dict):
            return [text for value in node.values() for text in texts(value)]
        if isinstance(node, list):
            return [text for value in node for text in texts(value)]
        return [node] if isinstance(node, str) else []

    assert [text for text in texts(shipped) if " " in text] == []


def test_the_shipped_form_is_small_quick_and_survives_a_round_trip(rulebook: Rulebook) -> None:
    content = rulebook_path(rulebook.version).read_bytes()
    assert len(content) < 8_000
    began = time.perf_counter()
    assert decode_rulebook(content) == rulebook
    assert time.perf_counter() - began < 0.03
    assert rulebook_json(rulebook) == gzip.decompress(content)


def test_editions_are_compared_by_their_numbers(rulebook: Rulebook) -> None:
    assert rulebook.reaches("3.1.1")
    assert not rulebook.reaches("10.0.0")
