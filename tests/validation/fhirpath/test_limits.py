"""Patterns, numbers and nests that take too long are not followed; the interpreter as fallback."""

import time
from decimal import Decimal
from typing import Any

import pytest

from conformance.ig.registry import shipped
from conformance.validation.fhirpath import NotEvaluable, Primitive, compile_invariant
from conformance.validation.fhirpath.backtracking import LONGEST, SHORTEST
from conformance.validation.fhirpath.invariants import compiled
from conformance.validation.fhirpath.nodes import Uncompiled
from conformance.validation.fhirpath.patterns import Pattern

pytestmark = pytest.mark.packages


@pytest.mark.parametrize(
    "source",
    [
        "(a+)+$",
        "(a|aa)*$",
        "((a*)b?)*$",
        "(?:(?:a)*?)*$",
        r"^(\w+\s?)*$",
        r"(x+x+)+y",
        r"([a-z]+,[a-z]+)+",
        r"(?=(a+)+$)",
        r"(\.[a-z.]+)*$",
        r"(a)(\1*b?)*",
    ],
)
def test_patterns_that_could_take_for_ever_are_not_evaluable(source: str) -> None:
    with pytest.raises(NotEvaluable, match="exponential"):
        Pattern(source)


@pytest.mark.parametrize(
    "source",
    [
        r"^[A-Z]([A-Za-z0-9_]){0,254}$",
        r"[A-Za-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*(\[x])?)*",
        r"^([a-z]+,)*[a-z]+$",
        r"^(ab|cd|e)+$",
        r"^(\d{3}-)+\d+$",
        r"(a(?:b|c))*",
        r"(?:\s\S*)*",
        r"(a++b?)(?>x*)",
    ],
)
def test_patterns_whose_rounds_are_told_apart_are_used(source: str) -> None:
    pattern = Pattern(source)
    start = time.perf_counter()
    for text in ("a" * 299 + "!", "a.b" * 100, "ab" * 149 + "!", "1-" * 150):
        assert pattern.matches(text) in (True, False)
    assert time.perf_counter() - start < 1


def test_texts_are_bounded_by_the_repeats_of_a_pattern() -> None:
    assert Pattern("^x").matches("x" * LONGEST)
    for source, most in (("^x", LONGEST), ("a*a*a*a*b", SHORTEST)):
        with pytest.raises(ValueError, match="too long"):
            Pattern(source).matches("x" * (most + 1))
    assert Pattern("b").matches(None) is False
    assert Pattern("b").replaced("abc", r"\1") == r"a\1c"
    assert Pattern("b").replaced(None, "x") is None


@pytest.mark.parametrize("source", ["(", "[", "a{2,1}", "(?<=a*)b", "x" * 5_000])
def test_what_is_no_pattern_is_not_evaluable(source: str) -> None:
    with pytest.raises(NotEvaluable):
        Pattern(source)


@pytest.mark.parametrize(
    "value",
    [Decimal("1E+999999999"), Decimal("1E-999999999"), 10**100_000],
    ids=["huge", "tiny", "long"],
)
def test_numbers_of_a_billion_digits_are_not_written_out(value: Any) -> None:
    model = shipped().types
    start = time.perf_counter()
    for expression in ("value.toString().contains('.').not()", "value.floor() > 0", "value > 0"):
        assert compile_invariant(expression, "Quantity", model)({"value": value}, {}, {})
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("operator", ["or", "and"])
def test_a_chain_of_hundreds_is_compiled(operator: str) -> None:
    chain = f" {operator} ".join(f"language != '{n}'" for n in range(600))
    evaluate = compiled(chain, "Patient", shipped().types, "Patient")
    assert evaluate({"language": "x"}, {}, {})
    assert evaluate({"language": "5"}, {}, {}) is (operator == "or")


def test_a_list_of_hundreds_of_codes_is_compiled() -> None:
    codes = " | ".join(f"'{n}'" for n in range(2_000))
    evaluate = compiled(f"language in ({codes})", "Patient", shipped().types, "Patient")
    assert evaluate({"language": "1999"}, {}, {})
    assert not evaluate({"language": "2000"}, {}, {})


@pytest.mark.parametrize("operator", ["+", "xor", "|", "implies", "=", "."])
def test_other_chains_end(operator: str) -> None:
    try:
        evaluate = compile_invariant(
            operator.join(["(name)"] + ["name"] * 900)
            .replace("xor", " xor ")
            .replace("implies", " implies "),
            "Patient",
            shipped().types,
        )
    except NotEvaluable:
        return
    assert evaluate({"resourceType": "Patient"}, {}, {}) in (True, False)


def test_a_constant_that_cannot_be_computed_is_no_surprise() -> None:
    evaluate = compile_invariant("nonsense.exists() or (1 | 2) > 1", "Patient", shipped().types)
    assert evaluate({}, {}, {}) in (True, False)


def test_a_repeat_that_makes_new_items_ends() -> None:
    evaluate = compile_invariant("name.repeat(1 + 1).exists()", "Patient", shipped().types)
    assert evaluate({"name": [{}]}, {}, {})


@pytest.mark.parametrize(
    ("expression", "right"),
    [
        ("name.given.aggregate($this & $total, '') = 'ba'", None),
        ("Patient.type().name = 'Patient'", None),
        ("birthDate + 1 year > @2020", True),
        ("birthDate + 1 year < @2020", False),
        ("nonsense.encode('hex').empty()", None),
        ("active.hasValue() and birthDate + 1 year > @2020", True),
        ("contained.name.ofType(string) = 'O' and birthDate + 1 year > @2020", None),
        ("managingOrganization.resolve().name.ofType(string) = 'P'", None),
    ],
)
def test_the_interpreter_takes_what_is_not_compiled(expression: str, right: bool | None) -> None:
    model = shipped().types
    with pytest.raises(Uncompiled):
        compiled(expression, "Patient", model, "Patient")
    patient: dict[str, Any] = {
        "resourceType": "Patient",
        "active": True,
        "birthDate": "2020-05-05",
        "name": [{"given": ["a", "b"]}],
        "contained": [{"resourceType": "Organization", "id": "o", "name": "O"}],
        "managingOrganization": {"reference": "#o"},
    }
    found = compile_invariant(expression, "Patient", model)(patient, patient, patient)
    assert found in (True, False) if right is None else found is right


@pytest.mark.parametrize("value", [None, 5, [], "x", Primitive(None, {}), {"birthDate": {}}])
def test_the_interpreter_raises_on_nothing_either(value: Any) -> None:
    evaluate = compile_invariant("birthDate + 1 year > @2020", "Patient", shipped().types)
    assert evaluate(value, value, value) in (True, False)


@pytest.mark.parametrize("name", ["madeUpFunction()", "aggregate(memberOf('x'))", "combine(now())"])
def test_a_function_that_nobody_knows_is_not_evaluable(name: str) -> None:
    with pytest.raises(NotEvaluable):
        compile_invariant(f"(birthDate + 1 year).{name}.exists()", "Patient", shipped().types)
