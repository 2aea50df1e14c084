"""Check digits and shapes of the large code systems, on codes that exist."""

import pytest

from conformance.validation.sanity import is_loinc, is_npi, is_sctid, is_ucum


@pytest.mark.parametrize("code", ["8867-4", "85354-9", "29463-7", "LA6576-8", "LP7839-6"])
def test_loinc_codes_have_their_check_digit(code: str) -> None:
    assert is_loinc(code)


@pytest.mark.parametrize("code", ["8867-5", "8867", "8867-44", "x", "8857-4"])
def test_other_texts_are_no_loinc_codes(code: str) -> None:
    assert not is_loinc(code)


@pytest.mark.parametrize("code", ["38341003", "73211009", "446096008", "84229001:1=2", "a|b|"])
def test_snomed_ct_identifiers_and_expressions_pass(code: str) -> None:
    assert is_sctid(code)


@pytest.mark.parametrize("code", ["38341004", "38431003", "0", "12345", "HTN"])
def test_other_texts_are_no_snomed_ct_identifiers(code: str) -> None:
    assert not is_sctid(code)


@pytest.mark.parametrize(
    "unit",
    [
        "mm[Hg]",
        "kg/m2",
        "10*3/uL",
        "%",
        "1",
        "{score}",
        "/min",
        "m[IU]/L",
        "[lb_av]",
        "Cel",
        "g.m/(s2)",
    ],
)
def test_units_pass(unit: str) -> None:
    assert is_ucum(unit)


@pytest.mark.parametrize("unit", ["mm Hg", "kg//m2", "", "beats per minute", "mg/", "°C", "{a"])
def test_texts_with_another_grammar_are_no_units(unit: str) -> None:
    assert not is_ucum(unit)


def test_npis_have_their_check_digit() -> None:
    assert is_npi("1234567893")
    assert not is_npi("1234567890")
    assert not is_npi("3234567893")
