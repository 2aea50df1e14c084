"""What is offered for a word that is not known."""

from conformance.target.suggest import did_you_mean, nearest


def test_the_nearest_choice_is_found() -> None:
    assert nearest("patiens", ["patients", "headers"]) == "patients"


def test_case_and_underscores_do_not_count() -> None:
    assert nearest("US_CORE", ["us-core", "url"]) == "us-core"


def test_nothing_is_offered_when_nothing_comes_near() -> None:
    assert nearest("zzz", ["us-core", "url"]) is None
    assert nearest("url", []) is None
    assert did_you_mean("zzz", ["url"]) == ""


def test_a_very_long_word_costs_little() -> None:
    assert nearest("u" * 1_000_000, ["url"]) is None
