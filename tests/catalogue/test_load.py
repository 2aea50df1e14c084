"""The loader reads what fits together and refuses the rest in one sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.catalogue import Coverage, Strength, load_catalogue
from conformance.catalogue.load import ROOT
from conformance.core.errors import CatalogueError

SPEC, G10, RULES = "requirements/spec.toml", "requirements/g10.toml", "rule_sets/rules.toml"


def test_a_sound_folder_is_read(folder: Callable[..., Path]) -> None:
    catalogue = load_catalogue(folder())
    assert list(catalogue.requirements) == ["g10#STEP-1", "spec#one", "spec#two"]
    one, two = catalogue.requirements["spec#one"], catalogue.requirements["spec#two"]
    assert (one.level, one.coverage, one.editions) == (Strength.SHALL, Coverage.FULL, ("all",))
    assert (two.level, two.untested is not None) == (Strength.SHOULD, True)
    assert one.citation.url == "https://example.org/spec"
    assert two.citation.url == "https://example.org/two"
    assert two.citation.document == "A specification"
    assert [step.id for step in catalogue.steps] == ["g10#STEP-1"]


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("catalogue.toml", "", None, "catalogue.toml is missing"),
        ("gates.toml", "", None, "gates.toml is missing"),
        (SPEC, "[[requirement]]", "[[requirement", "spec.toml is not readable TOML"),
        (SPEC, "spec#two", "spec#one", "spec#one stands twice"),
        (SPEC, "spec#two", "other#two", "has the form spec#word"),
        (SPEC, "spec#two", "spec#two words", "has the form spec#word"),
        (SPEC, 'title = "The first thing holds"\n', "", "`title` is missing"),
        (SPEC, '"The first thing holds"', '" "', "`title` must be a text"),
        (SPEC, 'title = "The first', 'titel = "The first', "`title` is missing"),
        (SPEC, 'coverage = "full"', 'coverage = "full"\nlevl = "MAY"', "unknown key `levl`"),
        (SPEC, 'level = "SHOULD"', 'level = "MUST"', "allowed are SHALL, SHOULD, MAY"),
        (SPEC, 'coverage = "full"', 'coverage = "half"', "allowed are full, partial, none"),
        (SPEC, 'coverage = "full"', 'coverage = "none"', "asks for `untested`"),
        (SPEC, 'coverage = "none"', 'coverage = "full"', "untested has the coverage none"),
        (SPEC, '"planned"', '"later"', "one of attestation, out-of-reach, planned"),
        (SPEC, 'detail = "X-1"', 'details = "X-1"', "`detail` is missing"),
        (SPEC, '["compliance"]', '["speed"]', "spec#one names the unknown dimension speed"),
        (SPEC, '["compliance"]', "[1]", "`dimensions` must be a list of texts"),
        (SPEC, "https://example.org/two", "ftp://x", "must be an https address"),
        (SPEC, 'section = "1"', 'part = "1"', "`section` is missing"),
        (SPEC, 'coverage = "full"', 'coverage = "full"\neditions = ["9"]', "unknown edition 9"),
        (
            SPEC,
            'coverage = "full"',
            'coverage = "full"\nparagraph = "1"',
            "only requirements of the",
        ),
        (G10, 'paragraph = "1(a)"\n', "", "needs its `paragraph`"),
        (G10, '"client"', '"robot"', "allowed are client, attestation"),
        (G10, "spec#one", "spec#three", "unknown requirement spec#three"),
        (G10, "spec#one", "g10#STEP-1", "which has no own checks"),
        ("gates.toml", "spec#one", "spec#three", "unknown requirement spec#three"),
        ("gates.toml", '["spec#one"]', "[]", "at least one deciding requirement"),
        ("gates.toml", "authorization = false", 'authorization = "no"', "must be true or false"),
        ("gates.toml", '"hard"', '"soft"', "allowed are hard, breadth"),
        ("gates.toml", "mend", "mended", "`mend` is missing"),
        (RULES, '["first"]', '["second"]', "unknown gate second"),
        (RULES, '["first"]', '["first", "first"]', "first stands twice"),
        (RULES, 'id = "rules"', 'id = "other"', "the file's name says 'rules'"),
        (RULES, "0.05", "5", "share between 0 and 1"),
        (RULES, 'default_edition = "6.1.0"', 'default_edition = "7"', "none of its editions"),
        (RULES, 'smart = "2"', 'smart = "2"\nyear = 1', "unknown key `year`"),
        ("catalogue.toml", "version", "edition", "`version` is missing"),
        ("requirements/more.toml", "", "requirement = 1", "must be an array of tables"),
        ("requirements/more.toml", "", "requirement = [1]", "a table is expected"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    file: str, old: str, new: str | None, sentence: str, folder: Callable[..., Path]
) -> None:
    with pytest.raises(CatalogueError) as refusal:
        load_catalogue(folder(file, old, new))
    assert sentence in str(refusal.value)


def test_the_digest_follows_every_byte_and_name(folder: Callable[..., Path]) -> None:
    first = load_catalogue.__wrapped__(folder())
    again = load_catalogue.__wrapped__(folder())
    other = load_catalogue.__wrapped__(folder(SPEC, "The first thing,", "The first thing;"))
    assert first.sha256 == again.sha256
    assert first.sha256 != other.sha256


def test_the_shipped_catalogue_is_kept_after_the_first_load() -> None:
    assert load_catalogue() is load_catalogue()


def test_only_toml_and_code_stand_in_the_room() -> None:
    suffixes = {path.suffix for path in ROOT.rglob("*") if path.is_file()}
    assert suffixes <= {".py", ".toml", ".pyc"}
